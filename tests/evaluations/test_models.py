"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, connection, transaction

from evaluations import events
from evaluations.models import Instrument, Level, RoundLogEntry, Score
from evaluations.rubrics import rubric_of

from .factories import criterion_of, make_entrant, make_instrument, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Exception as error:
        return "never changes" in str(error) or isinstance(error, IntegrityError)
    return False


def test_published_instrument_never_changes(world):
    instrument = make_instrument()
    section = instrument.sections.first()
    criterion = section.criteria.first()
    level = criterion.levels.first()

    assert refused(lambda: Instrument.objects.filter(pk=instrument.pk).update(name="Lain"))
    assert refused(lambda: Instrument.objects.filter(pk=instrument.pk).update(state="draft"))
    assert refused(lambda: instrument.delete())
    assert refused(lambda: type(section).objects.filter(pk=section.pk).update(points=1))
    assert refused(lambda: type(criterion).objects.filter(pk=criterion.pk).update(weight=2))
    assert refused(lambda: Level.objects.filter(pk=level.pk).update(points=99))
    assert refused(lambda: level.delete())
    assert refused(lambda: Level.objects.create(criterion=criterion, position=9, points=1, name="Baru"))
    assert not refused(lambda: Instrument.objects.filter(pk=instrument.pk).update(state="retired"))


def test_draft_may_change_and_take_nothing_from_a_published_one(world):
    published, draft = make_instrument("satu"), make_instrument("dua", published=False)

    assert not refused(lambda: draft.sections.update(points=1))
    assert refused(lambda: published.sections.update(instrument=draft))
    assert not refused(lambda: draft.delete())


def test_level_of_another_criterion_is_refused(world):
    entrant = make_entrant(make_round())
    sheet = make_sheet(entrant, make_reviewer(entrant.round))
    wrong = criterion_of(entrant, "B1").levels.first()

    assert refused(lambda: Score.objects.create(sheet=sheet, criterion=criterion_of(entrant, "A1"), level=wrong))
    assert not refused(lambda: Score.objects.create(sheet=sheet, criterion=criterion_of(entrant, "B1"), level=wrong))


def test_log_is_append_only(world):
    made = make_round()
    line = events.record(round=made, kind="round_opened", actor=None)

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        RoundLogEntry.objects.filter(pk=line.pk).update(comment="lain")


def test_rubric_of_a_family_has_the_shared_sections_and_its_own(world, django_assert_num_queries):
    instrument = make_instrument(families=("makanan-minuman", "tenun-busana"))
    entrant = make_entrant(make_round(instrument=instrument))

    rubric = rubric_of(entrant)

    assert [section.code for section in rubric.sections] == ["A", "B", "C"]
    assert sum(section.points for section in rubric.sections) == 100
    with django_assert_num_queries(0):
        rubric_of(entrant)
