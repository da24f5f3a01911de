"""How strictly reviewers score, and results with that evened out. Pure arithmetic, exact: nothing is rounded here.

Only products with two sheets or more say anything: a reviewer's deviation is the mean distance of the own totals from
the mean of the product, over those products. Over all sheets the distances add up to zero. A balanced total is a
total with its reviewer's deviation taken off. People decide; no result is ever changed by these numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .scoring import round_half_up

ZERO = Fraction(0)


@dataclass(frozen=True)
class Mark:
    """The exact total one reviewer gave one product."""

    product: int
    reviewer: int
    total: Fraction


@dataclass(frozen=True)
class Severity:
    """One reviewer: on how many shared products, and how far above (+) or below (-) the others on average."""

    reviewer: int
    products: int
    deviation: Fraction


@dataclass(frozen=True)
class Pair:
    """The mean of a product's sheets as they are, and with every reviewer's deviation taken off."""

    product: int
    sheets: int
    raw: Fraction
    balanced: Fraction

    @property
    def difference(self) -> Fraction:
        return self.balanced - self.raw


def mean(values: Iterable[Fraction]) -> Fraction:
    """The exact mean; zero of nothing."""
    found = list(values)
    return sum(found, ZERO) / len(found) if found else ZERO


def _by_product(marks: Iterable[Mark]) -> dict[int, list[Mark]]:
    groups: dict[int, list[Mark]] = {}
    for mark in marks:
        groups.setdefault(mark.product, []).append(mark)
    return groups


def severities(marks: Iterable[Mark]) -> dict[int, Severity]:
    """Every reviewer with a shared product; whoever shares none has no deviation and is not named."""
    found: dict[int, list[Fraction]] = {}
    for group in _by_product(marks).values():
        middle = mean(mark.total for mark in group)
        for mark in group if len(group) > 1 else ():
            found.setdefault(mark.reviewer, []).append(mark.total - middle)
    return {reviewer: Severity(reviewer, len(apart), mean(apart)) for reviewer, apart in found.items()}


def pairs(marks: Iterable[Mark]) -> list[Pair]:
    """Raw and balanced mean of every product, in order of their keys."""
    rows = list(marks)
    known = severities(rows)
    return [_pair(product, group, known) for product, group in sorted(_by_product(rows).items())]


def _pair(product: int, group: list[Mark], known: dict[int, Severity]) -> Pair:
    evened = (mark.total - (known[mark.reviewer].deviation if mark.reviewer in known else ZERO) for mark in group)
    return Pair(product, len(group), mean(mark.total for mark in group), mean(evened))


def signed(value: Fraction) -> Decimal:
    """Two decimals for the screen, rounded half away from zero so that +x and -x look alike."""
    rounded = round_half_up(abs(value))
    return -rounded if value < 0 and rounded else rounded
