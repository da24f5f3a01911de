"""Permits: written by the producer's people, verified by officers, valid by their days; and the signed sheet as evidence."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts.permissions import Refused
from accounts.states import Role
from common import worker
from registry import permits as words
from registry import workflow
from registry.errors import Conflict, NotReady
from registry.models import Permit, StoredImage, SubmissionEvent
from registry.services import drafts, evidence, permits
from registry.states import ImageState, PermitKind
from registry.steps import STEP_BY_KEY, base_version

from .factories import OTHER_REGENCY, OTHER_VILLAGE, give, make_head, make_officer, make_producer, make_product, make_user
from .pictures import HTML, picture, upload

TODAY = dt.date(2026, 11, 24)
PIRT = {
    "kind": "pirt",
    "number": " 2155309  01 ",
    "issuer": "Dinkes",
    "issued_on": dt.date(2024, 3, 14),
    "expires_on": dt.date(2029, 3, 14),
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def product(world):
    return make_product(make_producer())


@pytest.fixture
def head(product):
    return make_head(product.producer)


def save(actor, product, permit=None, data=None, **values):
    scan = upload(data) if data is not None else None
    return permits.save_permit(actor=actor, product=product, permit=permit, upload=scan, values=values if permit else PIRT | values)


def test_a_permit_with_its_scan_covers_the_product(head, product):
    before = base_version(drafts.reloaded(product), STEP_BY_KEY["permits"])
    permit = save(head, product, data=picture(), holder="maker")
    worker.run_due()
    permit.refresh_from_db()
    assert permit.scan.state == ImageState.READY
    assert permit.scan.published_at is None
    assert (permit.number, permit.enterprise, permit.producer) == ("2155309 01", product.enterprise, product.producer)
    assert list(product.permits.all()) == [permit]
    assert base_version(drafts.reloaded(product), STEP_BY_KEY["permits"]) != before


def test_one_permit_covers_several_products_of_its_producer(head, product):
    other = make_product(product.producer, name="Madu")
    assert save(head, product) == save(head, other)
    permits.remove_permit(actor=head, product=product, permit=Permit.objects.get())
    assert list(other.permits.all()) == [Permit.objects.get()]
    assert not product.permits.exists()


def test_holders_exclude_each_other(head, product):
    permit = save(head, product, holder="collective", collective="MPIG Contoh")
    assert (permit.collective, permit.enterprise) == ("MPIG Contoh", None)
    permit = save(head, product, permit, holder="maker")
    assert (permit.collective, permit.enterprise) == ("", product.enterprise)
    product.enterprise = None
    product.save()
    with pytest.raises(NotReady):
        save(head, product, permit, holder="maker")


def test_changed_facts_have_to_be_verified_anew(head, product):
    permit = save(head, product)
    officer = make_officer()
    assert permits.verify_permit(actor=officer, permit=permit).verified_by == officer
    assert save(head, product, permit, number="2155309 01").verified_by == officer
    assert save(head, product, permit, expires_on=dt.date(2030, 1, 1)).verified_at is None


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "lain"},
        {"number": "  "},
        {"issued_on": dt.date(2025, 1, 2), "expires_on": dt.date(2025, 1, 1)},
    ],
)
def test_wrong_values_are_said_at_their_field(head, product, values):
    with pytest.raises(ValidationError):
        save(head, product, **values)
    assert not Permit.objects.exists()


def test_a_scan_goes_through_the_same_gate(head, product):
    with pytest.raises(NotReady):
        save(head, product, data=HTML)
    assert not Permit.objects.exists()


def test_who_may_write_and_verify(head, product):
    permit = save(head, product)
    stranger = make_head(make_producer("osop", product.producer.region_id))
    with pytest.raises(Refused):
        save(stranger, product)
    theirs = make_product(make_producer(region=OTHER_VILLAGE))
    with pytest.raises(Conflict):
        save(make_head(theirs.producer), theirs, permit, number="9")
    trade = make_user()
    give(trade, Role.TRADE_OFFICER, regions=["53.09"])
    assert permits.verify_permit(actor=trade, permit=permit).verified_by == trade
    for actor in (head, stranger, make_officer(regions=[OTHER_REGENCY])):
        with pytest.raises(Refused):
            permits.verify_permit(actor=actor, permit=permit)


@pytest.mark.parametrize(
    ("kind", "until", "state", "badge", "detail"),
    [
        ("pirt", dt.date(2029, 3, 14), "valid", "Valid", "until 14 Mar 2029"),
        ("pirt", TODAY + dt.timedelta(days=61), "valid", "Valid", "until 24 Jan 2027"),
        ("halal", TODAY + dt.timedelta(days=60), "expiring", "Expires soon", "23 Jan 2027, 60 days left"),
        ("halal", TODAY + dt.timedelta(days=1), "expiring", "Expires soon", "25 Nov 2026, 1 day left"),
        ("halal", TODAY, "expiring", "Expires soon", "24 Nov 2026, today is the last day"),
        ("halal", TODAY - dt.timedelta(days=1), "expired", "Expired", "since 23 Nov 2026"),
        ("brand", dt.date(2032, 8, 2), "valid", "Registered", "until 2 Aug 2032"),
        ("gi", None, "valid", "Protected", ""),
        ("halal", None, "valid", "Valid", ""),
    ],
)
def test_validity_in_words(kind, until, state, badge, detail):
    row = SimpleNamespace(kind=kind, expires_on=until)
    sent = {"kind": kind, "expires_on": until and until.isoformat()}
    with override("en"):
        for permit in (row, sent):
            answer = words.validity(permit, TODAY)
            assert (answer.state, str(answer.words), answer.detail) == (state, badge, detail)
            assert answer.holds == (state != "expired")


def test_rows_name_what_is_missing_and_what_is_not_needed():
    halal = {"kind": "halal", "expires_on": "2026-11-23"}
    rows = words.permit_rows([halal], required=["pirt", "halal"], useful=["bpom_md", "halal"], is_food=True, today=TODAY)
    assert [(row.kind, row.is_required, row.validity.state) for row in rows] == [
        ("halal", True, "expired"),
        ("pirt", True, "missing"),
        ("bpom_md", False, "not_needed"),
    ]
    assert rows[0].label == PermitKind.HALAL.label
    weaving = words.permit_rows([], required=[], useful=["brand"], is_food=False, today=TODAY)
    assert weaving == []


def test_a_newer_permit_of_the_kind_keeps_the_seal():
    old, new = {"kind": "pirt", "expires_on": "2026-11-23"}, {"kind": "pirt", "expires_on": "2031-01-01"}
    assert [row.kind for row in words.expired_required([old], required=["pirt"], today=TODAY)] == ["pirt"]
    assert words.expired_required([old, new], required=["pirt"], today=TODAY) == []
    assert words.expired_required([old], required=[], today=TODAY) == []


# --- the signed sheet ------------------------------------------------------------------------------------------------


def test_a_companion_may_send_once_the_signed_sheet_is_attached(product):
    companion = make_user()
    give(companion, Role.COMPANION, producer=product.producer)
    submission = drafts.open_submission(product)
    with pytest.raises(Refused):
        workflow.apply(actor=companion, submission=submission, name="submit", expected=0, declaration=True)
    with_sheet = evidence.attach_evidence(actor=companion, submission=submission, upload=upload(picture()))
    sent = workflow.apply(actor=companion, submission=with_sheet, name="submit", expected=0, declaration=True)
    assert sent.on_behalf
    assert sent.evidence == StoredImage.objects.get(pk=sent.evidence_id)
    event = SubmissionEvent.objects.get(transition="evidence")
    assert event.actor == companion
    assert event.detail == {"sha256": sent.evidence.sha256, "on_behalf": True}
    with pytest.raises(NotReady):
        evidence.attach_evidence(actor=companion, submission=sent, upload=upload(picture(color="green")))


def test_the_sheet_is_seen_by_the_head_and_the_desk_only(product, head):
    submission = drafts.open_submission(product)
    evidence.attach_evidence(actor=head, submission=submission, upload=upload(picture()))
    sheet = StoredImage.objects.filter(evidence_of=submission)
    assert sheet & StoredImage.objects.for_user(head)
    assert sheet & StoredImage.objects.for_user(make_officer())
    for stranger in (make_head(make_producer("osop", product.producer.region_id)), make_officer(regions=[OTHER_REGENCY])):
        assert not StoredImage.objects.for_user(stranger).exists()
        with pytest.raises(Refused):
            evidence.attach_evidence(actor=stranger, submission=submission, upload=upload(picture()))
