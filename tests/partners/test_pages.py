"""The staff pages about partners: who reaches them, what the buttons do, and that a secret is shown once."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from partners import services
from partners.delegations import delegations_of
from partners.models import ApiUse, Credential, KeptAnswer, Partner
from tests.factories import UserFactory, holder, officer

from .conftest import ask, issue, register, token_of
from .writer import let

pytestmark = pytest.mark.django_db

PEOPLE = {
    "anonymous": lambda: None,
    "nobody": UserFactory,
    "head": lambda: holder(Role.PRODUCER_HEAD, "53.09.01.2001"),
    "viewer": lambda: officer(Role.VIEWER, "53"),
    "trade": lambda: officer(Role.TRADE_OFFICER, "53"),
    "regency": lambda: officer(Role.REGENCY_OFFICER, "53.09"),
    "education": lambda: officer(Role.EDUCATION_OFFICER, "53"),
    "province": lambda: officer(Role.PROVINCE_OFFICER, "53"),
    "admin": lambda: officer(Role.SYSTEM_ADMIN, "53"),
}
#                       anonymous nobody head viewer trade regency education province admin
GET = {
    "partner_list":        [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "partner_new":         [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "partner_detail":      [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "partner_edit":        [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "credential_new":      [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "credential_revoke":   [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "delegation_record":   [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "delegation_end":      [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "partner_deactivate":  [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "partner_reactivate":  [302, 403, 403, 403, 403, 403, 403, 405, 405],
}  # fmt: skip
POST = {
    "partner_new":         [401, 403, 403, 403, 403, 403, 403, 200, 200],
    "partner_edit":        [401, 403, 403, 403, 403, 403, 403, 200, 200],
    "credential_new":      [401, 403, 403, 403, 403, 403, 403, 200, 200],
    "credential_revoke":   [401, 403, 403, 403, 403, 403, 403, 302, 302],
    "delegation_record":   [401, 403, 403, 403, 403, 403, 403, 200, 200],
    "delegation_end":      [401, 403, 403, 403, 403, 403, 403, 302, 302],
    "partner_deactivate":  [401, 403, 403, 403, 403, 403, 403, 302, 302],
    "partner_reactivate":  [401, 403, 403, 403, 403, 403, 403, 302, 302],
}  # fmt: skip


def address(name, issued):
    partner = issued.credential.partner
    args = {"partner_list": [], "partner_new": [], "credential_revoke": [partner.code, issued.credential.client_id]}
    args["delegation_end"] = [partner.code, partner.service_user.mandates.get().pk]
    return reverse(name, args=args.get(name, [partner.code]))


@pytest.mark.parametrize("who", PEOPLE)
def test_who_reaches_which_page(client, issued, who, world):
    let(issued.credential.partner, world["writes"])
    user, place = PEOPLE[who](), list(PEOPLE).index(who)
    if user:
        client.force_login(user)

    found = {("GET", name): client.get(address(name, issued)).status_code for name in GET}
    found |= {("POST", name): client.post(address(name, issued)).status_code for name in POST}

    expected = {("GET", name): row[place] for name, row in GET.items()} | {("POST", name): row[place] for name, row in POST.items()}
    assert found == expected
    # The buttons of the others did nothing.
    assert Credential.objects.usable().exists() == (place < 7)
    assert delegations_of(issued.credential.partner).exists() == (place < 7)


@pytest.mark.parametrize("name", ["partner_detail", "partner_edit", "credential_new", "delegation_record", "partner_deactivate"])
def test_an_unknown_partner_is_not_found(client, province, name):
    client.force_login(province)

    assert client.get(reverse(name, args=["keiner"])).status_code == 404


def test_a_credential_of_another_partner_is_not_found(client, province, issued):
    other = register(province, "gerai")
    client.force_login(province)

    answer = client.post(reverse("credential_revoke", args=[other.code, issued.credential.client_id]))

    assert answer.status_code == 404
    assert Credential.objects.usable().exists()


def test_from_a_new_partner_to_its_first_token(client, province):
    client.force_login(province)
    data = {"name": "Gerai Maju (contoh)", "code": "gerai-maju", "kind": "outlet", "contact": "meja bantuan", "rate_per_minute": "1.200"}

    made = client.post(reverse("partner_new"), data)
    partner = Partner.objects.get()
    form = {"name": "Toko", "scopes": ["catalogue:read", "products:write"], "addresses": "203.0.113.7\n198.51.100.0/24", "is_trial": "on"}
    day = timezone.localdate() + dt.timedelta(days=100)
    shown = client.post(reverse("credential_new", args=[partner.code]), {**form, "expires_on": day.isoformat()})
    text = shown.content.decode()

    assert (made.status_code, made["Location"], partner.rate_per_minute) == (302, "/admin/mitra/gerai-maju/", 1200)
    credential = Credential.objects.get()
    secret = re.search(r'id="secret"[^>]*>([^<]+)</textarea>', text)[1]
    assert shown["Cache-Control"] == "no-store"
    assert f"curl -u '{credential.client_id}:{secret}' -d grant_type=client_credentials http://testserver/api/v1/token" in text
    assert (credential.is_trial, credential.expires_on, credential.addresses) == (True, day, ["203.0.113.7/32", "198.51.100.0/24"])
    assert ask(services.IssuedCredential(credential, secret)).json()["scope"] == "catalogue:read products:write"
    for page in (reverse("partner_detail", args=[partner.code]), reverse("admin:partners_credential_change", args=[credential.pk])):
        later = client.get(page).content.decode()
        assert secret not in later
        assert credential.client_secret not in later


def test_the_form_of_a_credential_says_what_is_wrong(client, province, partner):
    client.force_login(province)
    data = {"name": "", "scopes": [], "expires_on": timezone.localdate() + dt.timedelta(days=500), "addresses": "hier\0"}

    answer = client.post(reverse("credential_new", args=[partner.code]), data)

    assert set(answer.context["form"].errors) == {"name", "scopes", "expires_on", "addresses"}
    assert not Credential.objects.exists()


def test_a_short_name_in_use_is_told_beside_the_field(client, province, partner):
    client.force_login(province)

    answer = client.post(reverse("partner_new"), {"name": "x", "code": "Koperasi", "kind": "other", "rate_per_minute": "5"})

    assert answer.status_code == 200
    assert "code" in answer.context["form"].errors


def test_one_click_revokes_after_a_question(client, province, issued):
    token_of(issued)
    client.force_login(province)
    page = reverse("credential_revoke", args=[issued.credential.partner.code, issued.credential.client_id])

    question = client.get(page)
    assert Credential.objects.usable().exists()
    done = client.post(page, follow=True)

    assert question.status_code == 200
    assert "Dicabut" in done.content.decode()
    assert ask(issued).status_code == 401


def test_the_page_of_a_partner_tells_what_it_did_and_leads_to_letters(client, province, issued, partner):
    services.note_use(
        partner=partner,
        credential=issued.credential,
        method="POST",
        path="/api/v1/products",
        status=201,
        request_id="x",
        what="Produk baru",
    )
    client.force_login(province)

    text = client.get(reverse("partner_detail", args=[partner.code])).content.decode()

    assert "Produk baru" in text
    assert reverse("delegation_record", args=[partner.code]) in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, province, django_assert_num_queries, count):
    for number in range(count):
        issue(province, register(province, f"mitra-{number}"))
    client.force_login(province)
    client.get(reverse("partner_list"))

    with django_assert_num_queries(LIST):
        client.get(reverse("partner_list"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, province, partner, django_assert_num_queries, count):
    for _number in range(count):
        issue(province, partner)
    client.force_login(province)
    page = reverse("partner_detail", args=[partner.code])
    client.get(page)

    with django_assert_num_queries(DETAIL):
        client.get(page)


LIST, DETAIL = 7, 10
MODELS = [Partner, Credential, ApiUse, KeptAnswer, Partner.pgh_event_model, Credential.pgh_event_model]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize(("who", "expected"), [("viewer", 403), ("regency", 403), ("province", 200), ("admin", 200)])
def test_the_tables_are_seen_by_the_province_and_changed_by_nobody(client, province, issued, model, who, expected):
    services.note_use(
        partner=issued.credential.partner, credential=issued.credential, method="GET", path="/x", status=200, request_id="", what=""
    )
    KeptAnswer.objects.create(partner=issued.credential.partner, key="k", fingerprint="0", status=201, body='{"phone": "+62811"}')
    row = model.objects.first()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    client.force_login(PEOPLE[who]())

    assert client.get(reverse(f"{name}_changelist")).status_code == expected
    assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code in (expected, 302)
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code in (302, 403, 404)
    assert model.objects.filter(pk=row.pk).exists()


def test_a_kept_answer_shows_that_it_was_given_and_not_what_it_says(client, province, partner):
    row = KeptAnswer.objects.create(partner=partner, key="k-1", fingerprint="0", status=201, body='{"phone": "+62811"}')
    client.force_login(province)
    text = client.get(reverse("admin:partners_keptanswer_change", args=[row.pk])).content.decode()
    assert "k-1" in text
    assert "+62811" not in text


def test_no_other_table_of_oauth_has_a_page():
    assert {model.__name__ for model in admin.site._registry if model._meta.app_label == "oauth2_provider"} == set()
