"""Which offices, acts and ties keep a person from judging a product."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Mandate
from accounts.states import Role
from evaluations import conflicts
from evaluations.conflicts import OfficeHeld, places_of, since
from evaluations.models import Conflict, Visit
from evaluations.services import conflicts as writing
from registry.models import Contact, Enterprise, Permit, SubmissionEvent
from tests.registry.factories import OTHER_REGENCY, OTHER_VILLAGE, REGENCY, SIBLING_VILLAGE, VILLAGE, give, make_producer

from .factories import make_entrant, make_reviewer, make_round

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


def kinds(round, entrant, user):
    return {kind for pk, person, kind in conflicts.find(round, [user.pk]) if (pk, person) == (entrant.pk, user.pk)}


@pytest.fixture
def entrant(world):
    return make_entrant(make_round(), producer=make_producer())


def test_places_are_regencies_and_producers():
    held = places_of([OfficeHeld(1, "a", ("53",)), OfficeHeld(1, "b", ("53.09.01",)), OfficeHeld(2, "c", ("53.05",), "X")])
    assert held[1].regencies == {"53.09": "b"}
    assert (held[2].regencies, held[2].producers) == ({"53.05": "c"}, {"X": "c"})
    assert since(dt.date(2028, 2, 29), 2) == dt.date(2026, 2, 28)


@pytest.mark.parametrize(
    ("role", "region", "conflicted"),
    [
        (Role.PROVINCE_OFFICER, "53", False),
        (Role.REGENCY_OFFICER, REGENCY, True),
        (Role.DISTRICT_OFFICER, "53.09.01", True),
        (Role.REGENCY_OFFICER, OTHER_REGENCY, False),
    ],
)
def test_an_office_over_the_regency_or_below(entrant, role, region, conflicted):
    user = make_reviewer(entrant.round)
    give(user, role, regions=[region])
    assert (kinds(entrant.round, entrant, user) == {"mandate"}) is conflicted


@pytest.mark.parametrize(("village", "conflicted"), [(SIBLING_VILLAGE, True), (OTHER_VILLAGE, False)])
def test_a_unit_inside_the_regency(entrant, village, conflicted):
    user = make_reviewer(entrant.round)
    give(user, Role.COMPANION, producer=make_producer(region=village))
    assert bool(kinds(entrant.round, entrant, user)) is conflicted


def test_an_office_of_two_years_ago_counts_an_older_one_does_not(entrant):
    user, today = make_reviewer(entrant.round), timezone.localdate()
    mandate = give(user, Role.REGENCY_OFFICER, regions=[REGENCY])
    start = since(today, 2)
    long_ago = start - dt.timedelta(days=900)
    for ends, revoked, expected in (
        (start, None, {"mandate"}),
        (start - dt.timedelta(days=1), None, set()),
        (None, timezone.now() - dt.timedelta(days=1), {"mandate"}),
        (None, timezone.now() - dt.timedelta(days=800), set()),
    ):
        Mandate.objects.filter(pk=mandate.pk).update(starts_on=long_ago, ends_on=ends, revoked_at=revoked)
        assert kinds(entrant.round, entrant, user) == expected, (ends, revoked)


def test_years_and_kinds_are_settings(entrant, settings):
    user = make_reviewer(entrant.round)
    mandate = give(user, Role.REGENCY_OFFICER, regions=[REGENCY])
    Mandate.objects.filter(pk=mandate.pk).update(ends_on=timezone.localdate() - dt.timedelta(days=400))
    settings.EVALUATION_CONFLICTS = {**settings.EVALUATION_CONFLICTS, "years_back": 1}
    assert kinds(entrant.round, entrant, user) == set()
    assert any("1" in str(words) for words in conflicts.rules().words)
    settings.EVALUATION_CONFLICTS = {**settings.EVALUATION_CONFLICTS, "years_back": 2, "kinds": ["phone"]}
    assert kinds(entrant.round, entrant, user) == set()
    assert len(conflicts.rules().words) == 2


def act(entrant, user):
    SubmissionEvent.objects.create(submission=entrant.version.submission, actor=user, transition="claim")


def visit(entrant, user):
    Visit.objects.create(entrant=entrant, visited_on=TODAY, visited_by=user, findings="Contoh")


def permit(entrant, user):
    row = Permit.objects.create(producer=entrant.product.producer, kind="halal", number="1", verified_by=user, verified_at=timezone.now())
    row.products.add(entrant.product)


def publish(entrant, user):
    submission = entrant.version.submission
    type(submission).objects.filter(pk=submission.pk).update(published_by=user)


@pytest.mark.parametrize("deed", [act, visit, permit, publish])
def test_whoever_handled_this_very_product(entrant, deed):
    other = make_entrant(entrant.round, "Madu Contoh", producer=make_producer(region=SIBLING_VILLAGE))
    user = make_reviewer(entrant.round)
    deed(entrant, user)
    assert kinds(entrant.round, entrant, user) == {"handled"}
    assert kinds(entrant.round, other, user) == set()


def test_contact_of_the_maker_and_of_one_with_the_same_nib(entrant):
    own, same = make_reviewer(entrant.round), make_reviewer(entrant.round)
    far = make_producer(region=OTHER_VILLAGE)
    Contact.objects.create(producer=entrant.product.producer, enterprise=entrant.enterprise, user=own)
    Enterprise.objects.filter(pk=entrant.enterprise_id).update(nib="1234567890123")
    twin = Enterprise.objects.create(producer=far, name="Cabang", nib="1234567890123")
    Contact.objects.create(producer=far, enterprise=twin, user=same)
    assert kinds(entrant.round, entrant, own) == {"enterprise"}
    assert kinds(entrant.round, entrant, same) == {"enterprise"}


def test_makers_without_nib_are_not_the_same(entrant):
    user, far = make_reviewer(entrant.round), make_producer(region=OTHER_VILLAGE)
    Contact.objects.create(producer=far, enterprise=Enterprise.objects.create(producer=far, name="Lain"), user=user)
    assert kinds(entrant.round, entrant, user) == set()


def test_head_of_the_producer(entrant):
    user = make_reviewer(entrant.round)
    give(user, Role.PRODUCER_HEAD, producer=entrant.product.producer)
    assert kinds(entrant.round, entrant, user) == {"mandate", "enterprise"}


def test_same_phone(entrant):
    user, other = make_reviewer(entrant.round), make_reviewer(entrant.round)
    type(user).objects.filter(pk=user.pk).update(phone="+6281234567890")
    Contact.objects.create(producer=entrant.product.producer, phone="+6281234567890")
    Contact.objects.create(producer=entrant.product.producer, phone="")
    assert kinds(entrant.round, entrant, user) == {"phone"}
    assert kinds(entrant.round, entrant, other) == set()


def test_refreshing_adds_takes_away_and_keeps(entrant):
    user = make_reviewer(entrant.round)
    mandate = give(user, Role.REGENCY_OFFICER, regions=[REGENCY])
    type(user).objects.filter(pk=user.pk).update(phone="+6281234567890")
    Contact.objects.create(producer=entrant.product.producer, phone="+6281234567890")
    writing.note_declared(entrant=entrant, user=user, reason="Saudara")

    assert {row.kind for row in writing.refresh(round=entrant.round)} == {"mandate", "phone"}
    assert writing.refresh(round=entrant.round) == []

    Mandate.objects.filter(pk=mandate.pk).update(region_codes=[OTHER_REGENCY])
    type(user).objects.filter(pk=user.pk).update(phone="")
    writing.refresh(round=entrant.round)
    # Whoever changes the own number does not get the product back; a corrected mandate does.
    assert set(Conflict.objects.values_list("kind", flat=True)) == {"phone", "declared"}


def test_finding_takes_a_fixed_number_of_queries(world, django_assert_num_queries):
    made = make_round()
    users = [make_reviewer(made).pk]
    make_entrant(made, producer=make_producer(region=VILLAGE))
    with django_assert_num_queries(15):
        conflicts.find(made, users)
    users += [make_reviewer(made).pk, make_reviewer(made).pk]
    make_entrant(made, "Dua", producer=make_producer(region=SIBLING_VILLAGE))
    make_entrant(made, "Tiga", producer=make_producer(region=OTHER_VILLAGE))
    with django_assert_num_queries(15):
        conflicts.find(made, users)
