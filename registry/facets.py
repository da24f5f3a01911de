"""How many entries each choice of each filter would leave: counted in the database, one bounded pass for each set of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

# Beyond this many matches a count is "more than".
EXACT = 10_000
_COLUMNS = ("pillar", "regency_code", "district_code", "category_group", "category", "months", "permits_until", "state")
# facet name -> how the counted rows of `base` are grouped
_GROUPS = {
    "pillar": "SELECT 'pillar', pillar, count(*) FROM few GROUP BY pillar",
    "regency": "SELECT 'regency', regency_code, count(*) FROM few GROUP BY regency_code",
    "district": "SELECT 'district', district_code, count(*) FROM few WHERE district_code <> '' GROUP BY district_code",
    "category": "SELECT 'category', category_group, count(*) FROM few GROUP BY category_group "
    "UNION ALL SELECT 'category', category, count(*) FROM few WHERE category <> category_group GROUP BY category",
    "permit": "SELECT 'permit', held.key, count(*) FROM few, jsonb_each_text(permits_until) held "
    "WHERE permits_until <> '{}' AND held.value >= %s GROUP BY held.key",
    "available": "SELECT 'available', 'on', count(*) FROM few WHERE state = 'listed' AND months @> ARRAY[%s]::smallint[]",
}
FACETS = tuple(_GROUPS)


@dataclass(frozen=True)
class Counts:
    """Counts of one set of rows; where it is larger than EXACT (`is_more`) only the total is told, as "more than"."""

    total: int = 0
    is_more: bool = False
    values: dict[str, dict[str, int]] = field(default_factory=dict)


def count(rows: QuerySet, names: Iterable[str] = FACETS, *, limit: int | None = EXACT, today: dt.date | None = None) -> Counts:
    """Count the rows and, for each facet named, its values; reads at most `limit` + 1 rows. One query."""
    today = today or timezone.localdate()
    base = rows.order_by().values(*_COLUMNS)
    sql, params = (base[: limit + 1] if limit else base).query.sql_with_params()
    parts: list[str] = ["SELECT '', '', count(*) FROM base"]
    values: list[Any] = [*params]
    own: dict[str, list[Any]] = {"permit": [today.isoformat()], "available": [today.month]}
    for name in names:
        parts.append(_GROUPS[name])
        values += own.get(name, [])
    # `few` is empty when there are too many rows to be told apart: then nothing is grouped.
    few = "SELECT * FROM base"
    if limit:
        few += " WHERE (SELECT count(*) FROM base) <= %s"
        values.insert(len(params), limit)
    with_base = f"WITH base AS MATERIALIZED ({sql}), few AS NOT MATERIALIZED ({few}) "
    return _read(with_base + " UNION ALL ".join(parts), values, limit)


def _read(sql: str, params: list[Any], limit: int | None) -> Counts:
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for name, value, number in cursor.fetchall():
            found.setdefault(name, {})[value] = number
    total = found.pop("")[""]
    if limit is not None and total > limit:
        return Counts(limit, is_more=True)
    return Counts(total, values=found)
