"""The public site: each page against its floor, deep pages against the first, searches against the list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext, override_settings

from registry import coverage, facets, kept_pages, paging
from registry.filters_catalogue import CatalogueFilter
from registry.models import CatalogueEntry

from .floor import BODIES, Bare, visit
from .measure import Report, Sample, interleaved, ms, times

PAGE_LIMIT, SEARCH_LIMIT, DEEP_LIMIT = 3.0, 2.0, 1.2
LIST = "list, first page"
Row = tuple[str, ...]


def addresses() -> dict[str, str]:
    """The pages that are measured, by name."""
    entry = CatalogueEntry.objects.published().order_by("pk")[50]
    return {
        "home": "/",
        LIST: "/produk/",
        "list, by name": "/produk/?sort=name",
        "list, by price": "/produk/?sort=price",
        "filtered, one filter": f"/produk/?regency={entry.regency_code}",
        "filtered, three filters": "/produk/?pillar=ovop&category=makanan-minuman&available=on",
        "deep page, newest": _deepest("newest"),
        "deep page, by name": _deepest("name"),
        "deep page, by price": _deepest("price"),
        "search, one word": "/produk/?q=tenun",
        "search, exact name": f"/produk/?q={entry.name}",
        "search, misspelled": "/produk/?q=kripik pisng",
        "product": f"/produk/{entry.code}/",
        "producer": f"/pembuat/{entry.producer_code}/",
        "regency": f"/kabupaten/{entry.regency_code}/",
    }


def _deepest(name: str) -> str:
    """The address of the last page of an order, as one comes to it by "next" again and again."""
    order = paging.ORDERS[name]
    rows = CatalogueEntry.objects.published().with_price_key().order_by(*order.by(backwards=True))
    before_last = rows[paging.PAGE]
    return f"/produk/?sort={name}&after={paging._write(before_last, order)}"


def measure(report: Report, rounds: int) -> None:
    """Every page made anew and kept ready, beside its floor in the framework and without one."""
    portal, bare = get_wsgi_application(), Bare()
    pages = addresses()
    with override_settings(KEPT_PAGES_SECONDS=0):
        for name, address in pages.items():
            BODIES[_key(name)] = visit(portal, address, packed=False)
        statements = {name: _statements(partial(visit, portal, address)) for name, address in pages.items()}
        made = _with_floors(portal, bare, pages, rounds)
    kept_pages.forget()
    kept = _with_floors(portal, bare, pages, rounds)
    _tell(report, pages, made, kept, statements)
    _gates(report, made, kept)


def _key(name: str) -> str:
    return name.replace(" ", "-").replace(",", "")


def _statements(case: Callable[[], object]) -> int:
    case()
    with CaptureQueriesContext(connection) as queries:
        case()
    return len(queries)


def _with_floors(portal, bare, pages: dict[str, str], rounds: int) -> dict[str, Sample]:
    cases: dict[str, Callable[[], object]] = {}
    for name, address in pages.items():
        cases[name] = partial(visit, portal, address)
        cases[f"floor {name}"] = partial(visit, portal, f"/lantai/{_key(name)}")
    cases["bare"] = partial(visit, bare, f"/lantai/{_key(LIST)}")
    return interleaved(cases, rounds)


def _over(samples: dict[str, Sample], name: str, other: str) -> float:
    return samples[name].over(samples[other])


def _tell(report: Report, pages: dict[str, str], made: dict[str, Sample], kept: dict[str, Sample], statements: dict[str, int]) -> None:
    rows: list[Row] = []
    for name in pages:
        floor = f"floor {name}"
        ratios = times(_over(made, name, floor)), times(_over(kept, name, floor))
        spread = f"{ms(made[name].median)} / {ms(made[name].p95)}", f"{ms(kept[name].median)} / {ms(kept[name].p95)}"
        size = f"{len(BODIES[_key(name)]) / 1024:.0f}"
        rows.append((name, ms(made[floor].median), spread[0], ratios[0], spread[1], ratios[1], str(statements[name]), size))
    header = ("page", "F ms", "made anew ms (median / p95)", "of F", "kept ms (median / p95)", "of F", "statements", "KB")
    report.table("Public pages against their floor F (same middleware, one row by key, the same bytes)", header, rows)
    print(f"\nBare WSGI with the same query and bytes: {times(_over(made, 'bare', f'floor {LIST}'))} of F (not gated).")


def _gates(report: Report, made: dict[str, Sample], kept: dict[str, Sample]) -> None:
    """Pages as visitors get them within a minute of each other; search and depth on pages made anew, where the work is."""
    for name in (LIST, "filtered, three filters", "product", "home"):
        report.gate(f"{name} against F", _over(kept, name, f"floor {name}"), PAGE_LIMIT)
    for name in ("search, one word", "search, exact name", "search, misspelled"):
        report.gate(f"{name} against the list, made anew", _over(made, name, LIST), SEARCH_LIMIT)
    firsts = {"newest": LIST, "by name": "list, by name", "by price": "list, by price"}
    for order, first in firsts.items():
        report.gate(f"deep page {order} against the first, made anew", _over(made, f"deep page, {order}", first), DEEP_LIMIT)


def measure_queries(report: Report, rounds: int) -> None:
    """The reads under the pages, without template and middleware: rows, counts, searches."""
    samples = interleaved(_reads(), rounds)
    first = samples["24 rows, newest"]
    rows = [(name, ms(sample.median), ms(sample.p95), times(sample.over(first))) for name, sample in samples.items()]
    report.table("Reads under the pages", ("read", "median ms", "p95 ms", "of the first"), rows)


def _reads() -> dict[str, Callable[[], object]]:
    published = CatalogueEntry.objects.published()
    order = paging.ORDERS["newest"]

    def counts(query: str) -> object:
        return CatalogueFilter(QueryDict(query)).counts

    def found(words: str) -> object:
        # The counts with it: they tell how the matches are put in order.
        return paging.numbered(CatalogueFilter(QueryDict(f"q={words}")).by_relevance, 1, last=80)

    return {
        "24 rows, newest": lambda: paging.page(published, order),
        "search, one word": lambda: found("tenun"),
        "search, misspelled": lambda: found("kripik pisng"),
        "counts, one filter": lambda: counts("regency=53.09"),
        "counts, three filters": lambda: counts("pillar=ovop&category=makanan-minuman&available=on"),
        "counts of all, from the summary": coverage.summary,
        "counts of all, counted": lambda: facets.count(published, limit=None),
    }
