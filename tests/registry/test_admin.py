"""Django's admin over every table of the registry and the pillars: who sees which rows, and that nothing is decided by hand."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from communities.models import CommunityProfile
from registry.models import (
    Category,
    CheckerRule,
    Holiday,
    Notice,
    Participant,
    Permit,
    Producer,
    Submission,
)
from schools.models import SchoolProfile
from villages.models import VillageProfile

from .admin_world import APPS, MODELS, NOT_FOR_VIEWERS, address, fill, models, rows_in
from .desk_world import login
from .factories import OTHER_REGENCY, OTHER_VILLAGE, make_head, make_officer, make_producer, make_product, make_user
from .steps import send

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def filled(world):
    here, there = fill("53.09.01.2001"), fill(OTHER_VILLAGE)
    assert Notice.objects.filter(user=here).exists()
    assert Notice.objects.filter(user=there).exists()
    return here


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("who", "role", "regions"),
    [
        ("province", Role.PROVINCE_OFFICER, ["53"]),
        ("viewer", Role.VIEWER, ["53"]),
        ("head", None, None),
        ("nobody", None, None),
        ("visitor", None, None),
    ],
)
def test_who_opens_which_list(client, model, who, role, regions):
    name = model._meta.model_name
    if who == "head":
        login(client, make_head(make_producer()))
    elif who == "nobody":
        login(client, make_user())
    elif role:
        login(client, make_officer(role, regions))
    expected = {"province": 200, "viewer": 403 if name in NOT_FOR_VIEWERS else 200}.get(who, 302)
    assert client.get(address(model, "changelist")).status_code == expected


def test_a_notice_is_seen_by_its_reader_alone(client, filled):
    login(client, filled)
    shown = client.get(address(Notice, "changelist")).context["cl"].queryset
    assert {notice.user_id for notice in shown} == {filled.pk}


def test_nothing_is_written_by_hand(client, filled):
    """One walk over all tables: the rows are dear to make."""
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    for model in models():
        if model in (Category, CheckerRule, Holiday, Producer, Notice):
            continue
        row = model._default_manager.first()
        assert client.post(address(model, "change", row.pk), {"state": "published", "name": "x"}).status_code == 403, model
        assert client.post(address(model, "add"), {}).status_code == 403, model
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model


def test_there_are_no_bulk_actions(client, filled):
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    for model in models():
        page = client.get(address(model, "changelist"))
        assert page.context["cl"].formset is None, model
        assert 'name="action"' not in page.content.decode(), model


@pytest.mark.parametrize("model", [Category, Holiday, CheckerRule])
def test_reference_data_is_edited_by_the_province_alone(client, filled, model):
    row = model._default_manager.first()
    page = address(model, "change", row.pk)
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    assert client.get(address(model, "add")).status_code == 200
    assert 'name="_save"' in client.get(page).content.decode()
    login(client, filled)
    assert client.get(address(model, "add")).status_code == 403
    assert 'name="_save"' not in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 403


def test_the_province_adds_a_holiday_and_it_has_a_history(client):
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    client.post(address(Holiday, "add"), {"day": "2027-08-17", "name": "Hari Kemerdekaan"})
    holiday = Holiday.objects.get(day=dt.date(2027, 8, 17))
    client.post(address(Holiday, "change", holiday.pk), {"day": "2027-08-17", "name": "HUT RI"})
    assert "HUT RI" in client.get(address(Holiday, "history", holiday.pk)).content.decode()


def autocomplete(client, model, field, term=""):
    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field, "term": term}
    return client.get(reverse("admin:autocomplete"), query)


def test_autocomplete_answers_only_for_what_is_open(client, filled):
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    assert autocomplete(client, CheckerRule, "region", "Aimere").json()["results"]
    login(client, filled)
    # Related fields of rows with people in them are no autocompletes at all.
    assert autocomplete(client, Submission, "product").status_code in (200, 403)
    found = autocomplete(client, Permit, "producer")
    if found.status_code == 200:
        own = {str(pk) for pk in Producer.objects.for_user(filled).values_list("pk", flat=True)}
        assert {row["id"] for row in found.json()["results"]} <= own
    client.logout()
    assert autocomplete(client, CheckerRule, "region").status_code in (302, 403)


def test_a_product_of_the_neighbour_does_not_leak_through_an_autocomplete(client, filled):
    login(client, filled)
    answer = autocomplete(client, Participant, "product", "Produk")
    texts = [row["text"] for row in answer.json()["results"]] if answer.status_code == 200 else []
    assert not any("53.05" in text for text in texts)


def test_a_history_of_the_neighbour_is_not_found(client, filled):
    login(client, filled)
    for model in (Producer, Submission, Permit):
        pk = next(iter(rows_in(model, OTHER_REGENCY)))
        assert client.get(address(model, "history", pk)).status_code == 404


# --- registering and mending producers


def test_an_officer_mends_the_profile_of_an_own_producer(client, filled):
    school = Producer.objects.get(pillar="osop", region_id="53.09.01.2001")
    login(client, filled)
    page = client.get(address(Producer, "change", school.pk)).content.decode()
    assert "school_profile-0-level" in page
    body = {
        "name": "SMK Baru",
        "about": "",
        "ended_on": "",
        "school_profile-TOTAL_FORMS": "1",
        "school_profile-INITIAL_FORMS": "1",
        "school_profile-0-producer": str(school.pk),
        "school_profile-0-npsn": school.code,
        "school_profile-0-level": "sma",
    }
    assert client.post(address(Producer, "change", school.pk), body).status_code == 302
    school.refresh_from_db()
    assert (school.name, school.school_profile.level) == ("SMK Baru", "sma")

    far = Producer.objects.get(pillar="osop", region_id=OTHER_VILLAGE)
    assert client.post(address(Producer, "change", far.pk), {**body, "school_profile-0-producer": str(far.pk)}).status_code == 302
    far.refresh_from_db()
    assert far.name != "SMK Baru"


REGISTER = {
    "ovop": ({"name": "Desa Contoh Dua", "region": "53.09.01.2002"}, VillageProfile),
    "osop": ({"name": "SMK Contoh", "region": "53.09.01", "code": "50301234", "profil-level": "smk"}, SchoolProfile),
    "ocop": ({"name": "Pemuda Contoh", "region": "53.09.01", "profil-kind": "youth"}, CommunityProfile),
}


@pytest.mark.parametrize("pillar", list(REGISTER))
def test_officers_register_producers_under_the_code_of_their_pillar(client, pillar):
    body, profile = REGISTER[pillar]
    login(client, make_officer())
    assert client.get(reverse("producer_register_pillar", args=[pillar])).status_code == 200
    assert client.post(reverse("producer_register_pillar", args=[pillar]), body).status_code == 302
    producer = Producer.objects.get(pillar=pillar)
    assert producer.code == {"ovop": "53.09.01.2002", "osop": "50301234"}.get(pillar, producer.code)
    assert producer.code.startswith("K-") or pillar != "ocop"
    assert profile.objects.get().producer == producer
    # The same again is refused with words, not with an error.
    again = client.post(reverse("producer_register_pillar", args=[pillar]), body)
    assert again.status_code == (302 if pillar == "ocop" else 422)


@pytest.mark.parametrize(
    ("pillar", "change"),
    [
        ("ovop", {"region": "53.09.01"}),
        ("ovop", {"region": OTHER_VILLAGE}),
        ("osop", {"code": ""}),
        ("osop", {"code": "12"}),
        ("osop", {"region": "53.09"}),
        ("ocop", {"profil-kind": ""}),
        ("ocop", {"name": "a\x00b" * 200}),
    ],
)
def test_a_wrong_registration_is_answered_in_the_form(client, pillar, change):
    login(client, make_officer())
    answer = client.post(reverse("producer_register_pillar", args=[pillar]), {**REGISTER[pillar][0], **change})
    assert answer.status_code == 422
    assert not Producer.objects.exists()


def test_who_may_register(client):
    for role, regions, status in (
        (Role.VIEWER, ["53"], 403),
        (Role.DISTRICT_OFFICER, ["53.09.01"], 403),
        (Role.PROVINCE_OFFICER, ["53"], 200),
    ):
        login(client, make_officer(role, regions))
        assert client.get(reverse("producer_register")).status_code == status
    assert client.get(address(Producer, "add")).status_code == 302
    assert client.get(reverse("producer_register_pillar", args=["osap"])).status_code == 404


def test_every_table_of_the_registry_is_registered():
    from django.apps import apps

    tracked_through = {"Permit_products"}
    missing = [
        model._meta.label
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if model not in admin.site._registry and model.__name__ not in tracked_through
    ]
    assert missing == []


# --- the first page


@pytest.mark.parametrize(
    ("role", "regions", "status"), [(Role.PROVINCE_OFFICER, ["53"], 200), (Role.VIEWER, ["53"], 200), (Role.SYSTEM_ADMIN, ["53"], 200)]
)
def test_the_first_page_opens_for_staff(client, filled, role, regions, status):
    login(client, make_officer(role, regions))
    assert client.get(reverse("admin:index")).status_code == status


def test_the_first_page_shows_the_own_area_alone(client, filled):
    Submission.objects.filter(state="submitted").update(promised_on=timezone.localdate() - dt.timedelta(days=3))
    shown = login(client, filled).get(reverse("admin:index")).content.decode()
    assert "Produk 53.09.01.2001" in shown
    assert "Produk 53.05" not in shown


def test_the_first_page_costs_the_same_with_more_rows(client, django_assert_num_queries):
    officer = make_officer()
    login(client, officer)
    client.get(reverse("admin:index"))
    for count in (0, 2):
        for index in range(count):
            product = make_product(make_producer("ocop", region="53.09.01.2002"), f"Produk {index}")
            send(make_head(product.producer), product)
        Submission.objects.update(promised_on=timezone.localdate() - dt.timedelta(days=3))
        with django_assert_num_queries(16 if count else 15):
            client.get(reverse("admin:index"))


def test_notices_and_events_stand_in_words(client, filled):
    notice = Notice.objects.filter(user=filled).latest("pk")
    submission = Submission.objects.filter(product__producer__region="53.09.01.2001", events__transition="publish").first()
    login(client, filled)

    listed = client.get(address(Notice, "changelist")).content.decode()
    told = client.get(address(Submission, "history", submission.pk)).content.decode()

    assert notice.detail["product"] in listed
    assert "Tampil untuk umum" in told
    assert "publish" not in told.split("change-history")[1]


@pytest.mark.parametrize(
    ("role", "words", "has_desk", "sees_products"),
    [
        (Role.REGENCY_OFFICER, "Ke antrean", True, True),
        (Role.PROVINCE_OFFICER, "Ke antrean", True, True),
        (Role.SYSTEM_ADMIN, "Ke akun", False, False),
        (Role.TRADE_OFFICER, "Ke izin", False, True),
        (Role.VIEWER, "Ke produk", False, True),
    ],
)
def test_the_first_page_leads_each_role_to_its_own_work(client, world, role, words, has_desk, sees_products):
    client.force_login(make_officer(role, ["53"]))

    page = client.get(reverse("admin:index")).content.decode()

    assert words in page
    assert ("Di meja saya" in page) is has_desk
    assert ("Produk menurut keadaan" in page, reverse("desk_queue") in page) == (sees_products, sees_products)
