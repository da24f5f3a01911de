"""The public catalogue: what is listed, found, narrowed, ordered and paged."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry import paging, search
from registry.filters_catalogue import CatalogueFilter
from registry.models import CatalogueEntry

from .factories import OTHER_VILLAGE, SIBLING_VILLAGE, make_producer, make_product
from .published import add_permit, publish, set_state

pytestmark = pytest.mark.usefixtures("world")


def names(client: Client, query: str = "") -> list[str]:
    response = client.get(reverse("catalogue") + query)
    assert response.status_code == 200
    return [str(card.name).replace("<mark>", "").replace("</mark>", "") for card in response.context["cards"]]


@pytest.fixture
def three():
    """A coffee of Ngada, a cloth of Alor, and a jam of a school in Ngada."""
    coffee = publish(producer=make_producer(), name="Kopi Bajawa")
    cloth = publish(producer=make_producer(region=OTHER_VILLAGE), name="Tenun Ikat Alor", category="tenun", summary="Benang pilihan.")
    jam = publish(producer=make_producer("osop", SIBLING_VILLAGE), name="Selai Pisang", category="camilan", summary="Manis.")
    return coffee, cloth, jam


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=kopi", ["Kopi Bajawa"]),
        ("?q=Kopi+BAJAWA", ["Kopi Bajawa"]),
        ("?q=kopi+bajwa", ["Kopi Bajawa"]),
        ("?q=tennun", ["Tenun Ikat Alor"]),
        ("?q=baja", ["Kopi Bajawa"]),
        ("?q=alor+tenun", ["Tenun Ikat Alor"]),
        ("?q=zzzzzz", []),
        ("?pillar=osop", ["Selai Pisang"]),
        ("?pillar=osop&pillar=ovop&sort=name", ["Kopi Bajawa", "Selai Pisang", "Tenun Ikat Alor"]),
        ("?regency=53.05", ["Tenun Ikat Alor"]),
        ("?regency=53.09&district=53.09.01&sort=name", ["Kopi Bajawa", "Selai Pisang"]),
        ("?regency=53.05&district=53.09.01", ["Tenun Ikat Alor"]),
        ("?category=makanan-minuman&sort=name", ["Kopi Bajawa", "Selai Pisang"]),
        ("?category=makanan-minuman&category=camilan", ["Selai Pisang"]),
        ("?category=makanan-minuman&pillar=ovop", ["Kopi Bajawa"]),
    ],
)
def test_search_and_filters_find(client, three, query, found):
    assert names(client, query) == found


def test_only_published_states_are_listed(client, three):
    coffee, cloth, jam = three
    for entry, state in ((coffee, "suspended"), (cloth, "withdrawn"), (jam, "ceased")):
        set_state(entry, state)

    assert names(client) == []
    assert names(client, "?q=kopi") == []


def test_a_permit_counts_while_it_is_valid(client):
    valid, expired = make_product(make_producer(), name="Sah"), make_product(make_producer(region=SIBLING_VILLAGE), name="Habis")
    add_permit(valid, days=0)
    add_permit(expired, days=-1)
    publish(valid)
    publish(expired)

    assert names(client, "?permit=pirt") == ["Sah"]
    assert names(client, "?permit=halal") == []


def test_available_is_made_this_month_and_not_paused(client):
    month = timezone.localdate().month
    publish(producer=make_producer(), name="Musim", months=[month])
    publish(producer=make_producer(region=SIBLING_VILLAGE), name="Bukan Musim", months=[month % 12 + 1])
    set_state(publish(producer=make_producer(region=OTHER_VILLAGE), name="Istirahat", months=[month]), "paused")

    assert names(client, "?available=on") == ["Musim"]


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00kopi",
        "?q=%F0%9F%98%80",
        "?q=" + "a" * 5000,
        "?q=%27+OR+1%3D1+--",
        "?q=kopi+%26+%7C+%21+%3A%2A",
        "?q=%E2%80%AE%E2%80%AEkopi",
        "?pillar=xyz&category=tidak-ada&permit=x",
        "?regency=%00&district=99",
        "?after=abc&sort=price",
        "?before=%00",
        "?page=99999&q=kopi",
        "?page=-1&q=kopi",
        "?sort=%27",
        "?available=ya",
    ],
)
def test_odd_input_gets_a_plain_answer(client, three, query):
    assert client.get(reverse("catalogue") + query).status_code == 200


def test_a_cursor_of_one_order_does_not_break_another(client, three):
    first = client.get(reverse("catalogue") + "?sort=name").context
    assert first["following"] == ""
    from registry.paging import ORDERS, _write

    cursor = _write(CatalogueEntry.objects.first(), ORDERS["name"])

    assert len(names(client, f"?sort=price&after={cursor}")) == 3


def make_many(count: int) -> None:
    entry = publish(producer=make_producer(), name="Barang 00")
    base = timezone.now()
    rows = []
    for number in range(1, count):
        product = make_product(entry.product.producer, name=f"Barang {number:02}")
        values = {field.attname: getattr(entry, field.attname) for field in CatalogueEntry._meta.concrete_fields if field.name != "id"}
        values |= {"product_id": product.pk, "code": product.code, "name": product.name, "name_key": product.name_key}
        values |= {"price_from": None if number % 3 else 1000 * (number % 7), "first_published_at": base + dt.timedelta(minutes=number % 5)}
        rows.append(CatalogueEntry(**values))
    CatalogueEntry.objects.bulk_create(rows)


@pytest.mark.parametrize("sort", ["name", "newest", "price"])
def test_pages_go_through_everything_once_and_back_again(client, sort):
    make_many(60)
    address, seen, pages = f"?sort={sort}", [], []
    while address:
        response = client.get(reverse("catalogue") + address)
        page = [card.url for card in response.context["cards"]]
        seen += page
        pages.append(page)
        address = response.context["following"]
    assert [len(page) for page in pages] == [24, 24, 12]
    assert len(set(seen)) == 60

    back = client.get(reverse("catalogue") + response.context["previous"])
    assert [card.url for card in back.context["cards"]] == pages[1]
    first = client.get(reverse("catalogue") + back.context["previous"])
    assert [card.url for card in first.context["cards"]] == pages[0]
    assert first.context["previous"] == ""


def test_prices_go_up_and_unknown_ones_come_last(client):
    make_many(10)
    response = client.get(reverse("catalogue") + "?sort=price")
    prices = [card.price for card in response.context["cards"]]

    known = [price for price in prices if price.startswith("Rp")]
    assert prices[: len(known)] == known
    assert len(known) < len(prices)


def test_relevance_puts_the_very_name_first(client):
    publish(producer=make_producer(), name="Madu Hutan Asli")
    publish(producer=make_producer(region=SIBLING_VILLAGE), name="Lilin dari Madu")
    publish(producer=make_producer(region=OTHER_VILLAGE), name="Madu")

    assert names(client, "?q=madu") == ["Madu", "Madu Hutan Asli", "Lilin dari Madu"]


def test_found_words_are_marked_and_nothing_else_is_trusted(client):
    publish(producer=make_producer(), name="<b>Kopi</b> & <script>")

    page = client.get(reverse("catalogue") + "?q=kopi").content.decode()

    assert "&lt;b&gt;<mark>Kopi</mark>&lt;/b&gt; &amp; &lt;script&gt;" in page


def test_a_guess_is_named_as_a_guess(client, three):
    assert "kopi bajwa" in client.get(reverse("catalogue") + "?q=kopi+bajwa").content.decode()
    assert client.get(reverse("catalogue") + "?q=kopi+bajwa").context["found"].search.is_guessed
    assert not client.get(reverse("catalogue") + "?q=kopi").context["found"].search.is_guessed


def test_empty_result_offers_to_remove_filters(client, three):
    page = client.get(reverse("catalogue") + "?q=kopi&regency=53.05").content.decode()

    assert "Hapus salah satu saringan" in page
    assert 'href="?regency=53.05"' in page
    assert 'href="?q=kopi"' in page


def test_words_are_learnt_when_a_product_is_published(three):
    assert search.read("bajwa").near == {"bajwa": ["bajawa"]}
    assert search.read("kopi").near == {}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "count"), [("", 4), ("?q=kopi+contoh", 6), ("?pillar=ovop&regency=53.09", 8)])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows, query, count):
    for village in ("53.09.01.2001", SIBLING_VILLAGE, OTHER_VILLAGE)[:rows]:
        publish(producer=make_producer(region=village))
    client.get(reverse("catalogue"))

    with django_assert_num_queries(count):
        client.get(reverse("catalogue") + query)


@pytest.mark.parametrize(
    ("typed", "is_stem"), [("kopi", True), ("baja", True), ("makanan", False), ("tenunan", False)], ids=["stem", "beginning", "an", "an-2"]
)
def test_a_word_that_is_its_own_stem_is_asked_for_once(three, typed, is_stem):
    found = search.read(typed)

    assert (typed in found.stems) is is_stem
    assert ("plainto_tsquery" in str(CatalogueEntry.objects.search(found.query).query)) is not is_stem


def test_a_longer_form_finds_what_holds_the_stem(client, three):
    assert names(client, "?q=tenunan") == ["Tenun Ikat Alor"]


@pytest.mark.parametrize("ranked", [100, 3, 1])
def test_many_matches_come_by_name_first_and_each_once(client, monkeypatch, ranked):
    """With more matches than are ranked: names that begin so in their order, then others; no page repeats or drops one."""
    monkeypatch.setattr(CatalogueFilter, "ranked", ranked)
    producer = make_producer()
    for name in ("Madu", "Madu Hutan", "Madu Kelapa", "Lilin Madu", "Sabun Madu"):
        publish(producer=producer, name=name)

    found = CatalogueFilter(QueryDict("q=madu"))
    pages = [paging.numbered(found.by_relevance, number, last=9, size=2) for number in (1, 2, 3, 4)]

    read = [row.name for page in pages for row in page.rows]
    assert read[:3] == ["Madu", "Madu Hutan", "Madu Kelapa"]
    assert len(set(read)) == len(read) == (5 if ranked > 1 else 4)
    assert pages[0].following == {"page": "2"}
    assert pages[3].rows == []
