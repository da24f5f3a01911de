"""The places of products as one person may know them.

A product a conflict of interest hides is left out of every place shown to that person, and the page says how many are
left out: places are counted among the products shown, so that no gap tells where the hidden one stands. For everybody
else they are the stored places of the close. Equal points share a place, and how many share it is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from .models import Entrant, Result, ResultSet
from .queries.rounds import hidden_from
from .results import RANKINGS
from .scoring import ranks

if TYPE_CHECKING:
    from accounts.models import User

    from .queries.results import ResultQuerySet
    from .queries.rounds import EntrantQuerySet

GROUPS = {name: f"entrant__{column}" if column else "" for name, column in RANKINGS.items()}


@dataclass(frozen=True)
class Place:
    """A place, and how many other products share it."""

    place: int
    others: int = 0


def shown(result_set: ResultSet, user: User) -> ResultQuerySet:
    """The rows of a close the person may read."""
    return Result.objects.for_user(user).filter(result_set=result_set)


def compared(result_set: ResultSet, user: User) -> ResultQuerySet:
    """The rows places are counted among: all of the close but those a conflict hides from the person."""
    return Result.objects.filter(result_set=result_set).filter(~hidden_from(user, "entrant"))


def products(rows: ResultQuerySet) -> EntrantQuerySet:
    """The products of rows the person may read."""
    return Entrant.objects.filter(pk__in=rows.order_by().values("entrant"))


def hidden_count(result_set: ResultSet, user: User) -> int:
    """How many products of the close a conflict hides from the person."""
    return Result.objects.filter(result_set=result_set).filter(hidden_from(user, "entrant")).count()


def places(among: ResultQuerySet, rows: Iterable[Result]) -> dict[int, Place]:
    """By result: its place among these rows. One query; a knocked-out product has none."""
    standing = {row.pk: row.total for row in rows if not row.is_knocked_out and row.total is not None}
    totals = sorted(set(standing.values()))
    asked: dict[str, Any] = {}
    for at, total in enumerate(totals):
        asked |= {f"above_{at}": Count("pk", filter=Q(total__gt=total)), f"equal_{at}": Count("pk", filter=Q(total=total))}
    if not asked:
        return {}
    found = among.filter(is_knocked_out=False).order_by().aggregate(**asked)
    by_total = {total: Place(found[f"above_{at}"] + 1, found[f"equal_{at}"] - 1) for at, total in enumerate(totals)}
    return {pk: by_total[total] for pk, total in standing.items()}


def places_of(among: ResultQuerySet, row: Result) -> dict[str, Place]:
    """The places of one product: overall, in its pillar, regency and family. One query; none where it was knocked out."""
    if row.is_knocked_out:
        return {}
    asked: dict[str, Any] = {}
    for name, path in GROUPS.items():
        group = Q(**{path: getattr(row.entrant, path.removeprefix("entrant__"))}) if path else Q()
        asked |= {f"{name}_above": Count("pk", filter=group & Q(total__gt=row.total))}
        asked |= {f"{name}_equal": Count("pk", filter=group & Q(total=row.total))}
    found = among.filter(is_knocked_out=False).order_by().aggregate(**asked)
    return {name: Place(found[f"{name}_above"] + 1, found[f"{name}_equal"] - 1) for name in GROUPS}


def all_places(among: ResultQuerySet) -> dict[int, dict[str, int]]:
    """By result: every place, for files. One query of five short columns, no matter how wide the rows are."""
    columns = [path for path in GROUPS.values() if path]
    rows = list(among.filter(is_knocked_out=False).order_by().values_list("pk", "total", *columns))
    found: dict[int, dict[str, int]] = {row[0]: {} for row in rows}
    for name, path in GROUPS.items():
        at = columns.index(path) + 2 if path else None
        groups: dict[str, dict[int, Decimal]] = {}
        for row in rows:
            groups.setdefault(row[at] if at else "", {})[row[0]] = row[1]
        for group in groups.values():
            for pk, place in ranks(group).items():
                found[pk][name] = place
    return found
