"""Pages of the catalogue by cursor: the hundredth page costs what the first costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db.models import BooleanField, F, Func, Lookup, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.dateparse import parse_datetime

PAGE = 24
_SALT = "catalogue-cursor"


@dataclass(frozen=True)
class Order:
    """An order of rows: a column (never null) and the primary key that tells equals apart."""

    column: str
    descending: bool = False

    def by(self, *, backwards: bool = False) -> list[str]:
        sign = "-" if self.descending is not backwards else ""
        return [f"{sign}{self.column}", f"{sign}pk"]

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Lookup:
        """Rows after (or before) a place of this order, as one comparison of two rows.

        So an index goes straight to the place, also among thousands of equals such as products without a price.
        """
        way = LessThan if self.descending is not backwards else GreaterThan
        return way(_row(F(self.column), F("pk")), _row(Value(value), Value(pk)))


def _row(*parts: Any) -> Func:
    return Func(*parts, function="ROW", output_field=BooleanField())


# The orders of the public pages; partners also follow `PARTNER_ORDERS`.
ORDERS = {
    "newest": Order("first_published_at", descending=True),
    "name": Order("name_key"),
    "price": Order("price_key"),
}
PARTNER_ORDERS = ORDERS | {"code": Order("code"), "revision": Order("revision")}


class StaleCursor(ValueError):
    """A cursor that is not ours, or was made for another order or other filters."""


def keyset(rows: QuerySet, order: Order, *, cursor: str, size: int, query: str) -> tuple[list[Any], str]:
    """At most `size` rows after a cursor and the cursor of what follows ("" at the end); StaleCursor for one of another `query`.

    Rows that stay as they are come exactly once, whatever happens to others meanwhile: a cursor names a place, not a number.
    """
    if cursor:
        rows = rows.filter(order.beyond(*place_of(cursor, order, query), backwards=False))
    found = list(rows.order_by(*order.by())[: size + 1])
    more = len(found) > size
    return found[:size], _write(found[size - 1], order, query) if more else ""


def place_of(cursor: str, order: Order, query: str) -> tuple[Any, int]:
    """The column's value and the primary key a cursor names; StaleCursor for one of another query."""
    place = _read(cursor, order, query)
    if place is None:
        raise StaleCursor
    return place


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursors (or page numbers) of its neighbours; empty where there is none."""

    rows: list[Any] = field(default_factory=list)
    previous: dict[str, str] = field(default_factory=dict)
    following: dict[str, str] = field(default_factory=dict)


def page(rows: QuerySet, order: Order, *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """The page after or before a cursor; a cursor that cannot be read leads to the first page. One query."""
    place = _read(after or before, order)
    backwards = bool(before and place)
    if place:
        rows = rows.filter(order.beyond(*place, backwards=backwards))
    found = list(rows.order_by(*order.by(backwards=backwards))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return _with_neighbours(found, order, has_previous=bool(place) and (more or not backwards), has_next=more or backwards)


def _with_neighbours(found: list[Any], order: Order, *, has_previous: bool, has_next: bool) -> Page:
    if not found:
        return Page()
    previous = {"before": _write(found[0], order)} if has_previous else {}
    following = {"after": _write(found[-1], order)} if has_next else {}
    return Page(found, previous, following)


def numbered(sets: Sequence[QuerySet], number: int, *, last: int, size: int = PAGE) -> Page:
    """A page by its number of sets read one after another, for an order that no cursor can follow; at most `last` pages."""
    number = min(max(number, 1), last)
    found = _in_turn(sets, (number - 1) * size, size + 1)
    previous = {"page": str(number - 1)} if number > 1 else {}
    following = {"page": str(number + 1)} if len(found) > size and number < last else {}
    return Page(found[:size], previous, following)


def _in_turn(sets: Sequence[QuerySet], start: int, count: int) -> list[Any]:
    """`count` rows from the place `start` on; a set is asked only when those before it do not fill the page."""
    rows, *others = sets
    found = list(rows[start : start + count])
    if not others or len(found) == count:
        return found
    # Rows found: the next set goes on from its beginning. None: this set ends before `start`.
    left = 0 if found or not start else max(0, start - rows.count())
    return found + _in_turn(others, left, count - len(found))


def _write(row: Any, order: Order, query: str = "") -> str:
    return cursor_at(getattr(row, order.column), row.pk, order, query)


def cursor_at(value: Any, pk: int, order: Order, query: str = "") -> str:
    """The cursor that names a place of an order."""
    return signing.dumps([order.column, value.isoformat() if hasattr(value, "isoformat") else value, pk], salt=_SALT + query)


def _read(cursor: str, order: Order, query: str = "") -> tuple[Any, int] | None:
    """The place a cursor names; nothing for one that is not ours or belongs to another order or `query`."""
    try:
        column, value, pk = signing.loads(cursor, salt=_SALT + query) if cursor else ("", None, 0)
    except (signing.BadSignature, ValueError):
        return None
    if column != order.column:
        return None
    return (parse_datetime(str(value)) if column.endswith("_at") else value), pk
