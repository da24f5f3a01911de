"""Error pages stand without a database and keep what was typed. No test here may touch the database: it is not opened."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = [
    pytest.mark.urls("tests.common.error_urls"),
    pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning"),
]

STORY = "Kopi ini tumbuh di lereng.\r\nBaris dua."
FORM = {"story": STORY, "name": "Kopi <b>", "months": ["1", "2"], "password": "rahasia-sekali", "code": "12345678"}


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.fixture
def strict_visitor():
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/unreadable/", 400, "tidak dapat dibaca"),
        ("/refused/", 403, "Produk ini sedang diperiksa petugas lain."),
        ("/nowhere/", 404, "Halaman tidak ditemukan"),
        ("/hurried/", 429, "Tunggu 2 menit"),
        ("/broken/", 500, "Ada gangguan di pihak kami"),
        ("/without-database/", 503, "Portal sedang dimulai ulang"),
    ],
)
def test_every_page_is_plain_indonesian_with_the_number_of_the_event(visitor, address, status, words):
    response = visitor.get(address)

    assert response.status_code == status
    assert words in text_of(response)
    assert response["X-Request-ID"] in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/broken/", "/without-database/", "/refused/", "/nowhere/", "/unreadable/"])
def test_what_was_typed_stays_and_secrets_do_not(visitor, address):
    page = text_of(visitor.post(address, FORM))

    assert "Yang Anda tulis" in page
    assert "Kopi ini tumbuh di lereng." in page
    assert "Kopi &lt;b&gt;" in page
    assert "rahasia-sekali" not in page
    assert "12345678" not in page


def test_nothing_typed_means_no_list(visitor):
    assert "Yang Anda tulis" not in text_of(visitor.get("/broken/"))


def test_database_away_says_when_to_come_back(visitor):
    assert visitor.get("/without-database/")["Retry-After"] == "30"


def test_a_fault_of_ours_is_not_sent_again_by_one_press(visitor):
    assert "csrfmiddlewaretoken" not in text_of(visitor.post("/broken/", FORM))


def resend(client, page):
    address = re.search(r'<form method="post" action="(/[a-z-]+/)"', page)[1]
    pairs = re.findall(r'<input type="hidden" name="(?!next)([^"]+)" value="([^"]*)">', page)
    fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(unescape(value))
    return client.post(address, fields)


def test_stale_token_can_be_sent_again_with_everything_typed(strict_visitor):
    page = strict_visitor.post("/echo/", FORM)

    answer = resend(strict_visitor, text_of(page))

    assert page.status_code == 403
    assert answer.status_code == 200
    assert answer.json()["fields"]["story"] == [STORY]
    assert answer.json()["fields"]["name"] == ["Kopi <b>"]
    assert answer.json()["fields"]["months"] == ["1", "2"]


def test_photos_must_be_chosen_again(strict_visitor):
    photo = SimpleUploadedFile("kopi.jpg", b"x", "image/jpeg")

    with_photo = text_of(strict_visitor.post("/echo/", {**FORM, "photo": photo}))
    without = text_of(strict_visitor.post("/echo/", FORM))

    assert "Foto dan berkas harus dipilih lagi." in with_photo
    assert "Foto dan berkas harus dipilih lagi." not in without


def test_ended_session_offers_to_sign_in_and_send_again(visitor, settings):
    page = visitor.post("/closed/", FORM)

    assert page.status_code == 401
    assert "Masuk di jendela kedua" in text_of(page)
    assert "Kopi ini tumbuh di lereng." in text_of(page)
    assert 'name="csrfmiddlewaretoken"' in text_of(page)


def test_reading_a_closed_page_leads_to_the_login(visitor):
    assert visitor.get("/closed/").status_code == 302


def test_too_large_a_form_gets_its_own_page(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = visitor.post("/echo/", "story=" + "x" * 200, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert "Kiriman Anda terlalu besar" in text_of(response)


def test_too_many_fields_get_the_same_page(visitor, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    assert visitor.post("/echo/", {f"f{index}": "x" for index in range(5)}).status_code == 413


def test_identifiers_and_ticks_are_sent_but_not_listed(strict_visitor):
    key = "3f2b8c1e-1111-4222-8333-444455556666"

    page = text_of(strict_visitor.post("/echo/", {"key": key, "agree": "on", "name": "Kopi"}))

    listed = page[page.index('<ul class="typed">') :]
    assert "Kopi" in listed
    assert key not in listed
    assert f'value="{key}"' in page
