"""What may happen to an entry after publication, and what follows it: photos, feed, contact."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from registry.errors import Conflict, NotReady
from registry.models import CatalogueEntry, Change, StoredImage
from registry.services import contacts, entries, flagship
from registry.states import EntryState

from .factories import add_contact, give, make_head, make_officer, make_producer, make_product, make_user
from .steps import publish, save

pytestmark = pytest.mark.usefixtures("world")
SOON = timezone.localdate() + dt.timedelta(days=14)


@pytest.fixture
def product():
    return make_product(make_producer())


@pytest.fixture
def head(product):
    return make_head(product.producer)


@pytest.fixture
def province():
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


@pytest.fixture
def entry(product, head):
    publish(product, head=head)
    return CatalogueEntry.objects.get()


# Written out: which step starts in which state, and on which side it is taken.
EXPECTED = {
    "suspend": ({"listed", "paused", "ceased"}, "province"),
    "resume": ({"suspended"}, "province"),
    "withdraw": ({"listed", "paused", "ceased", "suspended"}, "province"),
    "restore": ({"withdrawn"}, "province"),
    "pause": ({"listed"}, "head"),
    "cease": ({"listed", "paused"}, "head"),
    "continue": ({"paused", "ceased"}, "head"),
}


@pytest.mark.parametrize("state", EntryState.values)
@pytest.mark.parametrize("name", EXPECTED)
def test_the_table_of_an_entry(name, state, entry, head, province):
    CatalogueEntry.objects.update(state=state, state_reason="contoh")
    entry.refresh_from_db()
    sources, side = EXPECTED[name]
    for user, own in ((head, side == "head"), (province, side == "province")):
        assert (name in entries.available(user, entry)) == (own and state in sources)


def test_a_step_from_a_state_that_has_moved_is_a_conflict(entry, province):
    entries.change_entry(actor=province, entry=entry, name="suspend", reason="Aduan", review_on=SOON)
    with pytest.raises(Conflict):
        entries.change_entry(actor=province, entry=entry, name="suspend", reason="Aduan", review_on=SOON)


def test_a_suspension_needs_a_reason_and_a_review_day(entry, province):
    for detail in ({"reason": " ", "review_on": SOON}, {"reason": "Aduan"}, {"reason": "Aduan", "review_on": timezone.localdate()}):
        with pytest.raises(NotReady):
            entries.change_entry(actor=province, entry=entry, name="suspend", **detail)


def test_only_the_province_suspends_and_only_the_own_side_ceases(entry, head):
    other = make_head(make_producer("osop"))
    for user, name in ((head, "suspend"), (make_officer(), "withdraw"), (other, "cease")):
        with pytest.raises(Refused):
            entries.change_entry(actor=user, entry=entry, name=name, reason="x", review_on=SOON)


def test_every_step_is_in_the_feed_and_in_the_history(entry, head, province):
    entries.change_entry(actor=province, entry=entry, name="withdraw", reason="Bukan produk NTT")
    entries.change_entry(actor=province, entry=entry, name="restore")
    entries.change_entry(actor=head, entry=entry, name="pause")
    assert list(Change.objects.values_list("kind", flat=True)) == ["published", "withdraw", "restore", "pause"]
    events = entry.version.submission.events.filter(transition__in=["withdraw", "restore", "pause"])
    assert [event.detail["entry_to"] for event in events] == ["withdrawn", "listed", "paused"]


def test_photos_of_a_suspended_product_are_out_of_reach(entry, province):
    assert StoredImage.objects.published().count() == 1
    entries.change_entry(actor=province, entry=entry, name="suspend", reason="Foto tanpa izin", review_on=SOON)
    assert not StoredImage.objects.published().exists()
    entries.change_entry(actor=province, entry=entry, name="resume")
    assert StoredImage.objects.published().count() == 1


def test_a_photo_two_products_show_stays_while_one_of_them_is_shown(entry, province, product):
    other = make_product(make_producer("osop"), name="Abon Contoh")
    other.photos.update(image=product.photos.get().image)
    publish(other, regency=make_officer(Role.EDUCATION_OFFICER, ["53"], office="province"))
    entries.change_entry(actor=province, entry=entry, name="withdraw", reason="Contoh")
    assert StoredImage.objects.published().count() == 1


def test_consent_counts_at_once_and_its_withdrawal_too(product, head):
    contact = add_contact(product)
    publish(product, head=head)
    assert CatalogueEntry.objects.get().overlay["contact"] is None
    contacts.give_consent(actor=head, contact=contact)
    assert CatalogueEntry.objects.get().overlay["contact"] == {"name": "Narahubung Contoh", "phone": "+6281234567890"}
    contacts.withdraw_consent(actor=make_officer(), contact=contact)
    assert CatalogueEntry.objects.get().overlay["contact"] is None
    assert Change.objects.last().kind == "contact_changed"


def test_a_person_may_withdraw_the_own_consent_without_any_mandate(product, head):
    person = make_user()
    contact = add_contact(product, user=person)
    contacts.give_consent(actor=head, contact=contact)
    assert not contacts.withdraw_consent(actor=person, contact=contact).is_public
    with pytest.raises(Refused):
        contacts.withdraw_consent(actor=make_user(), contact=contact)


def test_erasing_a_person_leaves_no_name_anywhere(product, head):
    contact = add_contact(product)
    contacts.give_consent(actor=head, contact=contact)
    publish(product, head=head)
    contacts.erase_contact(actor=head, contact=contact)
    entry = CatalogueEntry.objects.get()
    assert "Narahubung" not in f"{entry.overlay}{entry.payload}{entry.search_text}"
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("", "")


def test_a_producer_has_one_flagship_and_only_its_head_chooses(product, head):
    second = make_product(product.producer, name="Madu Contoh")
    flagship.choose_flagship(actor=head, product=product)
    flagship.choose_flagship(actor=head, product=second)
    assert list(product.producer.products.filter(is_flagship=True)) == [second]
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=product.producer)
    with pytest.raises(Refused):
        flagship.choose_flagship(actor=operator, product=product)


def test_a_revision_shown_without_a_photo_closes_that_photo(product, head, entry):
    old = product.photos.get().image
    save(head, product, "about", name="Kopi Contoh Dua")
    product.photos.all().delete()
    from .factories import add_photo

    add_photo(product)
    publish(product, head=head)
    old.refresh_from_db()
    assert old.published_at is None
    assert StoredImage.objects.published().count() == 1
