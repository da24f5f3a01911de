"""Bintang OVOP NTT on the public site: named, dated, filtered; expired ones say so from the day after their last."""

import datetime as dt

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from registry import awards, kept_pages, showcase
from registry.filters_catalogue import CatalogueFilter
from registry.models import CatalogueEntry, Change
from registry.services import stars

from .factories import make_producer
from .published import publish, set_state
from .test_public_pages import weight

pytestmark = pytest.mark.usefixtures("world")
LAST = dt.date(2027, 12, 31)
AWARD = {"round": "ovop-2026", "round_name": "Evaluasi OVOP 2026", "year": 2026, "decree": "SK 1/2026", "decreed_on": "2026-01-01"}


def starred(number: int = 4, until: dt.date | None = None, **fields) -> CatalogueEntry:
    """A published product with stars, valid until a day far from now unless told."""
    entry = publish(producer=fields.pop("producer", None) or make_producer(), **fields)
    with transaction.atomic():
        stars.award_stars(entry=entry, stars=number, until=until or timezone.localdate() + dt.timedelta(days=400), award=AWARD)
    return entry


@pytest.fixture
def on(monkeypatch):
    """Put the clock of the portal on a moment of WITA."""

    def put(day: dt.date, hour: int = 12, minute: int = 0) -> None:
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return put


def found(query: str) -> set[str]:
    return {entry.name for entry in CatalogueFilter(QueryDict(query)).qs}


def test_stars_stand_until_the_end_of_their_last_day():
    entry = starred(until=LAST)

    assert awards.award_of(entry, LAST).shown == 4
    expired = awards.award_of(entry, LAST + dt.timedelta(days=1))
    assert (expired.shown, expired.stars, expired.is_expired) == (0, 4, True)
    assert awards.award_of(publish(producer=make_producer("ocop"), name="Tanpa bintang")) is None


@pytest.mark.parametrize(("language", "words"), [("id", "berlaku sampai 31 Des 2027"), ("en", "valid until 31 Dec 2027")])
def test_product_and_card_tell_name_year_validity_and_whose_star_it_is(client, on, language, words):
    on(dt.date(2026, 12, 1))
    entry = starred(until=LAST)
    client.cookies["django_language"] = language

    page, cards = client.get(f"/produk/{entry.code}/").content.decode(), client.get("/produk/").content.decode()

    assert "Bintang OVOP NTT 2026" in page
    assert words in page
    assert "SK 1/2026" in page
    assert ("Kementerian Perindustrian" if language == "id" else "Ministry of Industry") in page
    assert f"Bintang OVOP NTT 2026, {words}" in cards


def test_expired_stars_say_since_when_and_draw_none(client, on):
    on(dt.date(2028, 1, 10))
    entry = starred(until=LAST)

    page, cards = client.get(f"/produk/{entry.code}/").content.decode(), client.get("/produk/").content.decode()

    assert "kedaluwarsa sejak 1 Jan 2028" in page
    assert "kedaluwarsa sejak 1 Jan 2028" in cards
    assert 'class="stars"' not in page + cards


def test_kept_pages_turn_on_the_day_after_the_last(client, settings, on):
    settings.KEPT_PAGES_SECONDS = 3600
    kept_pages.forget()
    entry = starred(until=LAST)
    addresses = ("/produk/", f"/produk/{entry.code}/", f"/k/{entry.code}", "/produk/?stars=4")
    on(LAST, 23, 59)
    assert all("berlaku sampai 31 Des 2027" in client.get(address).content.decode() for address in addresses)

    on(LAST + dt.timedelta(days=1), 0, 0)

    pages = [client.get(address).content.decode() for address in addresses]
    assert all("kedaluwarsa sejak 1 Jan 2028" in page for page in pages[:3])
    assert "Tidak ada produk yang cocok" in pages[3]
    kept_pages.forget()


def test_filter_and_counts_know_valid_stars_only(client):
    producer = make_producer()
    starred(4, name="Empat", producer=producer)
    starred(5, name="Lima", producer=producer)
    starred(5, timezone.localdate(), name="Hari ini", producer=producer)
    starred(5, timezone.localdate() - dt.timedelta(days=1), name="Lewat", producer=producer)
    publish(name="Tanpa", producer=producer)

    assert found("stars=5") == {"Lima", "Hari ini"}
    assert found("stars=5&stars=4") == {"Lima", "Hari ini", "Empat"}
    assert CatalogueFilter(QueryDict("")).counts.values["stars"] == {"4": 1, "5": 2}
    assert CatalogueFilter(QueryDict("stars=4")).counts.values["stars"] == {"4": 1, "5": 2}
    assert CatalogueFilter(QueryDict("stars=4")).counts.total == 1
    assert CatalogueFilter(QueryDict("stars=9")).counts.total == 5
    page = client.get("/produk/?stars=4").content.decode()
    assert '<input type="checkbox" name="stars" value="4" checked>' in page
    assert "Empat" in page
    assert "Lima" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_catalogue_by_stars(client, django_assert_num_queries, rows):
    producer = make_producer()
    for number in range(rows):
        starred(name=f"Produk {number}", producer=producer)
    client.get("/produk/")

    with django_assert_num_queries(4):
        client.get("/produk/")
    with django_assert_num_queries(5):
        client.get("/produk/?stars=4")


def test_a_page_full_of_stars_keeps_its_weight(client):
    producer = make_producer()
    for number in range(30):
        starred(number % 5 + 1, name=f"Produk dengan nama yang panjang {number}", producer=producer)

    for address in ("/produk/", "/produk/?stars=4&stars=5", f"/produk/{CatalogueEntry.objects.first().code}/"):
        assert weight(client.get(address).content) <= 60 * 1024


def test_search_engines_read_valid_stars_only(on):
    on(LAST)
    entry = starred(until=LAST)
    assert showcase.structured(entry)["award"] == "Bintang OVOP NTT 2026: 4/5"

    on(LAST + dt.timedelta(days=1))

    assert "award" not in showcase.structured(entry)


def test_a_revoked_decree_takes_the_stars_away_and_leaves_a_tombstone(client):
    entry = starred()
    before = Change.objects.latest("seq").seq

    with transaction.atomic():
        stars.revoke_stars(entry=entry, reason="Salah lampiran")

    tombstone = Change.objects.get(seq__gt=before)
    assert (tombstone.kind, tombstone.subject_code) == ("stars_revoked", entry.code)
    assert "Bintang OVOP NTT 2026" not in client.get(f"/produk/{entry.code}/").content.decode()
    assert found("stars=4") == set()


def test_a_suspended_product_shows_no_stars(client):
    entry = starred()
    set_state(entry, "suspended")

    assert "Bintang OVOP NTT" not in client.get(f"/k/{entry.code}").content.decode()
