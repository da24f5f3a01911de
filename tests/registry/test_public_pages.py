"""The public site as a whole: no dead link in either language, weights, queries, places and figures."""

import gzip
import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from regions.models import Kind, Level, Region, RegionSuccession
from registry.models import CatalogueEntry

from .factories import OTHER_VILLAGE, SIBLING_VILLAGE, make_producer, make_product
from .published import add_permit, publish, set_state

pytestmark = pytest.mark.usefixtures("world")
PAGES = [
    "home",
    "catalogue",
    "map",
    "data",
    "about",
    "how_to_join",
    "help",
    "accessibility",
    "privacy",
    "check_code",
    "complaint_status",
    "robots",
    "sitemap",
]


@pytest.fixture
def some():
    """One product of each pillar, in three places."""
    product = make_product(make_producer(), name="Kopi Bajawa", story="Cerita.", months=[5, 6])
    add_permit(product)
    return [
        publish(product),
        publish(producer=make_producer("osop", SIBLING_VILLAGE), name="Selai", category="camilan"),
        publish(producer=make_producer("ocop", OTHER_VILLAGE), name="Tenun", category="tenun"),
    ]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_exists_empty_and_in_both_languages(client, name, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    assert client.get(reverse(name)).status_code == 200


def links(page: str, base: str) -> set[str]:
    found = {unescape(address) for address in re.findall(r'<a[^>]+href="([^"]*)"', page)}
    own = {urljoin(base, address) for address in found if not urlsplit(address).netloc and not address.startswith("#")}
    return {address.partition("#")[0] for address in own}


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_dead_link(client, some, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    seen: set[str] = set()
    waiting = {"/"} | {f"/k/{entry.code}" for entry in some}
    while waiting and len(seen) < 400:
        address = waiting.pop()
        seen.add(address)
        # A photo has its bytes in the store, which these entries do without.
        if address.startswith("/foto/"):
            continue
        response = client.get(address)
        assert response.status_code < 400, address
        if response.get("Content-Type", "").startswith("text/html") and response.status_code == 200:
            waiting |= links(response.content.decode(), address) - seen
    assert {reverse(name) for name in PAGES if name not in ("robots", "sitemap")} <= seen
    assert {reverse("product", args=[entry.code]) for entry in some} <= seen
    assert len(seen) < 400


def weight(page: bytes) -> int:
    static = Path(settings.BASE_DIR) / "static"
    parts = [static / "css/dist/site.css", static / "js/base.js", static / "img/icons.svg", static / "img/motif.svg"]
    return len(gzip.compress(page)) + sum(len(gzip.compress(part.read_bytes())) for part in parts)


def test_pages_weigh_at_most_60_kilobytes(client, some):
    entry = some[0]
    for number in range(30):
        publish(make_product(entry.product.producer, name=f"Produk dengan nama yang panjang {number}"))
    addresses = [
        reverse("home"),
        reverse("catalogue"),
        f"{reverse('catalogue')}?q=produk&regency=53.09",
        reverse("product", args=[entry.code]),
    ]
    addresses += [reverse("regency", args=["53.09"]), f"/k/{entry.code}", reverse("map"), reverse("data"), reverse("privacy")]

    for address in addresses:
        assert weight(client.get(address).content) <= 60 * 1024, address


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    producer = make_producer()
    for number in range(rows):
        publish(make_product(producer, name=f"Produk {number}"))
    client.get("/")
    for address, count in (("/", 3), ("/peta/", 2), ("/data/", 2), ("/kabupaten/53.09/", 9), (f"/pembuat/{producer.code}/", 1)):
        with django_assert_num_queries(count):
            assert client.get(address).status_code == 200


def test_home_tells_true_figures_with_their_moment(client, some):
    response = client.get("/")
    page = response.content.decode()

    summary = response.context["summary"]
    assert (summary.total, summary.covered, summary.villages) == (3, 1, 3)
    assert "Dihitung" in page
    assert "WITA" in page
    assert [str(card.name) for card in response.context["cards"]] == ["Tenun", "Selai", "Kopi Bajawa"]


def test_an_empty_list_says_so(client):
    for address in ("/", "/produk/", "/kabupaten/53.09/"):
        assert "Belum ada produk" in client.get(address).content.decode()


def test_the_map_is_a_table_with_a_tile_for_each_regency(client, some):
    page = client.get("/peta/").content.decode()

    assert page.count('role="rowheader"') == 2
    assert "r-5309" in page
    assert "1 dari 2 desa dan kelurahan" in page


@pytest.mark.parametrize("code", ["53.99", "51.01", "53", "53.09.01", "x", "53.09'", "53.%00"])
def test_foreign_and_unknown_regencies_are_not_found(client, code):
    assert client.get(f"/kabupaten/{code}/").status_code == 404


def end(code: str, *successors: str) -> None:
    Region.objects.create(
        code=code, parent_id="53", level=Level.REGENCY, kind=Kind.REGENCY, name="Lama", full_name="Lama", ended_on="2026-01-01"
    )
    for new in successors:
        RegionSuccession.objects.create(old_id=code, new_id=new, kind="split", former_name="Lama", decree="UU 1/2026", day="2026-01-01")


def test_a_code_no_longer_in_force_leads_to_what_followed(client):
    end("53.30", "53.09")
    end("53.31", "53.09", "53.05")

    assert client.get("/kabupaten/53.30/").url == "/kabupaten/53.09/"
    page = client.get("/kabupaten/53.31/").content.decode()
    assert "/kabupaten/53.09/" in page
    assert "/kabupaten/53.05/" in page


def test_a_producer_without_a_shown_product_has_no_page(client, some):
    set_state(some[0], "suspended")

    assert client.get(reverse("producer", args=[some[0].producer_code])).status_code == 404
    assert client.get(reverse("producer", args=[some[1].producer_code])).status_code == 200
    assert client.get("/pembuat/%00/").status_code == 404


def test_search_engines_hear_of_what_is_shown_only(client, some):
    set_state(some[0], "withdrawn")

    products = client.get("/sitemap-produk.xml").content.decode()
    assert some[1].code in products
    assert some[0].code not in products
    assert "Disallow: /ruang/" in client.get("/robots.txt").content.decode()
    assert client.get("/sitemap-kabupaten.xml").status_code == 200
    assert some[1].producer_code in client.get("/sitemap-pembuat.xml").content.decode()


def test_data_stay_indonesian_and_the_screen_turns_english(client, some):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = client.get(reverse("product", args=[some[0].code])).content.decode()

    assert "Permits and certificates" in page
    assert "Ini kopi dari kebun sendiri" in page
    assert 'lang="en"' in page
    assert CatalogueEntry.objects.count() == 3


def test_a_regency_shows_its_products_first_and_names_once_what_it_lacks(client):
    world_code = publish().regency_code

    page = client.get(reverse("regency", args=[world_code])).content.decode()

    assert page.count('class="empty-state"') == 1
    assert "Belum ada produk OSOP, OCOP dari" in page
    assert page.index('class="products"') < page.index('class="empty-state"')
