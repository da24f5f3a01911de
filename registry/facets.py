"""How many entries each choice of each filter would leave: counted in the database, one bounded pass for each set of rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from .states import PermitKind

# Beyond this many matches a count is "more than".
EXACT = 10_000
# The same for words searched for in a catalogue larger than EXACT: only the wide rows tell which of their matches are public.
EXACT_SEARCHED = 5_000
# All of them stand in the index `entry_facets`: under filters nothing but the index is read.
_COLUMNS = (
    *("pillar", "regency_code", "district_code", "category_group", "category"),
    *("months", "permits_until", "state", "stars", "stars_until"),
)
# The kinds of permit that are valid on the day, as words; nothing is looked up in rows without any permit.
_HELD = ", ".join(f"CASE WHEN permits_until->>'{kind}' >= %s THEN '{kind} ' END" for kind in PermitKind.values)


@dataclass(frozen=True)
class _Facet:
    """By which columns of the rows a facet is counted, how one that is computed is made, and which choices a group counts for."""

    columns: tuple[str, ...]
    choices: Callable[..., Iterable[str]] = lambda value: (value,)
    made: str = ""
    parameters: Callable[[dt.date], list[Any]] = lambda today: []


_FACETS = {
    "pillar": _Facet(("pillar",)),
    "regency": _Facet(("regency_code",)),
    "district": _Facet(("district_code",), lambda code: (code,) if code else ()),
    # A category that is its own group counts once.
    "category": _Facet(("category_group", "category"), lambda group, category: {group, category}),
    "permit": _Facet(
        ("held",),
        lambda held: held.split(),
        f", CASE WHEN permits_until <> '{{}}' THEN concat({_HELD}) ELSE '' END AS held",
        lambda today: [today.isoformat()] * len(PermitKind),
    ),
    "available": _Facet(
        ("available",),
        lambda available: ("on",) if available else (),
        ", state = 'listed' AND months @> ARRAY[%s]::smallint[] AS available",
        lambda today: [today.month],
    ),
    # Expired stars are none.
    "stars": _Facet(
        ("rated",),
        lambda rated: (str(rated),) if rated else (),
        ", CASE WHEN stars_until >= %s THEN stars ELSE 0 END AS rated",
        lambda today: [today],
    ),
}
FACETS = tuple(_FACETS)


@dataclass(frozen=True)
class Counts:
    """Counts of one set of rows; where it is larger than was to be counted (`is_more`) only the total is told, as "more than"."""

    total: int = 0
    is_more: bool = False
    values: dict[str, dict[str, int]] = field(default_factory=dict)


def count(rows: QuerySet, names: Iterable[str] = FACETS, *, limit: int | None = EXACT, today: dt.date | None = None) -> Counts:
    """Count the rows and, for each facet named, its values; reads at most `limit` + 1 rows, each once. One query."""
    wanted, today = list(names), today or timezone.localdate()
    base = rows.order_by().values(*_COLUMNS)
    sql, params = (base[: limit + 1] if limit else base).query.sql_with_params()
    own = [value for name in wanted for value in _FACETS[name].parameters(today)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(sql, wanted), [*params, *own, limit, limit])
        return _read(cursor.fetchall(), wanted, limit)


def _statement(rows: str, names: list[str]) -> str:
    """One pass over `rows` that groups them for every facet at once; where there are too many, nothing is made or grouped."""
    facets = [_FACETS[name] for name in names]
    columns = "".join(f", {column}" for facet in facets for column in facet.columns)
    sets = "".join(f", ({', '.join(facet.columns)})" for facet in facets)
    firsts = ", ".join(facet.columns[0] for facet in facets)
    made = "".join(facet.made for facet in facets)
    return f"""
    WITH found AS MATERIALIZED ({rows}),
    total AS MATERIALIZED (SELECT count(*) AS number FROM found)
    SELECT (SELECT number FROM total), {f"GROUPING({firsts})" if firsts else "0"}, count(*){columns}
    FROM (SELECT *{made} FROM found WHERE (SELECT number FROM total) <= %s OR %s IS NULL) AS counted
    GROUP BY GROUPING SETS ((){sets})
    """  # noqa: S608 - names of our own, and a query of the ORM with its parameters apart


def _read(found: list[tuple[Any, ...]], names: list[str], limit: int | None) -> Counts:
    """Each row tells the total, for which facet it was grouped (its bit alone is 0), its number and the columns of all facets."""
    total = found[0][0]
    if limit is not None and total > limit:
        return Counts(limit, is_more=True)
    values: dict[str, dict[str, int]] = {}
    every, start = (1 << len(names)) - 1, 3
    for place, name in enumerate(names):
        width = len(_FACETS[name].columns)
        only = every ^ (1 << (len(names) - 1 - place))
        groups = [(row[2], row[start : start + width]) for row in found if row[1] == only]
        values[name] = _tally(name, groups)
        start += width
    return Counts(total, values=values)


def _tally(name: str, groups: list[tuple[int, tuple[Any, ...]]]) -> dict[str, int]:
    tally: Counter[str] = Counter()
    for number, columns in groups:
        for choice in _FACETS[name].choices(*columns):
            tally[choice] += number
    return dict(tally)
