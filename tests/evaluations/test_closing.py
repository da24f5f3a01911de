"""Closing a round: totals, ranks, freezing, reopening, and computing it all again."""

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.permissions import Refused
from evaluations import results
from evaluations.errors import Conflict, NotReady
from evaluations.models import AgendaItem, ConsensusScore, Decision, Meeting, Score
from evaluations.services.closing import close_round, reopen_round
from registry.states import EntryState
from tests.registry.factories import OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, make_producer
from tests.registry.published import set_state

from .factories import SHAPE, criterion_of, make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db
FULL = {"A1": 3, "A2": 2, "B1": 3, "C1": 3, "C2": 2}
LOW = dict.fromkeys(FULL, 1)
HALF = FULL | {"A1": 1, "B1": 2}


@pytest.fixture
def rakor(world):
    """A round in the Rakor with a chair and three products of three villages."""
    made = make_round(phase="rakor")
    made.chair = make_reviewer(made, "chair")
    made.products = [
        make_entrant(made, f"Kopi {place}", producer=make_producer(region=place)) for place in (VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE)
    ]
    return made


def fill(entrant, *sheets, **fields):
    for choices in sheets:
        make_sheet(entrant, make_reviewer(entrant.round), choices, sent=True, **fields)


def close(made):
    made.refresh_from_db()
    return close_round(actor=made.chair, round=made, expected=made.lock_version)


def decide(entrant, method="mean", **fields):
    meeting = Meeting.objects.create(round=entrant.round, title="Rakor", starts_at=timezone.now(), place="Kupang")
    return Decision.objects.create(
        entrant=entrant, meeting=meeting, method=method, reason="Cukup", decided_by=entrant.round.created_by, **fields
    )


def test_close_freezes_totals_stars_and_places(rakor):
    one, two, three = rakor.products
    fill(one, FULL, HALF)
    fill(two, HALF, HALF)
    fill(three, FULL, HALF)

    made = close(rakor)

    rows = {row.entrant_id: row for row in made.results.all()}
    assert [rows[e.pk].total for e in (one, two, three)] == [Decimal("82.50"), Decimal("65.00"), Decimal("82.50")]
    assert [rows[e.pk].stars for e in (one, two, three)] == [4, 3, 4]
    assert [rows[e.pk].rank for e in (one, two, three)] == [1, 3, 1]
    assert [rows[e.pk].rank_regency for e in (one, two, three)] == [1, 2, 1]
    assert rows[one.pk].sections == {"A": "30.00", "B": "17.50", "C": "35.00"}
    rakor.refresh_from_db()
    assert rakor.phase == "closed"
    assert results.differences(made) == []


def test_all_equal_scores_share_the_first_place(rakor):
    for entrant in rakor.products:
        fill(entrant, HALF)

    made = close(rakor)

    assert set(made.results.values_list("rank", "rank_pillar", "rank_family")) == {(1, 1, 1)}


def test_sheets_that_were_not_sent_do_not_count(rakor):
    one, two, three = rakor.products
    fill(one, FULL)
    make_sheet(one, make_reviewer(rakor), LOW)
    make_sheet(one, make_reviewer(rakor), LOW, state="void", state_reason="Mundur")
    make_sheet(one, make_reviewer(), LOW, sent=True, kind="self", origin="self")
    fill(two, FULL)
    fill(three, FULL)

    assert close(rakor).results.get(entrant=one).total == 100


def test_needs_a_sheet_and_a_decision_for_what_is_disputed(rakor):
    one, two, three = rakor.products
    fill(one, FULL, LOW)
    fill(two, FULL)
    AgendaItem.objects.create(entrant=one, reason="spread")

    with pytest.raises(NotReady) as undecided:
        close(rakor)
    decide(one, "median")
    with pytest.raises(NotReady) as empty:
        close(rakor)

    assert undecided.value.needs == [one]
    assert empty.value.needs == [three]
    rakor.refresh_from_db()
    assert rakor.phase == "rakor"


@pytest.mark.parametrize("state", [EntryState.WITHDRAWN, EntryState.SUSPENDED, EntryState.CEASED])
def test_product_that_left_the_catalogue_gets_no_result(rakor, state):
    for entrant in rakor.products:
        fill(entrant, FULL)
    set_state(rakor.products[0].product.entry, state)

    made = close(rakor)

    assert set(made.results.values_list("entrant", flat=True)) == {entrant.pk for entrant in rakor.products[1:]}


def test_confirmed_knock_out_has_no_stars_and_no_place(rakor):
    for entrant in rakor.products:
        fill(entrant, FULL)
    decide(rakor.products[0], is_knocked_out=True)

    made = close(rakor)

    out = made.results.get(entrant=rakor.products[0])
    assert (out.stars, out.rank, out.rank_pillar, out.is_knocked_out, out.total) == (0, None, None, True, 100)
    assert set(made.results.exclude(pk=out.pk).values_list("rank", flat=True)) == {1}


def test_consensus_replaces_the_sheets(rakor):
    for entrant in rakor.products:
        fill(entrant, FULL, LOW)
    decision = decide(rakor.products[0], "consensus")
    for code, position in HALF.items():
        criterion = criterion_of(rakor.products[0], code)
        ConsensusScore.objects.create(decision=decision, criterion=criterion, level=criterion.levels.get(position=position))

    assert close(rakor).results.get(entrant=rakor.products[0]).total == 65


def test_results_are_frozen(rakor):
    for entrant in rakor.products:
        fill(entrant, FULL)
    made = close(rakor)

    for change in (
        lambda: made.results.update(total=1),
        lambda: made.results.all().delete(),
        lambda: type(made).objects.update(sha256="x"),
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change()


def test_only_the_chair_closes_and_only_once(rakor):
    for entrant in rakor.products:
        fill(entrant, FULL)
    secretary = make_reviewer(rakor, "secretary")

    with pytest.raises(Refused):
        close_round(actor=secretary, round=rakor, expected=rakor.lock_version)
    close_round(actor=rakor.chair, round=rakor, expected=0)
    with pytest.raises(Conflict):
        close_round(actor=rakor.chair, round=rakor, expected=0)


def test_reopening_makes_a_new_version_and_keeps_the_old_one(rakor):
    for entrant in rakor.products:
        fill(entrant, HALF)
    first = close(rakor)
    rakor.refresh_from_db()

    with pytest.raises(NotReady):
        reopen_round(actor=rakor.chair, round=rakor, expected=rakor.lock_version, reason=" ")
    reopen_round(actor=rakor.chair, round=rakor, expected=rakor.lock_version, reason="Salah hitung")
    Score.objects.filter(sheet__entrant=rakor.products[0], criterion__code="A1").delete()
    second = close(rakor)

    first.refresh_from_db()
    assert (first.version, second.version) == (1, 2)
    assert first.superseded_at
    assert first.results.get(entrant=rakor.products[0]).total == 65
    assert results.differences(first) == results.differences(second) == []


def test_recompute_finds_a_changed_record(rakor):
    for entrant in rakor.products:
        fill(entrant, HALF)
    close(rakor)
    out = io.StringIO()
    call_command("recompute_round", rakor.code, "--check", stdout=out)
    assert "0 differences" in out.getvalue()

    criterion = criterion_of(rakor.products[0], "A1")
    Score.objects.filter(sheet__entrant=rakor.products[0], criterion=criterion).update(level=criterion.levels.get(position=3))

    with pytest.raises(CommandError, match="1 differences"):
        call_command("recompute_round", rakor.code, "--check", stdout=out, stderr=io.StringIO())


def test_recompute_finds_a_forged_result(rakor):
    for entrant in rakor.products:
        fill(entrant, HALF)
    made = close(rakor)
    row = made.results.get(entrant=rakor.products[0])
    row.total, row.stars = Decimal("99.00"), 5

    found = results._differences(row, results.compute(row.inputs), {"rank": 1, "rank_pillar": 1, "rank_regency": 1, "rank_family": 1})

    assert [line.what for line in found] == ["total", "stars"]
    assert str(found[1]).endswith("stars 3 -> 5") or str(found[1]).endswith("stars 5 -> 3")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_recompute_equals_stored_on_random_rounds(rakor, data):
    with transaction.atomic():
        for entrant in rakor.products:
            for _sheet in range(data.draw(st.integers(1, 3))):
                choices = {c: data.draw(st.integers(1, len(p))) for part in SHAPE.values() for c, p in part.items()}
                fill(entrant, choices, origin=data.draw(st.sampled_from(["drawn", "extra"])))
            if data.draw(st.booleans()):
                method = data.draw(st.sampled_from(["keep", "mean", "median"]))
                decide(entrant, method, is_knocked_out=data.draw(st.booleans()))
        made = close(rakor)

        assert results.differences(made) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("count", [1, 3])
def test_computing_takes_the_same_queries_whatever_the_number_of_products(rakor, django_assert_num_queries, count):
    for entrant in rakor.products[:count]:
        fill(entrant, FULL)
    for entrant in rakor.products[count:]:
        set_state(entrant.product.entry, EntryState.WITHDRAWN)
    results.build(rakor, results.gather(rakor))  # compiles the rubric

    with django_assert_num_queries(7):
        rows = results.build(rakor, results.gather(rakor))

    assert len(rows) == count
