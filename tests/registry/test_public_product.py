"""The page of one product, and its sheet of labels."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from registry import showcase
from registry.models import CatalogueEntry, ChainStage, ProductVariant

from .factories import SIBLING_VILLAGE, add_contact, make_head, make_producer, make_product
from .published import add_permit, publish, set_state

pytestmark = pytest.mark.usefixtures("world")
PRICES = [("cultivate", 4500, "village"), ("harvest", 11250, "village"), ("process", 23850, "ntt"), ("sell", 45000, "outside")]


def chained(prices=PRICES, *, public=True):
    product = make_product(make_producer(), shares_public=public)
    for step, price, place in prices:
        ChainStage.objects.create(product=product, step=step, price_after=price, place=place, note="Catatan")
    return publish(product)


def page_of(client, entry):
    response = client.get(reverse("product", args=[entry.code]))
    assert response.status_code == 200
    return response, response.content.decode()


def test_shares_add_up_and_tell_what_stays(client):
    response, page = page_of(client, chained())

    assert [row.added for row in response.context["shares"]] == [10, 15, 28, 47]
    assert (response.context["staying"], response.context["staying_ntt"], response.context["staying_outside"]) == (25, 28, 47)
    assert "25 persen tinggal di desa" in page
    assert "11.250" not in page
    assert "23.850" not in page


@pytest.mark.parametrize(
    ("prices", "public"),
    [(PRICES, False), ([("cultivate", 500, "village"), ("sell", 400, "village")], True), ([("sell", 0, "village")], True)],
)
def test_no_share_without_consent_or_with_prices_that_fall(client, prices, public):
    response, page = page_of(client, chained(prices, public=public))

    assert [row.added for row in response.context["shares"]] == [None] * len(prices)
    assert "tinggal di desa" not in page


@pytest.mark.parametrize("prices", [[1, 2, 3], [333, 667, 1000], [1, 1, 3], [7, 7, 7], [1, 500, 1001]])
def test_whole_percents_always_make_a_hundred(prices):
    chain = [{"price_after": price} for price in prices]

    assert sum(showcase.whole_percents({"chain": chain})) == 100


def test_a_contact_is_shown_with_consent_only(client):
    product = make_product(make_producer())
    contact = add_contact(product)
    entry = publish(product)
    _response, page = page_of(client, entry)
    assert "Narahubung Contoh" not in page
    assert "wa.me/62" not in page

    from registry.services.contacts import give_consent

    give_consent(actor=make_head(product.producer), contact=contact)
    _response, page = page_of(client, entry)
    assert "Narahubung Contoh" in page
    assert "https://wa.me/6281234567890?text=" in page


def test_variants_and_prices(client):
    product = make_product(make_producer())
    ProductVariant.objects.create(product=product, net_content=1, unit="kg", price=None, label="Karung", position=2)
    _response, page = page_of(client, publish(product))

    assert "Rp\xa045.000" in page
    assert "250 g" in page
    assert "Tanyakan harganya" in page


def test_permits_with_their_validity_today(client):
    product = make_product(make_producer())
    add_permit(product, "pirt", days=-3)
    add_permit(product, "halal", days=400)
    response, page = page_of(client, publish(product))

    states = {row.kind: row.validity.state for row in response.context["permits"]}
    assert (states["pirt"], states["halal"]) == ("expired", "valid")
    assert response.context["answer"].kind == "is-warning"
    assert "izin wajib habis" in page


def test_photos_open_as_plain_links_and_the_qr_carries_the_check(client):
    entry = publish()
    _response, page = page_of(client, entry)

    sha = entry.payload["photos"][0]["sha256"]
    assert f'<a href="/foto/{sha}-l.webp">' in page
    assert 'class="qr"' in page
    assert "style=" not in page
    assert reverse("check", args=[entry.code]) in page


def test_search_engines_read_the_product(client):
    product = make_product(make_producer(), name="Kopi </script><b>", summary="Satu & dua.")
    _response, page = page_of(client, publish(product))

    raw = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    data = json.loads(raw)
    assert (data["@type"], data["name"], data["offers"][0]["price"]) == ("Product", "Kopi </script><b>", "45000")
    assert '<meta property="og:title" content="Kopi &lt;/script&gt;&lt;b&gt;">' in page
    assert '<link rel="canonical"' in page


@pytest.mark.parametrize(("state", "status"), [("suspended", 200), ("withdrawn", 410)])
def test_what_is_not_shown_is_not_told(client, state, status):
    entry = set_state(publish(), state, "Alasan dalam")

    response = client.get(reverse("product", args=[entry.code]))
    page = response.content.decode()

    assert response.status_code == status
    assert entry.name in page
    for secret in (entry.payload["photos"][0]["sha256"], "45.000", "Alasan dalam", entry.payload["summary"]):
        assert secret not in page


@pytest.mark.parametrize("state", ["paused", "ceased"])
def test_a_product_that_rests_keeps_its_page(client, state):
    response, _page = page_of(client, set_state(publish(), state))

    assert response.context["answer"].kind == "is-ended"


def test_codes_written_otherwise_lead_to_the_page(client):
    entry = publish()

    response = client.get(f"/produk/{entry.code.lower().replace('-', '')}/")
    assert (response.status_code, response.url) == (301, f"/produk/{entry.code}/")
    for code in ("NTT-0000-00", "%00", "x" * 300):
        assert client.get(f"/produk/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([], ""),
        ([5], "Mei"),
        ([5, 6, 7], "Mei–Juli"),
        ([1, 2, 12], "Desember–Februari"),
        ([3, 5, 6], "Maret, Mei–Juni"),
        (list(range(1, 13)), "Sepanjang tahun"),
    ],
)
def test_season_in_words(months, words):
    assert showcase.season(months) == words


@pytest.mark.parametrize("photos", [1, 3])
def test_queries(client, django_assert_num_queries, photos):
    from .factories import add_photo

    product = make_product(make_producer())
    for _number in range(photos - 1):
        add_photo(product)
    entry = publish(product)

    with django_assert_num_queries(1):
        page_of(client, entry)


def test_labels_are_a_pdf_for_those_who_look_after_the_product(client):
    entry = publish(name='Kopi #image("x") $a$ ' + "panjang " * 8)
    address = reverse("product_labels", args=[entry.code])
    assert client.get(address).status_code == 302

    client.force_login(make_head(make_producer(region=SIBLING_VILLAGE)))
    assert client.get(address).status_code == 404

    client.force_login(make_head(entry.product.producer))
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF")


def test_no_labels_before_the_product_is_shown(client):
    product = make_product(make_producer())
    client.force_login(make_head(product.producer))

    assert client.get(reverse("product_labels", args=[product.code])).status_code == 409
    entry = publish(product)
    assert entry.first_published_at <= timezone.now()
    set_state(entry, "suspended")
    assert client.get(reverse("product_labels", args=[product.code])).status_code == 409


@pytest.mark.parametrize(("day", "words"), [("2025-05-20", "20 Mei 2025"), (None, "")])
def test_a_demonstration_product_names_its_source(client, day, words):
    entry = publish()
    payload = entry.payload | {"source_url": "https://www.example.org/berita/1", "source_day": day}
    CatalogueEntry.objects.filter(pk=entry.pk).update(payload=payload)

    page = client.get(f"/produk/{entry.code}/").content.decode()

    assert 'href="https://www.example.org/berita/1"' in page
    assert f"example.org</a>{f' {words}' if words else ''}</dd>" in page


def test_a_product_sent_by_its_producer_names_no_source(client):
    assert "<dt>Sumber</dt>" not in client.get(f"/produk/{publish().code}/").content.decode()


def test_no_price_is_offered_of_what_is_no_longer_made():
    entry = publish()
    entry.payload["variants"][0]["price"] = 25000

    assert "offers" in showcase.structured(entry)
    entry.state = "ceased"
    assert "offers" not in showcase.structured(entry)


def test_what_is_no_longer_made_shows_no_price_and_asks_nobody(client):
    page = client.get(f"/produk/{set_state(publish(), 'ceased').code}/").content.decode()

    assert "Tanyakan harganya" not in page
    assert "Ukuran dan harga" not in page
    assert "Tidak diproduksi lagi" in page
