"""The producer's own result: nothing before the decree, no names after it, one objection; certificates and their check."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.states import Role
from evaluations import certificates
from evaluations.models import Appeal, Decree, Entrant, Round
from evaluations.own_result import OwnResult
from evaluations.services import appeals, closing, decrees
from registry.models import CatalogueEntry, Change, Notice
from registry.notices import holders_of
from tests.registry.factories import SIBLING_VILLAGE, give, make_head, make_officer, make_producer, make_user
from tests.registry.published import publish, set_state

from .asking import client_of
from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db
GOOD = {"A1": 3, "A2": 2, "B1": 2, "C1": 2, "C2": 2}  # 40 + 10 + 30: four stars
FAIR = {"A1": 3, "A2": 1, "B1": 2, "C1": 2, "C2": 2}
WHO = ("anybody", "head", "operator", "sibling", "regency", "viewer", "outsider", "chair", "province", "system")


def stage_of(*names: str, **fields):
    """A round in the Rakor with one product of one producer for each name, two sheets each."""
    made = make_round(phase="rakor", **fields)
    made.chair, made.province = make_reviewer(made, "chair"), make_officer(Role.PROVINCE_OFFICER, ["53"])
    made.producer = make_producer()
    made.head = make_head(made.producer)
    made.reviewers = [make_reviewer(made), make_reviewer(made)]
    made.rows = []
    for name in names or ("Kopi Contoh",):
        entrant = make_entrant(made, name, producer=made.producer)
        for reviewer, choices in zip(made.reviewers, (GOOD, FAIR), strict=True):
            sheet = make_sheet(entrant, reviewer, choices, sent=True, comment=f"Saran {reviewer.pk}")
            sheet.scores.filter(criterion__code="A1").update(comment=f"Catatan {reviewer.pk}")
        made.rows.append(entrant)
    return made


def close(stage):
    stage.refresh_from_db()
    closing.close_round(actor=stage.chair, round=stage, expected=stage.lock_version)
    stage.refresh_from_db()


def establish(stage, number="SK 1/2026") -> Decree:
    close(stage)
    fields = {"decreed_on": timezone.localdate(), "signer": "Gubernur NTT"}
    return decrees.enter_decree(actor=stage.province, round=stage, expected=stage.lock_version, number=number, **fields)


def revoke(stage, decree, reason="Salah lampiran"):
    stage.refresh_from_db()
    return decrees.revoke_decree(actor=stage.province, decree=decree, expected=stage.lock_version, reason=reason)


def page(user: User | None, name: str, *args) -> str:
    return client_of(user).get(reverse(name, args=args)).content.decode()


def own_page(stage, entrant=None) -> str:
    return page(stage.head, "own_result", stage.code, (entrant or stage.rows[0]).number)


@pytest.fixture
def stage(world):
    return stage_of()


# --- before and after the decree ----------------------------------------------------------------------------------------


def test_before_the_decree_the_producer_reads_that_it_waits_and_nothing_else(stage):
    close(stage)

    shown = own_page(stage)

    assert "Menunggu penetapan" in shown
    assert not any(words in shown for words in ("Saran", "Catatan", "poin per bagian", 'class="stars', "dari 100 poin"))
    assert client_of(stage.head).get(reverse("own_appeal", args=[stage.code, 1])).status_code == 302
    assert "Menunggu penetapan" in page(stage.head, "producer_evaluation")


def test_result_by_section_with_comments_without_names(stage):
    establish(stage)

    shown = own_page(stage)

    assert "Bintang OVOP NTT 2026" in shown
    assert "70 dari 100 poin" in shown
    assert "30 dari 40" in shown
    for reviewer in stage.reviewers:
        assert f"Saran {reviewer.pk}" in shown
        assert f"Catatan {reviewer.pk}" in shown
        assert str(reviewer) not in shown
    assert "Siap jual" in shown
    assert "Menuju bintang 5" in shown
    assert "20 poin" in shown


def test_the_order_of_comments_is_fixed_and_not_that_of_the_sheets(world):
    stage = stage_of(*[f"Produk {number}" for number in range(8)])
    establish(stage)
    first, second = (f"Saran {reviewer.pk}" for reviewer in stage.reviewers)

    orders = [OwnResult(entrant).comments for entrant in stage.rows]

    assert orders == [OwnResult(entrant).comments for entrant in stage.rows]
    assert all(sorted(order) == sorted((first, second)) for order in orders)
    assert {order[0] for order in orders} == {first, second}


def test_notice_of_the_result_goes_to_those_who_hold_the_producer(stage):
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=stage.producer)
    make_head(make_producer("ocop"))

    establish(stage)

    told = Notice.objects.filter(kind="result_established")
    assert set(told.values_list("user", flat=True)) == {user.pk for user in holders_of(stage.producer)}
    assert {stage.head.pk, operator.pk} <= set(told.values_list("user", flat=True))
    assert {notice.path for notice in told} == {reverse("own_result", args=[stage.code, 1])}
    assert "Kopi Contoh" in page(stage.head, "workspace_notices")
    assert reverse("own_result", args=[stage.code, 1]) in page(stage.head, "workspace_home")


@pytest.mark.parametrize("rows", [1, 3])
def test_notices_of_results_cost_the_same_for_every_number_of_products(world, rows, django_assert_num_queries):
    from evaluations import notices

    stage = stage_of(*[f"Produk {number}" for number in range(rows)])
    close(stage)
    holders = holders_of(stage.producer)

    with django_assert_num_queries(4):
        assert notices.tell_producers(stage.result_sets.get(), kind="result_established") == rows * len(holders)


def test_a_revoked_decree_takes_the_result_back_and_says_why(stage):
    decree = establish(stage)
    result = stage.rows[0].results.get()

    revoke(stage, decree)

    shown = own_page(stage)
    assert "Salah lampiran" in shown
    assert "70 dari 100" not in shown
    assert Notice.objects.filter(kind="result_revoked", user=stage.head).count() == 1
    assert Change.objects.latest("seq").kind == "stars_revoked"
    answer = client_of(stage.head).get(reverse("certificate", args=certificates.key_of(result)))
    assert answer.status_code == 410
    assert "Salah lampiran" in answer.content.decode()
    check = page(None, "certificate_check", *certificates.key_of(result))
    assert "Dicabut" in check
    assert "SK 1/2026" in check


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_own_result(world, rows, django_assert_num_queries):
    stage = stage_of(*[f"Produk {number}" for number in range(rows)])
    establish(stage)
    client, address = client_of(stage.head), reverse("own_result", args=[stage.code, 1])
    client.get(address)

    with django_assert_num_queries(10):
        client.get(address)


# --- objection --------------------------------------------------------------------------------------------------------


def test_objection_is_sent_once_and_its_answer_is_shown(stage):
    establish(stage)
    client, address = client_of(stage.head), reverse("own_appeal", args=[stage.code, 1])

    assert client.post(address, {"text": "Foto kemasan belum dilihat."}).status_code == 302
    assert "sudah terkirim" in client.post(address, {"text": "Yang kedua."}, follow=True).content.decode()

    appeal = Appeal.objects.get()
    assert appeal.text == "Foto kemasan belum dilihat."
    assert Notice.objects.get(kind="objection_raised").user == stage.chair
    appeals.answer_appeal(actor=stage.chair, appeal=appeal, outcome="rejected", answer="Foto itu sudah dinilai.")
    assert "Foto itu sudah dinilai." in own_page(stage)
    assert Notice.objects.filter(kind="objection_answered", user=stage.head).count() == 1


def test_a_late_objection_is_refused_and_what_was_typed_stays(stage, monkeypatch):
    establish(stage)
    last = appeals.last_appeal_day(stage.rows[0].results.get())
    address, client = reverse("own_appeal", args=[stage.code, 1]), client_of(stage.head)
    late = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(0, 0)))
    monkeypatch.setattr(timezone, "now", lambda: late)
    client.force_login(stage.head)

    answer = client.post(address, {"text": "Terlambat tapi panjang."})

    assert answer.status_code == 422
    assert "Terlambat tapi panjang." in answer.content.decode()
    assert Appeal.objects.count() == 0
    assert client.get(address).status_code == 302


def test_on_the_last_minute_it_is_taken(stage, monkeypatch):
    establish(stage)
    last = appeals.last_appeal_day(stage.rows[0].results.get())
    moment = timezone.make_aware(dt.datetime.combine(last, dt.time(23, 59)))
    monkeypatch.setattr(timezone, "now", lambda: moment)

    assert client_of(stage.head).post(reverse("own_appeal", args=[stage.code, 1]), {"text": "Masih sempat."}).status_code == 302
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 3001])
def test_an_empty_or_too_long_objection_keeps_what_was_typed(stage, text):
    establish(stage)

    answer = client_of(stage.head).post(reverse("own_appeal", args=[stage.code, 1]), {"text": text})

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert Appeal.objects.count() == 0


def test_only_the_head_objects(stage):
    establish(stage)
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=stage.producer)

    answer = client_of(operator).post(reverse("own_appeal", args=[stage.code, 1]), {"text": "Keberatan."})

    assert answer.status_code == 422
    assert Appeal.objects.count() == 0
    assert reverse("own_appeal", args=[stage.code, 1]) not in page(operator, "own_result", stage.code, 1)


# --- certificates -----------------------------------------------------------------------------------------------------


def test_certificate_only_after_the_decree(stage):
    close(stage)
    key = certificates.key_of(stage.rows[0].results.get())
    assert client_of(stage.head).get(reverse("certificate", args=key)).status_code == 404
    assert Client().get(reverse("certificate_check", args=key)).status_code == 404

    decree = decrees.enter_decree(
        actor=stage.province,
        round=stage,
        expected=stage.lock_version,
        number="SK 2/2026",
        decreed_on=timezone.localdate(),
        signer="Gubernur NTT",
    )

    answer = client_of(stage.head).get(reverse("certificate", args=key))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert decree.number in page(None, "certificate_check", *key)
    assert reverse("certificate", args=key) in own_page(stage)


def test_certificate_names_product_place_and_decree_and_no_points(stage):
    establish(stage)
    result = certificates.find(stage.code, 1, 1)

    told = certificates._data(result)

    assert (told["product"], told["stars"], told["year"], told["decree"]) == ("Kopi Contoh", 4, "2026", "SK 1/2026")
    assert "Ngada" in told["place"]
    assert told["address"].endswith("/sertifikat/ovop-2026/1/1/")
    assert "70" not in str({key: value for key, value in told.items() if key not in ("qr", "code")})
    assert str(stage.head) not in str(told)


@pytest.mark.parametrize("demo", [True, False])
def test_certificate_of_a_demonstration_says_so(stage, settings, demo):
    settings.DEMO = demo
    establish(stage)

    told = certificates._data(certificates.find(stage.code, 1, 1))

    assert told["is_example"] is demo


def test_check_turns_with_the_day_the_catalogue_and_a_later_decree(stage, monkeypatch):
    establish(stage)
    result = certificates.find(stage.code, 1, 1)
    until = decrees.valid_until(result, result.result_set.decree)

    assert certificates.standing_of(result, until).holds
    assert certificates.standing_of(result, until + dt.timedelta(days=1)).title == "Kedaluwarsa"
    set_state(result.entrant.product.entry, "withdrawn")
    assert certificates.standing_of(certificates.find(stage.code, 1, 1), until).kind == "is-warning"
    CatalogueEntry.objects.update(state="listed", award={"decree_id": 0})
    assert certificates.standing_of(certificates.find(stage.code, 1, 1), until).title == "Diganti"


@pytest.mark.parametrize(("language", "words"), [("id", "Pemeriksaan sertifikat"), ("en", "Check of a certificate")])
def test_the_check_speaks_both_languages(stage, language, words):
    establish(stage)
    client = Client()
    client.cookies["django_language"] = language

    assert words in client.get(reverse("certificate_check", args=[stage.code, 1, 1])).content.decode()


def test_a_product_without_stars_has_no_certificate(stage):
    establish(stage)
    other = make_entrant(stage, "Tanpa Bintang", producer=stage.producer)

    assert Client().get(reverse("certificate_check", args=[stage.code, 1, other.number])).status_code == 404


def test_stars_of_the_decree_stand_in_the_catalogue(stage):
    establish(stage)
    code = stage.rows[0].code

    assert "Bintang OVOP NTT 2026" in page(None, "product", code)
    assert "Kopi Contoh" in Client().get("/produk/?stars=4").content.decode()
    assert "Kopi Contoh" not in Client().get("/produk/?stars=5").content.decode()


# --- who opens what ---------------------------------------------------------------------------------------------------

ACCESS = {
    "own_result": "302 200 200 404 403 403 403 403 403 403",
    "own_appeal": "302 200 200 404 403 403 403 403 403 403",
    "certificate": "302 200 200 404 404 404 404 404 200 404",
    "certificate_check": "200 200 200 200 200 200 200 200 200 200",
}


def test_every_page_answers_each_person_as_written(stage):
    establish(stage)
    operator, viewer, system = make_user(), make_user(), make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=stage.producer)
    give(viewer, Role.VIEWER, regions=["53"])
    give(system, Role.SYSTEM_ADMIN, regions=["53"])
    people = {
        "anybody": None,
        "head": stage.head,
        "operator": operator,
        "sibling": make_head(make_producer("ocop")),
        "regency": make_officer(),
        "viewer": viewer,
        "outsider": make_reviewer(),
        "chair": stage.chair,
        "province": stage.province,
        "system": system,
    }
    args = {name: [stage.code, 1] if name.startswith("own") else [stage.code, 1, 1] for name in ACCESS}

    found = {name: " ".join(str(client_of(people[who]).get(reverse(name, args=args[name])).status_code) for who in WHO) for name in ACCESS}

    assert {name: row for name, row in found.items() if row != ACCESS[name]} == {}


def test_the_result_of_another_village_is_not_found(stage):
    establish(stage)
    village = make_head(make_producer(region=SIBLING_VILLAGE))

    for name in ("own_result", "own_appeal"):
        assert client_of(village).get(reverse(name, args=[stage.code, 1])).status_code == 404
    assert client_of(village).post(reverse("own_appeal", args=[stage.code, 1]), {"text": "x"}).status_code == 404
    assert Entrant.objects.count() == Round.objects.count() == 1


def test_a_new_version_of_the_product_keeps_its_certificate(stage):
    establish(stage)
    publish(stage.rows[0].product)

    assert certificates.standing_of(certificates.find(stage.code, 1, 1)).holds
