"""Counts beside the filters, and the figures of the whole catalogue."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from registry import coverage, facets
from registry.feed import record_change
from registry.filters_catalogue import CatalogueFilter
from registry.models import CatalogueEntry

from .factories import OTHER_VILLAGE, SIBLING_VILLAGE, make_producer, make_product
from .published import add_permit, publish, set_state

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def four():
    month = timezone.localdate().month
    halal = make_product(make_producer(), name="Kopi Halal", months=[month])
    add_permit(halal, "halal")
    publish(halal)
    publish(producer=make_producer(region=SIBLING_VILLAGE), name="Kopi Dua")
    publish(producer=make_producer("osop", region=SIBLING_VILLAGE), name="Selai", category="camilan")
    publish(producer=make_producer(region=OTHER_VILLAGE), name="Tenun", category="tenun")


def counted(query: str) -> facets.Counts:
    return CatalogueFilter(QueryDict(query)).counts


def test_without_filters_everything_is_counted(four):
    counts = counted("")

    assert (counts.total, counts.is_more) == (4, False)
    assert counts.values["pillar"] == {"ovop": 3, "osop": 1}
    assert counts.values["regency"] == {"53.09": 3, "53.05": 1}
    assert counts.values["permit"] == {"halal": 1}
    assert counts.values["available"] == {"on": 1}
    assert counts.values["category"]["makanan-minuman"] == 3
    assert counts.values["category"]["camilan"] == 1


def test_a_filter_counts_its_choices_under_the_other_filters(four):
    counts = counted("pillar=ovop&regency=53.09")

    assert counts.total == 2
    assert counts.values["pillar"] == {"ovop": 2, "osop": 1}
    assert counts.values["regency"] == {"53.09": 2, "53.05": 1}
    assert counts.values["category"] == {"makanan-minuman": 2, "kopi-teh-kakao": 2}


def test_equal_rows_are_counted_each(four):
    producer = CatalogueEntry.objects.get(name="Kopi Halal").product.producer
    for number in range(3):
        publish(producer=producer, name=f"Kopi Sama {number}")

    counts = counted("pillar=ovop&category=makanan-minuman")

    assert counts.total == CatalogueFilter(QueryDict("pillar=ovop&category=makanan-minuman")).qs.count() == 5
    assert counts.values["regency"] == {"53.09": 5}


def test_a_regency_is_counted_without_its_district(four):
    counts = counted("regency=53.09&district=53.09.01")

    assert counts.values["regency"] == {"53.09": 3, "53.05": 1}
    assert counts.values["district"] == {"53.09.01": 3}


def test_counts_agree_with_what_choosing_leaves(four):
    for query in ("q=kopi", "category=tenun", "permit=halal", "available=on", "pillar=osop&category=camilan"):
        for name, values in counted(query).values.items():
            if name == "district":
                continue
            data = QueryDict(query, mutable=True)
            for value, number in values.items():
                data.setlist(name, [value])
                assert CatalogueFilter(data).qs.count() == number, (query, name, value)


def test_beyond_the_limit_only_that_there_are_more(four):
    counts = facets.count(CatalogueEntry.objects.published(), limit=3)

    assert (counts.total, counts.is_more, counts.values) == (3, True, {})
    assert facets.count(CatalogueEntry.objects.published(), limit=4).total == 4


@pytest.mark.parametrize(
    ("catalogue", "query", "told"), [(3, "q=kopi", (1, True)), (4, "q=kopi", (4, False)), (3, "pillar=ovop", (3, False))]
)
def test_a_search_in_a_large_catalogue_is_counted_less_far(four, monkeypatch, catalogue, query, told):
    """The catalogue of four is larger than what is counted exactly, or not; filters alone are counted as far as ever."""
    monkeypatch.setattr(facets, "EXACT", catalogue)
    monkeypatch.setattr(facets, "EXACT_SEARCHED", 1)

    counts = counted(query)

    assert (counts.total, counts.is_more) == told


def test_counts_tell_what_each_row_holds(four):
    """Two permits of one product count for both kinds, an expired one for none, a category that is its own group once."""
    entry = CatalogueEntry.objects.get(name="Tenun")
    day = timezone.localdate().isoformat()
    CatalogueEntry.objects.filter(pk=entry.pk).update(
        permits_until={"halal": day, "brand": "9999-12-31", "sni": "2001-01-01"}, category="kriya", category_group="kriya"
    )

    counts = counted("regency=53.05")

    assert counts.values["permit"] == {"halal": 1, "brand": 1}
    assert counts.values["category"] == {"kriya": 1}
    assert counts.values["district"] == {entry.district_code: 1}
    assert counts.values["available"] == ({"on": 1} if timezone.localdate().month in entry.months else {})


def test_where_nothing_is_found_every_count_is_nought(four):
    counts = counted("q=zzzzzz")

    assert (counts.total, counts.is_more) == (0, False)
    assert counts.values == {name: {} for name in facets.FACETS}


def test_counts_under_filters_read_the_index_only(four):
    """What a facet is counted by stands in one index, so that the wide rows are not read."""
    index = next(index for index in CatalogueEntry._meta.indexes if index.name == "entry_facets")

    assert set(facets._COLUMNS) | {"permit_kinds"} <= {*index.fields, *index.include}


def test_coverage_counts_owning_villages_once(four):
    publish(producer=CatalogueEntry.objects.get(name="Kopi Halal").product.producer, name="Kopi Kedua Desa Ini")

    summary = coverage.count()

    assert (summary.total, summary.covered, summary.villages) == (5, 3, 3)
    ngada = summary.regency("53.09")
    assert (ngada.covered, ngada.villages, ngada.products) == (2, 2, 4)
    assert summary.pillars == {"ovop": 4, "osop": 1, "ocop": 0}


def test_only_shown_products_cover(four):
    set_state(CatalogueEntry.objects.get(name="Tenun"), "suspended")

    assert coverage.count().regency("53.05").covered == 0


@pytest.mark.parametrize(
    ("covered", "villages", "words", "shade"),
    [
        (0, 0, "0", 1),
        (0, 206, "0", 1),
        (1, 206, "<1", 1),
        (21, 206, "10", 2),
        (93, 206, "45", 5),
        (205, 206, "99", 5),
        (206, 206, "100", 5),
    ],
)
def test_share_in_words(covered, villages, words, shade):
    place = coverage.Place("53.09", "Ngada", "", villages, covered)

    assert (place.share_words, place.shade) == (words, shade)


def test_summary_is_kept_until_something_changes(four, django_assert_num_queries):
    first = coverage.summary()
    with django_assert_num_queries(2):
        assert coverage.summary() == first

    set_state(CatalogueEntry.objects.get(name="Tenun"), "suspended")
    record_change(kind="region_split", subject_kind="region", subject_code="x")
    coverage.cache.set(coverage._KEY, coverage.cache.get(coverage._KEY) | {"rest": 0}, 60)

    assert coverage.summary().total == 3


def test_one_request_counts_while_the_others_are_told_the_former_figures(four):
    coverage.summary()
    record_change(kind="region_split", subject_kind="region", subject_code="x")
    set_state(CatalogueEntry.objects.get(name="Tenun"), "suspended")
    coverage.cache.set(coverage._KEY, coverage.cache.get(coverage._KEY) | {"rest": 0}, 60)
    coverage.cache.add(coverage._LOCK, 1, 20)

    assert coverage.summary().total == 4
