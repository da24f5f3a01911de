"""Saving, sending and reopening sheets, and every kind of bad luck in between."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.models import Mandate
from accounts.permissions import Refused
from accounts.scope import forget_mandates
from evaluations.errors import Conflict, NotReady
from evaluations.models import AgendaItem, CriterionEvidence, Instrument, Level, Round, RoundLogEntry, Score, Sheet
from evaluations.models import Conflict as Interest
from evaluations.services import paper, sheets
from registry.models import CatalogueEntry, Notice
from tests.registry.factories import make_head, make_producer

from .factories import criterion_of, make_entrant, make_instrument, make_reviewer, make_round, make_sheet, publish_instrument

pytestmark = pytest.mark.django_db
ALL = {"A1": 2, "A2": 2, "B1": 2, "C1": 2, "C2": 2}
LOW = dict.fromkeys(ALL, 1)


@pytest.fixture
def desk(world):
    """A round, one product, one reviewer with an open sheet."""
    made = make_round()
    entrant = make_entrant(made, producer=make_producer())
    reviewer = make_reviewer(made)
    return made, entrant, reviewer, make_sheet(entrant, reviewer)


def save(reviewer, sheet, code="A1", position=2, comment="", base=0):
    criterion = criterion_of(sheet.entrant, code)
    level = criterion.levels.get(position=position).pk if position else None
    return sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=criterion.pk, level_id=level, comment=comment, base=base)


def stored(sheet, code="A1"):
    score = Score.objects.select_related("level").get(sheet=sheet, criterion__code=code)
    return (score.level.position if score.level else None, score.comment, score.version)


def refused(act, words=""):
    with translation.override("en"):
        with pytest.raises(Refused) as error:
            act()
        assert words in str(error.value.reason)


# --- saving


def test_a_choice_is_saved_once_and_counts_its_versions(desk):
    _round, _entrant, reviewer, sheet = desk

    assert save(reviewer, sheet) == 1
    assert save(reviewer, sheet, position=3, base=1) == 2
    assert save(reviewer, sheet, position=3, comment="Lihat nota", base=2) == 3

    assert stored(sheet) == (3, "Lihat nota", 3)
    sheet.refresh_from_db()
    assert sheet.touched_at is not None


def test_the_same_save_twice_is_one(desk):
    _round, _entrant, reviewer, sheet = desk

    assert [save(reviewer, sheet), save(reviewer, sheet), save(reviewer, sheet, base=1)] == [1, 1, 1]
    assert stored(sheet) == (2, "", 1)


def test_a_late_or_out_of_order_save_never_overwrites(desk):
    _round, _entrant, reviewer, sheet = desk
    save(reviewer, sheet, position=1)
    save(reviewer, sheet, position=3, base=1)

    with pytest.raises(Conflict):
        save(reviewer, sheet, position=1, base=0)  # the first one arrives a second time
    with pytest.raises(Conflict):
        save(reviewer, sheet, position=2, base=1)  # one that was overtaken

    assert stored(sheet) == (3, "", 2)


def test_two_tabs_are_told_of_both_values(desk):
    _round, _entrant, reviewer, sheet = desk
    save(reviewer, sheet, position=3, comment="di tab satu")

    with pytest.raises(Conflict) as error:
        save(reviewer, sheet, position=2, comment="di tab dua")

    assert (error.value.current.level.position, error.value.current.comment) == (3, "di tab satu")
    assert error.value.typed.comment == "di tab dua"
    assert save(reviewer, sheet, position=2, comment="di tab dua", base=error.value.current.version) == 2


def test_a_remark_without_a_level_keeps_the_level(desk):
    _round, _entrant, reviewer, sheet = desk
    save(reviewer, sheet, position=2)

    save(reviewer, sheet, position=None, comment="Bukti ada", base=1)

    assert stored(sheet) == (2, "Bukti ada", 2)


def test_advice_keeps_its_own_version(desk):
    _round, _entrant, reviewer, sheet = desk

    assert sheets.save_comment(actor=reviewer, key=sheet.key, comment="Catat hasil uji.", base=0) == 1
    assert sheets.save_comment(actor=reviewer, key=sheet.key, comment="Catat hasil uji.", base=0) == 1
    with pytest.raises(Conflict):
        sheets.save_comment(actor=reviewer, key=sheet.key, comment="Lain.", base=0)
    assert sheets.save_comment(actor=reviewer, key=sheet.key, comment="Lain.", base=1) == 2


def test_a_save_asks_few_queries(desk, django_assert_num_queries):
    _round, _entrant, reviewer, sheet = desk
    criterion = criterion_of(sheet.entrant, "A1")
    level = criterion.levels.get(position=2).pk
    save(reviewer, sheet, code="B1")  # the rubric is read, the sheet touched
    forget_mandates(reviewer)

    with django_assert_num_queries(4):  # savepoint, the sheet with all it depends on, the upsert, savepoint
        sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=criterion.pk, level_id=level, comment="", base=0)


# --- refusals


def test_level_of_another_criterion_is_refused(desk):
    _round, entrant, reviewer, sheet = desk
    wrong = criterion_of(entrant, "B1").levels.first().pk

    with pytest.raises(NotReady):
        sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=criterion_of(entrant, "A1").pk, level_id=wrong, comment="", base=0)
    assert not Score.objects.exists()


def test_criterion_of_another_instrument_or_not_asked_is_refused(world):
    instrument = make_instrument(published=False)
    criterion = instrument.sections.get(code="A").criteria.get(code="A2")
    type(criterion).objects.filter(pk=criterion.pk).update(applies_if="has_story")
    made = make_round(instrument=publish_instrument(instrument))
    entrant = make_entrant(made, producer=make_producer(), facts={"has_story": False})
    reviewer = make_reviewer(made)
    sheet = make_sheet(entrant, reviewer)
    foreign = make_instrument("lain").sections.first().criteria.first()

    for row in (foreign, criterion):
        with pytest.raises(NotReady):
            sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=row.pk, level_id=row.levels.first().pk, comment="", base=0)


def test_criterion_of_a_sample_opens_with_the_sample(world):
    instrument = make_instrument(published=False, unassessable_note="Dihitung tingkat terendah.")
    type(instrument.sections.first().criteria.first()).objects.filter(code="C2").update(judged_by="sample")
    made = make_round(instrument=publish_instrument(instrument))
    entrant = make_entrant(made, producer=make_producer())
    reviewer = make_reviewer(made)
    sheet = make_sheet(entrant, reviewer)
    with pytest.raises(NotReady):
        save(reviewer, sheet, code="C2")

    entrant.round.samples.create(entrant=entrant, blind_number=7, state="received", received_on=timezone.localdate())

    assert save(reviewer, sheet, code="C2") == 1


def test_score_of_an_unassigned_product_is_refused(desk):
    made, _entrant, _reviewer, sheet = desk
    refused(lambda: save(make_reviewer(made), sheet), "not yours")
    refused(lambda: save(make_reviewer(made, "secretary"), sheet), "not yours")
    refused(lambda: save(make_head(make_producer("ocop")), sheet), "not yours")


NOT_YET, OVER = "Scoring has not begun", "Scoring has ended"


@pytest.mark.parametrize(
    ("phase", "words"), [("entry", NOT_YET), ("documents", NOT_YET), ("samples", NOT_YET), ("closed", OVER), ("established", OVER)]
)
def test_score_outside_the_scoring_phase_is_refused(desk, phase, words):
    made, _entrant, reviewer, sheet = desk
    Round.objects.filter(pk=made.pk).update(phase=phase)
    refused(lambda: save(reviewer, sheet), words)


def test_score_before_the_first_day_is_told_that_day(desk):
    made, _entrant, reviewer, sheet = desk
    Round.objects.filter(pk=made.pk).update(scoring_opens_on=dt.date(2031, 3, 1), scoring_closes_on=dt.date(2031, 4, 1))
    refused(lambda: save(reviewer, sheet), "1 March 2031")


def test_score_after_the_closing_day_is_refused_and_on_it_taken(desk):
    made, _entrant, reviewer, sheet = desk
    today = timezone.localdate()
    Round.objects.filter(pk=made.pk).update(scoring_closes_on=today)
    assert save(reviewer, sheet) == 1
    Round.objects.filter(pk=made.pk).update(scoring_closes_on=today - dt.timedelta(days=1))
    refused(lambda: save(reviewer, sheet, position=3, base=1), OVER)


def test_a_reviewer_whose_mandate_ended_scores_no_more(desk):
    _round, _entrant, reviewer, sheet = desk
    Mandate.objects.filter(user=reviewer).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    forget_mandates(reviewer)
    refused(lambda: save(reviewer, sheet), "not in force")
    assert not Sheet.objects.for_user(reviewer).exists()


def test_a_reviewer_who_left_the_panel_scores_no_more(desk):
    made, _entrant, reviewer, sheet = desk
    made.members.filter(user=reviewer).update(ended_at=timezone.now(), ended_reason="pindah")
    refused(lambda: save(reviewer, sheet), "not in force")


def test_a_conflict_found_later_stops_the_sheet(desk):
    made, entrant, reviewer, sheet = desk
    Interest.objects.create(round=made, entrant=entrant, user=reviewer, kind="declared")
    refused(lambda: save(reviewer, sheet), "conflict of interest")


@pytest.mark.parametrize(("state", "words"), [("withdrawn", "withdrawn"), ("suspended", "suspended"), ("ceased", "no longer made")])
def test_product_gone_in_mid_round_takes_no_more_scores(desk, state, words):
    _round, entrant, reviewer, sheet = desk
    save(reviewer, sheet)
    CatalogueEntry.objects.filter(product=entrant.product).update(state=state, state_reason="alasan")
    refused(lambda: save(reviewer, sheet, position=3, base=1), words)
    refused(lambda: sheets.submit_sheet(actor=reviewer, key=sheet.key), words)


def test_product_taken_out_of_the_round_takes_no_more_scores(desk):
    _round, entrant, reviewer, sheet = desk
    type(entrant).objects.filter(pk=entrant.pk).update(state="out", state_reason="tidak lengkap")
    refused(lambda: save(reviewer, sheet), "out of the round")


def test_void_sheet_says_why(desk):
    _round, _entrant, reviewer, sheet = desk
    Sheet.objects.filter(pk=sheet.pk).update(state="void", state_reason="Diganti.")
    refused(lambda: save(reviewer, sheet), "Diganti.")


def test_new_version_of_the_instrument_leaves_the_round_alone(desk):
    _round, entrant, reviewer, sheet = desk
    save(reviewer, sheet)
    Instrument.objects.filter(pk=entrant.instrument_id).update(state="retired")
    newer = make_instrument("uji")
    new_level = newer.sections.get(code="A").criteria.get(code="A1").levels.get(position=3)

    assert save(reviewer, sheet, position=3, base=1) == 2
    with pytest.raises(NotReady):
        sheets.save_score(
            actor=reviewer, key=sheet.key, criterion_id=criterion_of(entrant, "A1").pk, level_id=new_level.pk, comment="", base=2
        )


def test_other_sheets_open_after_those_of_the_common_sample_product(desk):
    made, entrant, reviewer, sheet = desk
    common = make_entrant(made, "Contoh bersama", producer=make_producer("ocop"), is_calibration=True)
    first = make_sheet(common, reviewer, ALL, origin="calibration")

    refused(lambda: save(reviewer, sheet), "common sample")
    sheets.submit_sheet(actor=reviewer, key=first.key)

    assert save(reviewer, sheet) == 1
    assert not AgendaItem.objects.filter(entrant=entrant).exists()


# --- sending


def filled_sheet(entrant, reviewer, choices=ALL, **fields):
    return make_sheet(entrant, reviewer, choices, **fields)


def test_incomplete_sheet_lists_what_is_missing(desk):
    _round, _entrant, reviewer, sheet = desk
    save(reviewer, sheet)

    with pytest.raises(NotReady) as error:
        sheets.submit_sheet(actor=reviewer, key=sheet.key)

    assert [one.criterion.code for one in error.value.needs] == ["A2", "B1", "C1", "C2"]
    assert all(one.is_level for one in error.value.needs)


def test_required_evidence_is_named_above_the_lowest_level(world):
    instrument = make_instrument(published=False)
    criterion = instrument.sections.get(code="B").criteria.get(code="B1")
    CriterionEvidence.objects.create(criterion=criterion, kind="permit", is_required=True, label="Izin")
    made = make_round(instrument=publish_instrument(instrument))
    entrant, reviewer = make_entrant(made, producer=make_producer()), make_reviewer(made)
    sheet = make_sheet(entrant, reviewer, ALL)
    with pytest.raises(NotReady) as error:
        sheets.submit_sheet(actor=reviewer, key=sheet.key)
    assert [(one.criterion.code, one.is_level) for one in error.value.needs] == [("B1", False)]

    save(reviewer, sheet, code="B1", comment="P-IRT dilihat", base=1)

    assert sheets.submit_sheet(actor=reviewer, key=sheet.key).state == "submitted"


def test_sent_twice_is_sent_once(desk):
    _round, entrant, reviewer, _sheet = desk
    other = make_entrant(entrant.round, "Madu", producer=make_producer("ocop"))
    sheet = filled_sheet(other, reviewer)

    sheets.submit_sheet(actor=reviewer, key=sheet.key)
    sheets.submit_sheet(actor=reviewer, key=sheet.key)

    assert RoundLogEntry.objects.filter(kind="sheet_sent").count() == 1
    refused(lambda: save(reviewer, sheet, position=3, base=1), "has been sent")


def test_reopened_until_the_round_closes(desk):
    made, _entrant, _reviewer, sheet = desk
    other = make_reviewer(made)
    sheet = filled_sheet(sheet.entrant, other)
    sheets.submit_sheet(actor=other, key=sheet.key)

    assert sheets.reopen_sheet(actor=other, key=sheet.key).state == "open"
    assert save(other, sheet, position=3, base=1) == 2
    sheets.submit_sheet(actor=other, key=sheet.key)
    Round.objects.filter(pk=made.pk).update(phase="closed")

    refused(lambda: sheets.reopen_sheet(actor=other, key=sheet.key), OVER)


def test_sheets_far_apart_bring_one_more_reviewer_and_the_agenda(desk):
    made, entrant, first, _open = desk
    second = make_reviewer(made)
    make_sheet(make_entrant(made, "Madu", producer=make_producer("ocop")), make_reviewer(made))
    Sheet.objects.filter(reviewer=first).delete()
    one, two = filled_sheet(entrant, first, ALL), filled_sheet(entrant, second, LOW)

    sheets.submit_sheet(actor=first, key=one.key)
    assert not AgendaItem.objects.exists()
    sheets.submit_sheet(actor=second, key=two.key)

    extra = Sheet.objects.get(origin="extra")
    assert extra.entrant == entrant
    assert extra.reviewer not in (first, second)
    assert AgendaItem.objects.get().reason == "spread"
    assert Notice.objects.filter(user=extra.reviewer, kind="sheet_given").count() == 1
    sheets.reopen_sheet(actor=second, key=two.key)
    sheets.submit_sheet(actor=second, key=two.key)
    assert Sheet.objects.filter(origin="extra").count() == 1


def test_sheets_near_each_other_bring_nobody(desk):
    made, entrant, first, _open = desk
    Sheet.objects.all().delete()
    second = make_reviewer(made)
    make_reviewer(made)
    for reviewer in (first, second):
        sheets.submit_sheet(actor=reviewer, key=filled_sheet(entrant, reviewer).key)
    assert not AgendaItem.objects.exists()
    assert not Sheet.objects.filter(origin="extra").exists()


def test_spread_with_nobody_free_still_reaches_the_agenda(desk):
    made, entrant, first, _open = desk
    Sheet.objects.all().delete()
    second = make_reviewer(made)
    for reviewer, choices in ((first, ALL), (second, LOW)):
        sheets.submit_sheet(actor=reviewer, key=filled_sheet(entrant, reviewer, choices).key)
    assert AgendaItem.objects.get().reason == "spread"
    assert Sheet.objects.count() == 2


def test_knock_out_has_to_be_explained_and_goes_to_the_panel(world):
    instrument = make_instrument(published=False)
    Level.objects.filter(criterion__section__instrument=instrument, criterion__code="A2", position=1).update(effect="disqualify")
    made = make_round(instrument=publish_instrument(instrument))
    entrant, reviewer = make_entrant(made, producer=make_producer()), make_reviewer(made)
    sheet = make_sheet(entrant, reviewer, {**ALL, "A2": 1})
    with pytest.raises(NotReady):
        sheets.submit_sheet(actor=reviewer, key=sheet.key)

    save(reviewer, sheet, code="A2", position=1, comment="Hanya ganti label", base=1)
    sheets.submit_sheet(actor=reviewer, key=sheet.key)

    assert AgendaItem.objects.get().reason == "knockout"


# --- paper


def test_secretary_enters_a_paper_sheet_marked_as_such(desk):
    made, _entrant, _reviewer, sheet = desk
    secretary = make_reviewer(made, "secretary", scores=False)

    paper.start_paper(actor=secretary, sheet=sheet)
    for code in ALL:
        save(secretary, sheet, code=code)
    sent = sheets.submit_sheet(actor=secretary, key=sheet.key)

    assert (sent.is_paper, sent.entered_by, sent.state) == (True, secretary, "submitted")
    assert list(RoundLogEntry.objects.values_list("kind", "actor")) == [("paper_entered", secretary.pk), ("sheet_sent", secretary.pk)]


def test_paper_is_for_untouched_sheets_and_those_who_run_the_round(desk):
    made, entrant, reviewer, sheet = desk
    refused(lambda: paper.start_paper(actor=make_reviewer(made), sheet=sheet))
    conflicted = make_reviewer(made, "secretary")
    Interest.objects.create(round=made, entrant=entrant, user=conflicted, kind="declared")
    refused(lambda: paper.start_paper(actor=conflicted, sheet=sheet), "conflict")
    save(reviewer, sheet)
    with pytest.raises(NotReady):
        paper.start_paper(actor=make_reviewer(made, "chair"), sheet=sheet)


# --- self-assessment


def test_producer_assesses_itself_until_its_day_and_it_never_counts(desk):
    made, entrant, _reviewer, _sheet = desk
    head = make_head(entrant.product.producer)
    with pytest.raises(NotReady):
        sheets.start_self_assessment(actor=head, entrant=entrant)
    Round.objects.filter(pk=made.pk).update(self_assessment_due_on=timezone.localdate(), phase="documents")

    own = sheets.start_self_assessment(actor=head, entrant=entrant)
    again = sheets.start_self_assessment(actor=make_head(entrant.product.producer), entrant=entrant)
    for code in ALL:
        save(head, own, code=code)
    sheets.submit_sheet(actor=head, key=own.key)

    assert own == again
    assert not entrant.sheets.counted().exists()
    assert not entrant.sheets.reviews().filter(pk=own.pk).exists()
    Round.objects.filter(pk=made.pk).update(self_assessment_due_on=timezone.localdate() - dt.timedelta(days=1))
    refused(lambda: sheets.reopen_sheet(actor=head, key=own.key), "has passed")
    refused(lambda: save(make_head(make_producer("ocop")), own))
