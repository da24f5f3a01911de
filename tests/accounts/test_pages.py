"""Who reaches which page about accounts, and what the pages do."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.activity import Activity, recent_activity, register_activity_source
from accounts.models import Mandate, PasswordHelp, User
from accounts.states import Role
from tests.factories import MandateFactory, UserFactory, holder, officer

from .conftest import FAR, SCHOOL, SIBLING, VILLAGE

pytestmark = pytest.mark.django_db

PEOPLE = {
    "anonymous": lambda: None,
    "nobody": UserFactory,
    "head": lambda: holder(Role.PRODUCER_HEAD, VILLAGE),
    "operator": lambda: holder(Role.PRODUCER_OPERATOR, VILLAGE),
    "companion": lambda: holder(Role.COMPANION, VILLAGE),
    "viewer": lambda: officer(Role.VIEWER, "53"),
    "district": lambda: officer(Role.DISTRICT_OFFICER, "53.09.01"),
    "trade": lambda: officer(Role.TRADE_OFFICER, "53"),
    "own": lambda: officer(Role.REGENCY_OFFICER, "53.09"),
    "other": lambda: officer(Role.REGENCY_OFFICER, "53.05"),
    "education": lambda: officer(Role.EDUCATION_OFFICER, "53.09"),
    "province": lambda: officer(Role.PROVINCE_OFFICER, "53"),
    "admin": lambda: officer(Role.SYSTEM_ADMIN, "53"),
}
ORDER = list(PEOPLE)
#                          anonymous nobody head operator companion viewer district trade own other education province admin
GET = {
    "account_list":         [302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 200],
    "account_open":         [302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 200],
    "password_help_queue":  [302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 200],
    "account_detail":       [302, 403, 403, 403, 403, 403, 403, 403, 200, 404, 404, 200, 200],
    "account_grant":        [302, 403, 403, 403, 403, 403, 403, 403, 200, 404, 404, 200, 200],
    "account_hand_over":    [302, 403, 403, 403, 403, 403, 403, 403, 200, 404, 404, 200, 200],
    "password_help_answer": [302, 403, 403, 403, 403, 403, 403, 403, 200, 404, 404, 404, 404],
    "profile":              [302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200],
    "unit_people":          [302, 403, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403],
    "mfa_index":            [302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200],
    "account_login":        [200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302],
    "activation":           [200] * 13,
    "password_help":        [200] * 13,
}  # fmt: skip
POST = {
    "account_issue":        [302, 403, 403, 403, 403, 403, 403, 403, 200, 404, 404, 200, 200],
    "account_deactivate":   [302, 403, 403, 403, 403, 403, 403, 403, 302, 404, 404, 302, 302],
    "account_erase":        [302, 403, 403, 403, 403, 403, 403, 403, 302, 404, 404, 302, 302],
    "account_end_mandate":  [302, 403, 403, 403, 403, 403, 403, 403, 302, 404, 404, 302, 302],
    "unit_person":          [302, 403, 404, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403],
}  # fmt: skip


@pytest.fixture
def target(regions):
    """The head of another village of the same kecamatan, with a waiting request."""
    person = holder(Role.PRODUCER_HEAD, SIBLING)
    services.request_password_help(login=person.username, village="Desa Contoh Dua")
    return person


def address(name, target):
    mandate = target.mandates.get().pk
    arguments = {
        "account_detail": [target.pk],
        "account_grant": [target.pk],
        "account_hand_over": [target.pk, mandate],
        "account_end_mandate": [target.pk, mandate],
        "account_issue": [target.pk],
        "account_deactivate": [target.pk],
        "account_erase": [target.pk],
        "unit_person": [mandate],
        "password_help_answer": [PasswordHelp.objects.get().pk],
    }
    return reverse(name, args=arguments.get(name, []))


def visitor(client, who):
    person = PEOPLE[who]()
    if person:
        client.force_login(person)
    return client


@pytest.mark.parametrize("who", ORDER)
@pytest.mark.parametrize("name", GET)
def test_who_opens_a_page(client, target, name, who):
    assert visitor(client, who).get(address(name, target)).status_code == GET[name][ORDER.index(who)]


@pytest.mark.parametrize("who", ORDER)
@pytest.mark.parametrize("name", POST)
def test_who_presses_a_button(client, target, name, who):
    answer = visitor(client, who).post(address(name, target), {"valid_days": "14", "end": "1"})

    expected = POST[name][ORDER.index(who)]
    assert answer.status_code == expected or (who == "anonymous" and answer.status_code == 401)
    if expected in (403, 404) or who == "anonymous":
        assert target.mandates.live().exists()
        assert User.objects.get(pk=target.pk).is_active


def test_a_mandate_of_another_account_in_the_address_is_not_found(client, ngada, target, head):
    client.force_login(ngada)

    answer = client.post(reverse("account_end_mandate", args=[target.pk, head.mandates.get().pk]))

    assert answer.status_code == 404
    assert head.mandates.live().exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_and_three(client, ngada, regions, django_assert_num_queries, count):
    for _number in range(count):
        holder(Role.PRODUCER_HEAD, VILLAGE)
        officer(Role.DISTRICT_OFFICER, "53.09.01")
    client.force_login(ngada)

    with django_assert_num_queries(13):
        client.get(reverse("account_list"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_the_same_for_one_and_three(client, ngada, django_assert_num_queries, count):
    for _number in range(count):
        services.request_password_help(login=holder(Role.PRODUCER_HEAD, VILLAGE).username, village="x")
    client.force_login(ngada)

    with django_assert_num_queries(7):
        client.get(reverse("password_help_queue"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_people_of_a_unit_ask_the_same_for_one_and_three(client, head, django_assert_num_queries, count):
    for _number in range(count):
        holder(Role.PRODUCER_OPERATOR, VILLAGE)
    client.force_login(head)

    with django_assert_num_queries(4):
        client.get(reverse("unit_people"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "contoh-satu"}, ["desa-contoh-satu"]),
        ({"q": "0812 3456 7890"}, ["sekolah"]),
        ({"q": SCHOOL}, ["sekolah"]),
        ({"role": "companion"}, ["pendamping"]),
        ({"state": "waiting"}, ["pendamping"]),
        ({"state": "ended"}, ["berhenti"]),
        ({"q": "tidak ada"}, []),
    ],
)
def test_search_and_filters(client, ngada, query, found):
    holder(Role.PRODUCER_HEAD, VILLAGE, user=UserFactory(username="desa-contoh-satu"))
    holder(Role.PRODUCER_HEAD, SCHOOL, user=UserFactory(username="sekolah", phone="+6281234567890"))
    holder(Role.COMPANION, VILLAGE, user=UserFactory(username="pendamping", must_set_password=True))
    holder(Role.PRODUCER_OPERATOR, VILLAGE, user=UserFactory(username="berhenti", is_active=False))
    holder(Role.PRODUCER_HEAD, FAR, user=UserFactory(username="desa-contoh-satu-jauh"))
    client.force_login(ngada)

    page = client.get(reverse("account_list"), query)

    assert [account.username for account in page.context["accounts"]] == found


def form(**more):
    return {
        "display_name": "Kepala Desa (contoh)",
        "role": "producer_head",
        "unit_kind": "producer",
        "unit_code": VILLAGE,
        "standing": "regular",
        "starts_on": timezone.localdate().isoformat(),
        "valid_days": "14",
        **more,
    }


def test_an_account_is_opened_with_role_and_slip(client, ngada, regions):
    client.force_login(ngada)

    page = client.post(reverse("account_open"), form())

    mandate = Mandate.objects.get(role=Role.PRODUCER_HEAD)
    assert (mandate.unit_code, mandate.user.username, mandate.granted_by) == (VILLAGE, "desa-contoh-satu", ngada)
    assert "Desa Contoh Satu" in page.content.decode()
    assert mandate.user.activations.open().exists()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"unit_code": FAR}, 403),
        ({"unit_code": "unknown"}, 403),
        ({"role": "province_officer"}, 200),
        ({"unit_code": ""}, 200),
        ({"role": "district_officer", "unit_code": ""}, 200),
        ({"phone": "12ab"}, 200),
    ],
)
def test_a_refused_account_leaves_nothing_behind(client, ngada, regions, more, status):
    client.force_login(ngada)
    before = User.objects.count()

    assert client.post(reverse("account_open"), form(**more)).status_code == status
    assert User.objects.count() == before


def test_an_office_is_handed_over_in_the_browser(client, ngada, target):
    client.force_login(ngada)
    data = {"display_name": "Pj (contoh)", "starts_on": timezone.localdate().isoformat(), "standing": "acting", "valid_days": "14"}

    page = client.post(address("account_hand_over", target), data)

    current = Mandate.objects.current().of_unit("producer", SIBLING).get()
    assert current.user.display_name == "Pj (contoh)"
    assert current.user.username in page.content.decode()


def test_a_head_names_and_ends_an_operator(client, head):
    client.force_login(head)
    page = client.post(reverse("unit_people"), {"login": "081234567890", "display_name": "Operator (contoh)"})
    mandate = Mandate.objects.get(role=Role.PRODUCER_OPERATOR)
    assert mandate.user.username in page.content.decode()

    client.post(reverse("unit_person", args=[mandate.pk]), {"may_send": "1"})
    mandate.refresh_from_db()
    assert mandate.may_send
    client.post(reverse("unit_person", args=[mandate.pk]), {"end": "1"})
    mandate.refresh_from_db()
    assert not mandate.is_live


def test_the_profile_changes_the_number_and_complains_plainly(client, head):
    UserFactory(phone="+6281234567890")
    client.force_login(head)

    taken = client.post(reverse("profile"), {"display_name": "Kepala Desa (contoh)", "phone": "081234567890"})
    saved = client.post(reverse("profile"), {"display_name": "Kepala Desa (contoh)", "phone": "081234567891"})

    assert "phone" in taken.context["form"].errors
    assert saved.status_code == 302
    head.refresh_from_db()
    assert head.phone == "+6281234567891"


def test_acts_of_other_apps_join_the_own_activity(head):
    later = timezone.now()
    register_activity_source(lambda user, limit: [Activity(later, "Produk dikirim")] if user == head else [])
    services.record_event(user=head, kind="signed_in", actor=head)

    assert "Produk dikirim" in [line.text for line in recent_activity(head)]
    assert "Produk dikirim" not in [line.text for line in recent_activity(UserFactory())]


def test_a_second_mandate_of_the_same_person_is_given(client, ngada, target):
    client.force_login(ngada)
    MandateFactory(user=target, role=Role.COMPANION, unit_code=VILLAGE)

    answer = client.post(reverse("account_grant", args=[target.pk]), form(role="producer_operator"))

    assert answer.status_code == 302
    assert target.mandates.filter(role=Role.PRODUCER_OPERATOR, unit_code=VILLAGE).exists()
