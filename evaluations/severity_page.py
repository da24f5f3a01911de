"""Severity and balanced results of a round as one person may see them: evaluations/severity.py over the sheets on record.

Left out: products a conflict of interest hides, and products whose own sheet the reader has still to send.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accounts.models import User

from . import results, scoring, severity
from .agenda import hides_something, seen_by_panel
from .models import Decision, Entrant, Round, Sheet
from .rubrics import published_rubric
from .states import SheetState

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class ReviewerRow:
    """One reviewer: shared products, and how far above or below the others on average."""

    name: str
    products: int
    deviation: Decimal


@dataclass(frozen=True)
class ProductRow:
    """One product: raw and balanced mean, and what the panel decided, if it did."""

    entrant: Entrant
    sheets: int
    raw: Decimal
    balanced: Decimal
    difference: Decimal
    decided: str


@dataclass(frozen=True)
class Weighed:
    """Everything on the page, and why it is not everything."""

    reviewers: list[ReviewerRow]
    products: list[ProductRow]
    hides: bool
    waits: bool


def marks_of(round: Round, entrants: Iterable[int], gathered: dict[int, results.Inputs]) -> list[severity.Mark]:
    """The exact total of every sent sheet of these products."""
    reviewers = {
        str(key): reviewer for key, reviewer in Sheet.objects.counted().filter(entrant__round=round).values_list("key", "reviewer")
    }
    return [mark for pk in entrants if pk in gathered for mark in _marks(pk, gathered[pk], reviewers)]


def _marks(pk: int, inputs: results.Inputs, reviewers: dict[str, int]) -> list[severity.Mark]:
    rubric = published_rubric(inputs["instrument"]["id"], inputs["family"])
    about = scoring.Circumstances(inputs["facts"], inputs["has_sample"])
    rows: list[dict[str, Any]] = inputs["sheets"]
    return [
        severity.Mark(pk, reviewers[row["key"]], scoring.sheet_points(rubric, row["choices"], about).total)
        for row in rows
        if row["key"] in reviewers
    ]


def weigh(round: Round, user: User) -> Weighed:
    """The whole page in a constant number of queries."""
    waiting = set(Sheet.objects.reviews().filter(reviewer=user.pk, state=SheetState.OPEN).values_list("entrant", flat=True))
    entrants = {row.pk: row for row in seen_by_panel(round, user).order_by("number")}
    marks = marks_of(round, [pk for pk in entrants if pk not in waiting], results.gather(round))
    known = severity.severities(marks)
    names = {row.pk: str(row) for row in User.objects.filter(pk__in=known)}
    decided = {row.entrant_id: row.get_method_display() for row in Decision.objects.filter(entrant__round=round)}
    reviewers = [ReviewerRow(names[pk], one.products, severity.signed(one.deviation)) for pk, one in known.items()]
    return Weighed(
        reviewers=sorted(reviewers, key=lambda row: (row.deviation, row.name)),
        products=[_row(entrants[pair.product], pair, decided.get(pair.product, "")) for pair in _in_order(marks, entrants)],
        hides=hides_something(round, user),
        waits=bool(waiting & entrants.keys()),
    )


def _in_order(marks: list[severity.Mark], entrants: dict[int, Entrant]) -> list[severity.Pair]:
    """Those the balance moves most first."""
    return sorted(severity.pairs(marks), key=lambda pair: (-abs(pair.difference), entrants[pair.product].number))


def _row(entrant: Entrant, pair: severity.Pair, decided: str) -> ProductRow:
    raw, balanced = severity.signed(pair.raw), severity.signed(pair.balanced)
    return ProductRow(entrant, pair.sheets, raw, balanced, severity.signed(pair.difference), decided)
