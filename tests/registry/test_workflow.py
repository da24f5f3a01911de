"""The workflow table: who may take which step from which state, and what the database refuses besides."""

import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Office, Role
from registry import workflow
from registry.errors import Conflict, NotReady
from registry.models import CatalogueEntry, Submission, SubmissionEvent, SubmissionVersion
from registry.services import checks, drafts
from registry.states import SubmissionState

from .factories import (
    OTHER_REGENCY,
    give,
    make_head,
    make_image,
    make_officer,
    make_producer,
    make_product,
    make_user,
)
from .steps import decide, publish, save, send, take

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def product():
    return make_product(make_producer())


@pytest.fixture
def head(product):
    return make_head(product.producer)


@pytest.fixture
def regency():
    return make_officer()


@pytest.fixture
def province():
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


# The whole table, written out: from which states each step starts.
EXPECTED_SOURCES = {
    "submit": {"draft", "returned"},
    "recall": {"submitted"},
    "cancel": {"draft", "returned"},
    "verify": {"submitted"},
    "return": {"submitted", "verified"},
    "reject": {"submitted", "verified"},
    "publish": {"verified"},
}


def test_the_table_is_the_one_of_the_design():
    assert {name: set(row.sources) for name, row in workflow.TRANSITIONS.items()} == EXPECTED_SOURCES


@pytest.mark.parametrize("name", EXPECTED_SOURCES)
@pytest.mark.parametrize("state", SubmissionState.values)
def test_a_step_is_refused_from_any_other_state(name, state, product, head):
    submission = drafts.open_submission(product)
    submission.state = state
    answer = workflow.answer(head, submission, name)
    if state not in EXPECTED_SOURCES[name]:
        assert not answer
        assert "state" in str(answer.reason) or "keadaan" in str(answer.reason)
    else:
        assert name in workflow.available(head, submission)


def test_sending_twice_counts_once(product, head):
    submission = send(head, product)
    with pytest.raises(Conflict):
        workflow.apply(actor=head, submission=submission, name="submit", expected=0, declaration=True)
    assert submission.versions.count() == 1


def test_sending_needs_the_declaration_and_everything_required(product, head):
    with pytest.raises(NotReady, match=r"declaration|pernyataan"):
        take(head, product, "submit")
    product.photos.all().delete()
    with pytest.raises(NotReady):
        send(head, product)


@pytest.mark.parametrize(
    ("role", "may_send", "sheet", "allowed"),
    [
        (Role.PRODUCER_HEAD, False, False, True),
        (Role.PRODUCER_OPERATOR, False, False, False),
        (Role.PRODUCER_OPERATOR, True, False, True),
        (Role.PRODUCER_OPERATOR, False, True, False),
        (Role.COMPANION, False, False, False),
        (Role.COMPANION, True, False, True),
        (Role.COMPANION, False, True, True),
    ],
)
def test_who_may_send(role, may_send, sheet, allowed, product):
    user = make_user()
    give(user, role, producer=product.producer, may_send=may_send)
    if sheet:
        Submission.objects.filter(product=product).update(evidence=make_image())
    if allowed:
        assert send(user, product).state == "submitted"
    else:
        with pytest.raises(Refused):
            send(user, product)


def test_an_officer_sends_on_behalf_with_the_signed_sheet_and_then_may_not_check_it(product, regency):
    Submission.objects.filter(product=product).update(evidence=make_image())
    submission = send(regency, product)
    assert submission.on_behalf
    with pytest.raises(Refused):
        checks.claim(actor=regency, submission=submission)


def test_the_head_can_object_to_what_was_sent_on_behalf(product, head, regency):
    companion = make_user()
    give(companion, Role.COMPANION, producer=product.producer, may_send=True)
    submission = send(companion, product)
    checks.object_to_entry(actor=head, submission=submission, words="Harganya bukan ini.")
    with pytest.raises(NotReady, match=r"object|menyanggah"):
        decide(regency, product, "verify")
    decide(regency, product, "return", comment="Kepala desa keberatan.")
    assert send(head, product).objection == ""


def test_a_claim_is_needed_and_shuts_others_out_until_it_expires(product, head, regency):
    other = make_officer()
    submission = send(head, product)
    with pytest.raises(NotReady):
        take(regency, product, "verify")
    checks.claim(actor=regency, submission=submission)
    with pytest.raises(Refused):
        checks.claim(actor=other, submission=submission)
    Submission.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    assert checks.claim(actor=other, submission=submission).claimed_by == other


def test_a_claimed_submission_cannot_be_taken_back(product, head, regency):
    submission = send(head, product)
    checks.claim(actor=regency, submission=submission)
    with pytest.raises(NotReady):
        take(head, product, "recall")
    checks.release(actor=regency, submission=submission)
    assert take(head, product, "recall").state == "draft"


def test_an_officer_of_another_regency_is_refused(product, head):
    stranger = make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY])
    submission = send(head, product)
    with pytest.raises(Refused):
        checks.claim(actor=stranger, submission=submission)


def test_the_province_may_take_over_only_when_the_day_has_come(product, head, province):
    submission = send(head, product)
    with pytest.raises(Refused):
        checks.claim(actor=province, submission=submission)
    Submission.objects.update(takeover_on=timezone.localdate())
    decide(province, product, "verify")
    assert SubmissionEvent.objects.get(transition="verify").detail == {"takeover": True}


def test_submitter_verifier_and_publisher_are_three_persons(product, head, regency, province):
    give(regency, Role.PROVINCE_OFFICER, regions=["53"])
    send(head, product)
    decide(regency, product, "verify")
    with pytest.raises(Refused):
        checks.claim(actor=regency, submission=drafts.open_submission(product))
    submission = drafts.open_submission(product)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(published_by=regency)
    assert decide(province, product, "publish").state == "published"


def test_a_flagged_version_cannot_be_accepted(product, head, regency):
    submission = send(head, product)
    checks.claim(actor=regency, submission=submission)
    checks.mark_field(actor=regency, submission=submission, field="name", reason="unclear")
    with pytest.raises(NotReady):
        take(regency, product, "verify")
    checks.unmark_field(actor=regency, submission=submission, field="name")
    assert take(regency, product, "verify").state == "verified"


def test_a_return_needs_a_mark_or_words_and_sets_a_due_day(product, head, regency):
    submission = send(head, product)
    checks.claim(actor=regency, submission=submission)
    with pytest.raises(NotReady):
        take(regency, product, "return")
    returned = take(regency, product, "return", comment="Foto kemasan belum ada.")
    assert returned.return_due_on > timezone.localdate()
    assert returned.claimed_by is None


def test_a_rejection_needs_a_reason_and_the_product_can_be_opened_again(product, head, regency):
    send(head, product)
    with pytest.raises(NotReady):
        decide(regency, product, "reject")
    take(regency, product, "reject", comment="Bukan produk desa ini.")
    again = drafts.reopen(actor=head, product=product)
    assert again.state == "draft"
    assert drafts.reopen(actor=head, product=product) == again


def test_a_version_and_an_event_can_never_be_changed(product, head):
    send(head, product)
    for rows, change in ((SubmissionVersion.objects, {"sha256": "0" * 64}), (SubmissionEvent.objects, {"comment": "lain"})):
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(InternalError), transaction.atomic():
            rows.all()._raw_delete("default")


def test_what_lies_on_a_desk_cannot_be_written(product, head):
    send(head, product)
    with pytest.raises(NotReady):
        save(head, product, "about", name="Nama lain")


def test_every_step_leaves_an_event_with_the_mandate(product, head, regency, province):
    publish(product, head=head, regency=regency, province=province)
    events = list(SubmissionEvent.objects.filter(to_state__gt="").values_list("transition", "from_state", "to_state", "mandate__role"))
    assert events == [
        ("submit", "draft", "submitted", "producer_head"),
        ("verify", "submitted", "verified", "regency_officer"),
        ("publish", "verified", "published", "province_officer"),
    ]


def test_schools_of_the_upper_level_lie_on_the_desk_of_the_provincial_education_office():
    for level, office in (("smk", Office.PROVINCE), ("sd", Office.REGENCY)):
        school = make_product(make_producer("osop", level=level))
        submission = send(make_head(school.producer), school)
        assert (submission.desk_role, submission.desk_office) == (Role.EDUCATION_OFFICER, office)
        wrong = Office.REGENCY if office == Office.PROVINCE else Office.PROVINCE
        right_one, wrong_one = (make_officer(Role.EDUCATION_OFFICER, ["53"], office=o, pillar="osop") for o in (office, wrong))
        with pytest.raises(Refused):
            checks.claim(actor=wrong_one, submission=submission)
        assert checks.claim(actor=right_one, submission=submission).claimed_by == right_one


def test_a_pending_revision_is_never_visible(product, head, regency, province):
    publish(product, head=head, regency=regency, province=province)
    save(head, product, "about", summary="Kalimat baru satu. Kalimat baru dua.")
    send(head, product)
    assert "baru" not in CatalogueEntry.objects.get().payload["summary"]


def test_a_desk_holds_what_its_officer_may_decide(product, head, regency, province):
    send(head, product)
    assert list(Submission.objects.on_desk_of(regency)) == [drafts.open_submission(product)]
    assert not Submission.objects.on_desk_of(province)
    assert not Submission.objects.on_desk_of(head)
    decide(regency, product, "verify")
    assert not Submission.objects.on_desk_of(regency)
    assert list(Submission.objects.on_desk_of(province)) == [drafts.open_submission(product)]
