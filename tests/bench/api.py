"""The REST API: each answer against its floor, lists against a stock viewset, deep pages and searches against the first page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import paging
from registry.models import CatalogueEntry, Change, Product

from .floor import BODIES, Bare, tag_of, visit
from .measure import Report, Sample, interleaved, ms, times
from .stock import StockProducts

LIST_LIMIT, DETAIL_LIMIT, UNCHANGED_LIMIT, DEEP_LIMIT, SEARCH_LIMIT = 1.7, 1.3, 1.1, 1.2, 2.0
FASTER = 5.0
SIZE = 50
LIST, DEEP, DETAIL = "list of 50", "list, deep page", "detail"
SEARCHES = ("search, one word", "search, exact name", "search, one word by relevance")
# What the stock viewset answers as well.
STOCK = (LIST, DEEP, DETAIL)
UNCHANGED = {"304 of the detail": DETAIL, "304 of the list": LIST}


def addresses() -> dict[str, str]:
    """The answers that are measured, by name."""
    entry = CatalogueEntry.objects.published().order_by("pk")[50]
    products = f"/api/v1/products?limit={SIZE}"
    return {
        LIST: products,
        DEEP: f"{products}&cursor={_deepest()}",
        "list, one regency": f"{products}&regency={entry.regency_code}",
        SEARCHES[0]: f"{products}&q=tenun",
        SEARCHES[1]: f"{products}&q={entry.name}",
        SEARCHES[2]: f"{products}&q=tenun&sort=relevance",
        DETAIL: f"/api/v1/products/{entry.code}",
        "changes, 100": f"/api/v1/changes?limit=100&after={Change.objects.order_by('-seq')[150].seq}",
    }


def _deepest() -> str:
    """The cursor of the last full page in the usual order, as one comes to it by `next` again and again."""
    order = paging.PARTNER_ORDERS["code"]
    return paging._write(CatalogueEntry.objects.published().order_by(*order.by(backwards=True))[SIZE], order)


def _stock_addresses() -> dict[str, str]:
    pages = -(-StockProducts.queryset.count() // SIZE)
    entry = CatalogueEntry.objects.published().order_by("pk")[50]
    base = "/api/v1/stok/"
    return {LIST: base, DEEP: f"{base}?page={max(1, pages - 1)}", DETAIL: f"{base}{Product.objects.get(entry=entry).code}"}


def measure(report: Report, rounds: int, *, is_large: bool = False) -> None:
    """Everything in turns in one process, packed as clients ask for it; of a large catalogue what is no search, and no stock lists."""
    portal, bare = get_wsgi_application(), Bare()
    told = addresses()
    if is_large:
        told = {name: told[name] for name in (LIST, DEEP, DETAIL, "changes, 100")}
    for name, address in told.items():
        BODIES[_key(name)] = visit(portal, address, packed=False)
    cases = _cases(portal, bare, told)
    statements = {name: _statements(case) for name, case in cases.items() if name != "bare"}
    found = interleaved(cases, rounds)
    _tell(report, told, found, statements)
    _gates(report, found)


def _cases(portal: Any, bare: Bare, told: dict[str, str]) -> dict[str, Callable[[], object]]:
    cases: dict[str, Callable[[], object]] = {}
    for name, address in told.items():
        cases[name] = partial(visit, portal, address)
        cases[f"floor {name}"] = partial(visit, portal, f"/api/v1/lantai/{_key(name)}")
    for name, of in UNCHANGED.items():
        cases[name] = partial(visit, portal, told[of], tag=tag_of(portal, told[of]))
    stock = _stock_addresses()
    for name in STOCK if SEARCHES[0] in told else (DETAIL,):
        cases[f"stock {name}"] = partial(visit, portal, stock[name])
    cases["bare"] = partial(visit, bare, f"/lantai/{_key(LIST)}")
    return cases


def _key(name: str) -> str:
    return "api-" + name.replace(" ", "-").replace(",", "")


def _statements(case: Callable[[], object]) -> int:
    case()
    with CaptureQueriesContext(connection) as queries:
        case()
    return len(queries)


def _floor(name: str) -> str:
    """An answer without a body is held against the floor of the detail."""
    return f"floor {DETAIL if name in UNCHANGED else name}"


def _over(found: dict[str, Sample], name: str, other: str) -> float:
    return found[name].over(found[other])


def _tell(report: Report, told: dict[str, str], found: dict[str, Sample], statements: dict[str, int]) -> None:
    rows = []
    for name in (*told, *UNCHANGED):
        mine, size = found[name], f"{len(BODIES[_key(name)]) / 1024:.0f}" if name in told else "0"
        spread = f"{ms(mine.median)} / {ms(mine.p95)}"
        stock = times(_over(found, f"stock {name}", name)) if f"stock {name}" in found else ""
        row = (name, ms(found[_floor(name)].median), spread, times(_over(found, name, _floor(name))))
        rows.append((*row, times(_over(found, name, LIST)), stock, str(statements[name]), size))
    header = ("answer", "F ms", "ms (median / p95)", "of F", "of the list", "stock viewset", "statements", "KB")
    report.table("REST API against its floor F (same short chain, one row by key, the same bytes; gzip)", header, rows)
    stock = [
        f"{name}: {ms(found[f'stock {name}'].median)} ms, {statements[f'stock {name}']} statements"
        for name in STOCK
        if f"stock {name}" in found
    ]
    print(f"\nStock viewset: {'; '.join(stock)}.")
    print(f"Bare WSGI with the same query and bytes, not packed: {times(_over(found, 'bare', _floor(LIST)))} of F (not gated).")


def _gates(report: Report, found: dict[str, Sample]) -> None:
    report.gate("API list of 50 against F", _over(found, LIST, _floor(LIST)), LIST_LIMIT)
    if f"stock {LIST}" in found:
        report.gate("API list of 50 against the stock viewset", _over(found, LIST, f"stock {LIST}"), 1 / FASTER)
    report.gate("API detail against F", _over(found, DETAIL, _floor(DETAIL)), DETAIL_LIMIT)
    for name in UNCHANGED:
        report.gate(f"API {name} against F of the detail", _over(found, name, _floor(name)), UNCHANGED_LIMIT)
    report.gate("API deep page against the first", _over(found, DEEP, LIST), DEEP_LIMIT)
    for name in (name for name in SEARCHES if name in found):
        report.gate(f"API {name} against the list", _over(found, name, LIST), SEARCH_LIMIT)
