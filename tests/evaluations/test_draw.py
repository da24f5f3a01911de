"""Giving out sheets: the draw, the draw anew, substitutes, one more reviewer, and two people pressing at once."""

import datetime as dt
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Mandate
from accounts.permissions import Refused
from evaluations.draw_plan import make_plan
from evaluations.errors import Conflict as Stale
from evaluations.errors import NotReady
from evaluations.models import Entrant, Round, RoundLogEntry, Sheet
from evaluations.services import draw, panel
from tests.registry.factories import OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, make_producer, make_regions

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(world):
    """Six products of three producers, a secretary who does not score, four reviewers, two for each product."""
    made = make_round()
    for place, region in enumerate((VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE)):
        producer = make_producer(region=region)
        for which in "AB":
            make_entrant(made, f"Produk {place}{which}", producer=producer)
    made.secretary = make_reviewer(made, "secretary", scores=False)
    made.people = [make_reviewer(made) for _place in range(4)]
    return made


def given(round):
    rows = Sheet.objects.reviews().filter(entrant__round=round).values_list("entrant__number", "reviewer")
    return sorted(rows)


def test_everybody_gets_the_same_number(board):
    sheets = draw.draw_reviewers(actor=board.secretary, round=board)

    assert len(sheets) == 12
    assert set(Counter(user for _entrant, user in given(board)).values()) == {3}
    assert len(set(given(board))) == 12
    line = RoundLogEntry.objects.get(kind="drawn")
    assert (line.actor, line.detail["seed"], line.detail["sheets"]) == (board.secretary, 1, 12)


def test_same_seed_same_draw(board):
    first = make_plan(board, seed=5).assignment
    assert make_plan(board, seed=5).assignment == first
    assert any(make_plan(board, seed=other).assignment.given != first.given for other in range(6, 12))


def test_only_those_who_run_the_round_draw_and_only_while_it_is_open(board):
    with pytest.raises(Refused):
        draw.draw_reviewers(actor=board.people[0], round=board)
    Round.objects.update(phase="closed")
    with pytest.raises(NotReady):
        draw.draw_reviewers(actor=board.secretary, round=board)
    assert not Sheet.objects.exists()


def test_a_conflict_is_never_drawn_also_one_found_in_the_same_moment(board):
    entrant = board.entrants.first()
    panel.declare_conflict(actor=board.people[0], round=board, code=entrant.code, reason="Saudara")
    entrant.visits.create(visited_on=timezone.localdate(), visited_by=board.people[1], findings="Contoh")

    draw.draw_reviewers(actor=board.secretary, round=board)

    assert {user for number, user in given(board) if number == entrant.number} == {person.pk for person in board.people[2:]}


def test_what_is_left_out(board):
    """Not complete, out of the running, and the common sample product, which all scoring members judge."""
    lacking, gone, common = board.entrants.all()[:3]
    Entrant.objects.filter(pk=lacking.pk).update(state="lacking", state_reason="Foto", due_on=timezone.localdate())
    type(gone.product.entry).objects.filter(pk=gone.product.entry.pk).update(state="suspended", state_reason="Uji")
    Entrant.objects.filter(pk=common.pk).update(is_calibration=True)

    draw.draw_reviewers(actor=board.secretary, round=board)

    count = Counter(number for number, _user in given(board))
    assert (count[lacking.number], count[gone.number], count[common.number]) == (0, 0, 4)
    assert set(Sheet.objects.filter(entrant=common).values_list("origin", flat=True)) == {"calibration"}


@pytest.mark.parametrize("people", [0, 1])
def test_a_round_with_no_or_one_reviewer(world, people):
    made = make_round()
    make_entrant(made)
    secretary = make_reviewer(made, "secretary", scores=False)
    for _person in range(people):
        make_reviewer(made)

    with pytest.raises(NotReady) as refused:
        draw.draw_reviewers(actor=secretary, round=made)

    assert [row.lacking for row in refused.value.needs] == [2 - people]
    assert not Sheet.objects.exists()
    if people:
        assert len(draw.draw_reviewers(actor=secretary, round=made, even_short=True)) == 1


def test_limits_that_are_too_low_are_said(board):
    Round.objects.update(load_limit=2)
    with pytest.raises(NotReady) as refused:
        draw.draw_reviewers(actor=board.secretary, round=board)
    assert sum(row.by_limits for row in refused.value.needs) == 4
    board.members.filter(user__in=board.people).update(load_limit=3)
    assert len(draw.draw_reviewers(actor=board.secretary, round=board)) == 12


def test_a_late_product_is_drawn_without_moving_the_others(board):
    draw.draw_reviewers(actor=board.secretary, round=board)
    before = given(board)
    late = make_entrant(board, "Produk lambat", producer=make_producer("ocop"))

    draw.draw_reviewers(actor=board.secretary, round=board)

    assert [row for row in given(board) if row[0] != late.number] == before
    with pytest.raises(NotReady):
        draw.draw_reviewers(actor=board.secretary, round=board)


def test_drawing_anew_moves_untouched_sheets_only(board):
    draw.draw_reviewers(actor=board.secretary, round=board)
    first, second = Sheet.objects.order_by("pk")[:2]
    Sheet.objects.filter(pk=first.pk).update(touched_at=timezone.now())
    Sheet.objects.filter(pk=second.pk).update(origin="substitute")
    new = make_reviewer(board)

    draw.rebalance(actor=board.secretary, round=board, seed=3)

    assert Sheet.objects.filter(pk__in=[first.pk, second.pk], state="open").count() == 2
    loads = Counter(user for _number, user in given(board))
    assert sorted(loads.values()) == [2, 2, 2, 3, 3]
    assert loads[new.pk] >= 2
    assert Sheet.objects.filter(state="void").count() == loads[new.pk]  # nobody else had to move
    assert RoundLogEntry.objects.filter(kind="redrawn").count() == 1


def test_what_was_shown_is_what_is_drawn(board):
    plan = make_plan(board, seed=8)
    panel.declare_conflict(actor=board.people[0], round=board, code=board.entrants.first().code, reason="Saudara")
    with pytest.raises(Stale):
        draw.draw_reviewers(actor=board.secretary, round=board, seed=8, seen=plan.token)
    plan = make_plan(board, seed=8)
    draw.draw_reviewers(actor=board.secretary, round=board, seed=8, seen=plan.token)
    numbers = dict(board.entrants.values_list("pk", "number"))
    assert given(board) == sorted((numbers[entrant], user) for entrant, user in plan.given)


def test_who_lost_the_mandate_is_replaced(board):
    draw.draw_reviewers(actor=board.secretary, round=board)
    lost = board.people[0]
    Mandate.objects.filter(user=lost).update(ends_on=timezone.localdate() - dt.timedelta(days=1))

    draw.draw_reviewers(actor=board.secretary, round=board)

    loads = Counter(user for _number, user in given(board))
    assert lost.pk not in loads
    assert sum(loads.values()) == 12
    if set(loads.values()) != {4}:  # the sheets that stayed may not leave room for level loads; a draw anew makes it
        draw.rebalance(actor=board.secretary, round=board)
    assert set(Counter(user for _number, user in given(board)).values()) == {4}


def test_a_substitute_is_named_or_drawn_and_logged(board):
    draw.draw_reviewers(actor=board.secretary, round=board)
    sheet = Sheet.objects.order_by("pk").first()
    with pytest.raises(Stale):
        draw.name_substitute(actor=board.secretary, entrant=sheet.entrant)
    panel.recuse(actor=sheet.reviewer, entrant=sheet.entrant, reason="Saudara")
    with pytest.raises(Stale):
        draw.name_substitute(actor=board.secretary, entrant=sheet.entrant, user=sheet.reviewer)
    with pytest.raises(Refused):
        draw.name_substitute(actor=board.people[1], entrant=sheet.entrant)

    made = draw.name_substitute(actor=board.secretary, entrant=sheet.entrant)

    assert made.origin == "substitute"
    assert made.reviewer not in (sheet.reviewer, board.secretary)
    detail = RoundLogEntry.objects.get(kind="substituted").detail
    assert detail == {"user": made.reviewer_id, "instead_of": sheet.reviewer_id, "drawn": True}


def test_nobody_free_is_said(board):
    entrant = board.entrants.first()
    for person in board.people:
        make_sheet(entrant, person)
    for person in board.people[:3]:
        panel.recuse(actor=person, entrant=entrant, reason="Saudara")
    with pytest.raises(NotReady):
        draw.name_substitute(actor=board.secretary, entrant=entrant)


def test_one_more_reviewer_once(board):
    draw.draw_reviewers(actor=board.secretary, round=board)
    entrant = board.entrants.first()

    made = draw.add_reviewer(entrant=entrant)

    assert made.origin == "extra"
    assert draw.add_reviewer(entrant=entrant) is None
    assert entrant.sheets.reviews().values("reviewer").distinct().count() == 3
    with pytest.raises(NotReady):
        draw.draw_reviewers(actor=board.secretary, round=board)


def test_command(board):
    out = StringIO()
    call_command("draw_round", board.code, "--seed", "4", stdout=out)
    assert "12 sheets" in out.getvalue()
    assert RoundLogEntry.objects.get(kind="drawn").actor is None
    with pytest.raises(CommandError):
        call_command("draw_round", "tidak-ada")
    Round.objects.update(reviewers_per_product=9)
    with pytest.raises(CommandError, match="for conflicts"):
        call_command("draw_round", board.code)


@pytest.mark.django_db(transaction=True)
def test_two_people_press_at_once():
    from registry.reference import load_reference
    from tests.registry.test_desk_at_once import at_once

    make_regions()
    load_reference(years=())
    with transaction.atomic():
        made = make_round()
        make_entrant(made)
    secretary = make_reviewer(made, "secretary", scores=False)
    chair = make_reviewer(made, "chair", scores=False)
    make_reviewer(made)
    make_reviewer(made)
    token = make_plan(made, seed=1).token

    def press(actor):
        def run():
            try:
                return len(draw.draw_reviewers(actor=actor, round=made, seed=1, seen=token))
            except Stale:
                return "late"

        return run

    assert sorted(map(str, at_once(press(secretary), press(chair)))) == ["2", "late"]
    assert Sheet.objects.count() == 2
