"""The answer to a scanned or typed code, for every state, and how much it weighs."""

import datetime as dt
import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from registry import showcase
from registry.codes import new_product_code
from registry.models import CatalogueEntry

from .factories import make_image, make_producer, make_product
from .published import add_permit, publish, set_state

pytestmark = pytest.mark.usefixtures("world")
QR_WARNING = "QR dapat ditiru: cocokkan foto dan nama pembuat. Bukan pengganti izin edar."


def page_of(client, code):
    response = client.get(f"/k/{code}")
    return response, response.content.decode()


@pytest.mark.parametrize(
    ("state", "title", "kind"),
    [
        ("listed", "Terdaftar", ""),
        ("paused", "Terdaftar, sedang tidak diproduksi", "is-ended"),
        ("suspended", "Ditangguhkan", "is-warning"),
        ("ceased", "Tidak diproduksi lagi", "is-ended"),
        ("withdrawn", "Dicabut", "is-revoked"),
    ],
)
def test_every_state_has_its_answer(client, state, title, kind):
    entry = set_state(publish(), state)

    response, page = page_of(client, entry.code)

    assert response.status_code == 200
    assert (response.context["answer"].title, response.context["answer"].kind) == (title, kind)
    assert QR_WARNING in page
    assert reverse("complaint_new", args=[entry.code]) in page


@pytest.mark.parametrize("state", ["listed", "withdrawn", "suspended"])
def test_no_page_ever_says_genuine(client, state):
    entry = set_state(publish(), state)
    for address in (f"/k/{entry.code}", f"/produk/{entry.code}/"):
        assert "asli" not in client.get(address).content.decode().lower()


def test_pack_photo_maker_and_village_are_shown(client):
    product = make_product(make_producer(name="Desa Contoh"))
    pack = make_image("pack")
    product.photos.create(image=pack, kind="pack", position=5, alt="Kemasan")
    entry = publish(product)

    _response, page = page_of(client, entry.code)

    assert pack.sha256 in page
    assert "Kelompok Contoh" in page
    assert "Desa Contoh Satu" in page
    assert "Belum ada penjual resmi" in page


def test_a_withdrawn_product_shows_neither_photo_nor_maker(client):
    entry = set_state(publish(), "withdrawn")

    _response, page = page_of(client, entry.code)

    assert entry.payload["photos"][0]["sha256"] not in page
    assert "Kelompok Contoh" not in page


def test_a_suspended_product_shows_its_maker_but_no_photo_that_is_closed(client):
    entry = set_state(publish(), "suspended")

    _response, page = page_of(client, entry.code)

    assert "/foto/" not in page
    assert "Foto tidak ditampilkan selama pendaftaran ditangguhkan." in page
    assert "Kelompok Contoh" in page


def test_a_code_not_found_stays_in_the_box_to_be_mended(client):
    assert 'value="NTT-0000-00"' in page_of(client, "NTT-0000-00")[1]


def test_the_green_seal_goes_by_itself_on_the_day_after():
    product = make_product(make_producer())
    add_permit(product, "pirt", days=0)
    entry = publish(product)
    today = timezone.localdate()

    assert showcase.answer(entry).is_good
    assert showcase.expired_permits(entry, today) == []
    assert [row.kind for row in showcase.expired_permits(entry, today + dt.timedelta(days=1))] == ["pirt"]


def test_an_expired_compulsory_permit_is_named_with_its_day(client):
    product = make_product(make_producer())
    add_permit(product, "pirt", days=-22)
    entry = publish(product)

    response, page = page_of(client, entry.code)

    assert response.context["answer"].kind == "is-warning"
    assert "Terdaftar, izin wajib habis" in page
    assert "P-IRT habis" in page


def test_an_expired_useful_permit_takes_nothing_away(client):
    product = make_product(make_producer())
    add_permit(product, "halal", days=-1)

    assert page_of(client, publish(product).code)[0].context["answer"].is_good


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("0", "O").replace("1", "l")])
def test_a_code_is_read_as_people_write_it(client, write):
    entry = publish()

    assert page_of(client, write(entry.code))[0].context["entry"] == entry


@pytest.mark.parametrize(
    "code", [pytest.param(new_product_code(), id="well formed"), "NTT-0000-00", "x", "%00", "😀", "N" * 500, "..", "%2e%2e"]
)
def test_an_unknown_code_is_said_plainly(client, code):
    response, page = page_of(client, code)

    assert response.status_code == 404
    if response.context:
        assert "Kode tidak ditemukan" in page or "tidak" in page


def test_one_wrong_letter_is_told_apart_from_a_code_nobody_has(client):
    code = publish().code
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")

    assert page_of(client, wrong)[0].context["mistyped"]
    assert not page_of(client, new_product_code())[0].context["mistyped"]


def test_the_form_leads_to_the_answer(client):
    entry = publish()

    response = client.get(reverse("check_code"), {"code": f"  {entry.code.lower()} "})

    assert response.url == f"/k/{entry.code}"
    assert client.get(reverse("check_code"), {"code": ""}).status_code == 200
    assert client.get(reverse("check_code"), {"code": "a/b?c"}).status_code == 302


def weight(page: bytes) -> int:
    """Bytes of a page with its stylesheet, script, icons and motif, all compressed."""
    static = Path(settings.BASE_DIR) / "static"
    parts = [static / "css/dist/site.css", static / "js/base.js", static / "img/icons.svg", static / "img/motif.svg"]
    return len(gzip.compress(page)) + sum(len(gzip.compress(part.read_bytes())) for part in parts)


def test_the_answer_weighs_at_most_20_kilobytes(client):
    product = make_product(make_producer())
    add_permit(product)
    entry = publish(product)

    assert weight(client.get(f"/k/{entry.code}").content) <= 20 * 1024


@pytest.mark.parametrize("photos", [1, 3])
def test_queries_of_the_check(client, django_assert_num_queries, photos):
    product = make_product(make_producer())
    for number in range(photos - 1):
        product.photos.create(image=make_image(), position=number + 2)
    entry = publish(product)

    with django_assert_num_queries(1):
        client.get(f"/k/{entry.code}")
    assert CatalogueEntry.objects.count() == 1
