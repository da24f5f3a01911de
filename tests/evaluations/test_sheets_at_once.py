"""Two connections at once: tabs against each other, a reviewer against the chair who closes."""

import threading

import pytest
from django.db import connection, transaction

from accounts.permissions import Refused
from evaluations.models import AgendaItem, Round, Score, Sheet
from evaluations.services import closing, sheets
from registry.reference import load_reference
from tests.registry.factories import make_producer, make_regions
from tests.registry.test_concurrency import at_once

from .factories import criterion_of, make_reviewer, make_round, make_sheet
from .factories import make_entrant as entered

pytestmark = pytest.mark.django_db(transaction=True)
ALL = {"A1": 2, "A2": 2, "B1": 2, "C1": 2, "C2": 2}


@pytest.fixture(autouse=True)
def _world():
    make_regions()
    load_reference(years=())


def make_entrant(round):
    with transaction.atomic():
        return entered(round, producer=make_producer())


def save(reviewer, sheet, position, base=0, code="A1"):
    criterion = criterion_of(sheet.entrant, code)
    level = criterion.levels.get(position=position).pk
    return lambda: sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=criterion.pk, level_id=level, comment="", base=base)


def test_two_tabs_at_once_one_wins_and_the_other_is_told():
    entrant = make_entrant(make_round())
    reviewer = make_reviewer(entrant.round)
    sheet = make_sheet(entrant, reviewer)

    results = at_once(save(reviewer, sheet, 1), save(reviewer, sheet, 3))

    assert sorted(type(one).__name__ for one in results) == ["Conflict", "int"]
    assert Score.objects.get().version == 1


def test_the_same_save_on_two_connections_is_one():
    entrant = make_entrant(make_round())
    reviewer = make_reviewer(entrant.round)
    sheet = make_sheet(entrant, reviewer)

    assert at_once(save(reviewer, sheet, 2), save(reviewer, sheet, 2)) == [1, 1]


def closing_round(phase="rakor"):
    made = make_round(phase=phase)
    chair = make_reviewer(made, "chair")
    entrant = make_entrant(made)
    make_sheet(entrant, chair, ALL, sent=True)
    reviewer = make_reviewer(made)
    return made, chair, entrant, reviewer


def test_chair_closing_while_a_reviewer_sends_leaves_no_half_counted_sheet():
    made, chair, entrant, reviewer = closing_round()
    sheet = make_sheet(entrant, reviewer, ALL)

    closed, sent = at_once(
        lambda: closing.close_round(actor=chair, round=made, expected=made.lock_version),
        lambda: sheets.submit_sheet(actor=reviewer, key=sheet.key),
    )

    counted = len(made.result_sets.get().results.get().inputs["sheets"])
    assert not isinstance(closed, Exception)
    assert isinstance(sent, (Sheet, Refused))
    assert counted == (2 if isinstance(sent, Sheet) else 1)
    assert Sheet.objects.get(pk=sheet.pk).state == ("submitted" if counted == 2 else "open")


def test_a_save_waits_for_the_chair_and_is_then_refused():
    made, _chair, entrant, reviewer = closing_round()
    sheet = make_sheet(entrant, reviewer)
    locked, go_on = threading.Event(), threading.Event()

    def close():
        with transaction.atomic():
            fresh = closing.locked(made.pk, made.lock_version)
            locked.set()
            go_on.wait(5)
            closing.move(fresh, "closed")
        return "closed"

    def late():
        locked.wait(5)
        threading.Timer(0.3, go_on.set).start()
        return save(reviewer, sheet, 2)()

    results = at_once(close, late)

    assert results[0] == "closed"
    assert isinstance(results[1], Refused)
    assert not Score.objects.exclude(sheet__reviewer=_chair).exists()


def test_two_reviewers_sending_at_once_bring_one_extra_reviewer():
    made = make_round()
    entrant = make_entrant(made)
    people = [make_reviewer(made) for _person in range(4)]
    pair = [make_sheet(entrant, people[0], ALL), make_sheet(entrant, people[1], dict.fromkeys(ALL, 1))]

    results = at_once(*(lambda one=one: sheets.submit_sheet(actor=one.reviewer, key=one.key) for one in pair))

    assert [type(one) for one in results] == [Sheet, Sheet]
    assert Sheet.objects.filter(origin="extra").count() == 1
    assert AgendaItem.objects.count() == 1


def test_saves_of_many_reviewers_do_not_wait_for_each_other():
    made = make_round()
    entrant = make_entrant(made)
    people = [make_reviewer(made) for _person in range(2)]
    mine, others = (make_sheet(entrant, one) for one in people)
    begun, done = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            save(people[0], mine, 2)()
            begun.set()
            return done.wait(5)

    def quick():
        begun.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        answer = save(people[1], others, 2)()
        done.set()
        return answer

    assert at_once(slow, quick) == [True, 1]
    assert Round.objects.get().phase == "scoring"
