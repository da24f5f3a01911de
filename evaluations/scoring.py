"""From chosen levels to points, stars and path. Pure arithmetic: no database, no clock, no order of arrival.

Everything is exact: points and weights are fractions, and only the total of a product is rounded, once, half up, to two
decimals (rule `half_up_2`). A better level never lowers a total; who saved when makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

from .states import DecisionMethod, JudgedBy, LevelEffect, SheetOrigin, Uncounted

ROUNDING = "half_up_2"
Choices = Mapping[str, int]  # criterion code -> position of the chosen level, 1 = lowest
ZERO = Fraction(0)


@dataclass(frozen=True)
class LevelRule:
    points: Fraction
    effect: str = ""


@dataclass(frozen=True)
class CriterionRule:
    """One criterion; `levels` lowest first, points already times the weight."""

    code: str
    levels: tuple[LevelRule, ...]
    judged_by: str = JudgedBy.DOCUMENTS
    applies_if: str = ""
    otherwise: str = Uncounted.RESCALE

    @property
    def top(self) -> Fraction:
        return self.levels[-1].points


@dataclass(frozen=True)
class SectionRule:
    """One section. Sums run over whole numbers: the points of all its levels times `scale`, so nothing is lost and it is quick."""

    code: str
    points: Fraction
    criteria: tuple[CriterionRule, ...]

    @cached_property
    def scale(self) -> int:
        """The least number that makes the points of every level whole."""
        return lcm(*(level.points.denominator for criterion in self.criteria for level in criterion.levels))

    @cached_property
    def scaled(self) -> tuple[tuple[int, ...], ...]:
        """The points of the levels of each criterion, times `scale`."""
        return tuple(tuple(int(level.points * self.scale) for level in criterion.levels) for criterion in self.criteria)

    @cached_property
    def whole(self) -> int:
        """What all criteria can reach together, times `scale`."""
        return sum(points[-1] for points in self.scaled)


@dataclass(frozen=True)
class PathRuleOf:
    path: str
    criterion: str
    at_most_level: int


@dataclass(frozen=True)
class Rubric:
    """What a product of one family is judged by, compiled from an instrument (evaluations/rubrics.py).

    `bands` are (from, stars, path), highest first; `minimums` are (stars, section, least points).
    """

    sections: tuple[SectionRule, ...]
    bands: tuple[tuple[Fraction, int, str], ...]
    minimums: tuple[tuple[int, str, Fraction], ...] = ()
    path_rules: tuple[PathRuleOf, ...] = ()
    knock_out_path: str = ""
    unassessable: str = Uncounted.LOWEST

    def criteria(self) -> Iterable[CriterionRule]:
        for section in self.sections:
            yield from section.criteria

    @cached_property
    def conditions(self) -> frozenset[str]:
        """The facts of a product that some criterion asks for."""
        return frozenset(row.applies_if for row in self.criteria() if row.applies_if)

    @cached_property
    def plans(self) -> dict[tuple[frozenset[str], bool], tuple[SectionPlan, ...]]:
        """What `plan_of` has made so far: one entry for each set of circumstances."""
        return {}

    @cached_property
    def knocking(self) -> tuple[CriterionRule, ...]:
        """The criteria with a level that disqualifies."""
        return tuple(row for row in self.criteria() if any(level.effect == LevelEffect.DISQUALIFY for level in row.levels))


@dataclass(frozen=True)
class Circumstances:
    """What is known of a product besides the choices: answers to `applies_if`, and whether its sample came."""

    facts: Mapping[str, bool] = field(default_factory=dict)
    has_sample: bool = True


def uncounted(rubric: Rubric, criterion: CriterionRule, about: Circumstances) -> str:
    """How a criterion that is not asked of this product counts; empty where it is asked."""
    if criterion.applies_if and not about.facts.get(criterion.applies_if, False):
        return criterion.otherwise
    missing = criterion.judged_by == JudgedBy.SAMPLE and not about.has_sample
    return rubric.unassessable if missing else ""


def asked(rubric: Rubric, about: Circumstances) -> list[CriterionRule]:
    """The criteria a sheet has to answer."""
    return [criterion for criterion in rubric.criteria() if not uncounted(rubric, criterion, about)]


@dataclass(frozen=True)
class Points:
    """Exact points by section and in all; `knock_outs` are the criteria where a level that disqualifies was chosen."""

    sections: dict[str, Fraction]
    knock_outs: tuple[str, ...] = ()

    @property
    def total(self) -> Fraction:
        return sum(self.sections.values(), ZERO)


@dataclass(frozen=True)
class SectionPlan:
    """What one section comes to for every product in the same circumstances, in whole numbers (points times `scale`).

    `lines` are the criteria that are asked: code, points of the levels, positions that set the section to zero. `fixed` is what
    criteria add that count without being asked; those left out by `rescale` let the others fill the whole section.
    """

    code: str
    lines: tuple[tuple[str, tuple[int, ...], frozenset[int]], ...]
    fixed: int
    stretch: Fraction

    def points(self, choices: Choices) -> Fraction:
        """The points of one sheet. A criterion without an answer counts as zero until it is answered."""
        got = self.fixed
        for code, points, zeros in self.lines:
            position = choices.get(code)
            if not position:
                continue
            if position in zeros:
                return ZERO
            got += points[position - 1]
        return got * self.stretch


def plan_of(rubric: Rubric, about: Circumstances) -> tuple[SectionPlan, ...]:
    """The plans of all sections, made once for each set of circumstances of a rubric."""
    key = (rubric.conditions & {name for name, value in about.facts.items() if value}, about.has_sample)
    if key not in rubric.plans:
        rubric.plans[key] = tuple(_plan(rubric, section, about) for section in rubric.sections)
    return rubric.plans[key]


def _plan(rubric: Rubric, section: SectionRule, about: Circumstances) -> SectionPlan:
    lines, fixed, possible = [], 0, 0
    for criterion, points in zip(section.criteria, section.scaled, strict=True):
        rule = uncounted(rubric, criterion, about)
        possible += 0 if rule == Uncounted.RESCALE else points[-1]
        fixed += points[-1] if rule == Uncounted.FULL else points[0] if rule == Uncounted.LOWEST else 0
        if not rule:
            zeros = {at for at, level in enumerate(criterion.levels, start=1) if level.effect == LevelEffect.SECTION_ZERO}
            lines.append((criterion.code, points, frozenset(zeros)))
    grown = Fraction(section.whole, possible) if possible else Fraction(1)
    return SectionPlan(section.code, tuple(lines), fixed, grown / section.scale)


def section_points(rubric: Rubric, section: SectionRule, choices: Choices, about: Circumstances) -> Fraction:
    """The points of one section of one sheet."""
    return next(plan.points(choices) for plan in plan_of(rubric, about) if plan.code == section.code)


def sheet_points(rubric: Rubric, choices: Choices, about: Circumstances) -> Points:
    """The points of one sheet, or of the panel's consensus."""
    sections = {plan.code: plan.points(choices) for plan in plan_of(rubric, about)}
    out = [row.code for row in rubric.knocking if _knocks_out(row, choices) and not uncounted(rubric, row, about)]
    return Points(sections, tuple(out))


def _knocks_out(criterion: CriterionRule, choices: Choices) -> bool:
    position = choices.get(criterion.code, 0)
    return position > 0 and criterion.levels[position - 1].effect == LevelEffect.DISQUALIFY


@dataclass(frozen=True)
class SheetInput:
    """One sheet that counts, as results keep it."""

    origin: str
    choices: Choices


def _mean(points: Sequence[Points]) -> Points:
    codes = points[0].sections
    sections = {code: sum((one.sections[code] for one in points), ZERO) / len(points) for code in codes}
    knock_outs = sorted({code for one in points for code in one.knock_outs})
    return Points(sections, tuple(knock_outs))


def _median(points: Sequence[Points]) -> Points:
    """The middle sheet by total, or the mean of the two in the middle, so that sections and total agree."""
    ordered = sorted(points, key=lambda one: (one.total, sorted(one.sections.items())))
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


def combine(
    rubric: Rubric, sheets: Sequence[SheetInput], about: Circumstances, method: str = "", consensus: Choices | None = None
) -> Points:
    """The exact points of a product from its sheets and the panel's method; the mean of all where nobody decided.

    Raises ValueError when nothing counts.
    """
    if method == DecisionMethod.CONSENSUS and consensus is not None:
        return sheet_points(rubric, consensus, about)
    kept = [sheet for sheet in sheets if sheet.origin != SheetOrigin.EXTRA] if method == DecisionMethod.KEEP else list(sheets)
    points = [sheet_points(rubric, sheet.choices, about) for sheet in kept or sheets]
    if not points:
        raise ValueError("a product without a sheet has no points")
    return _median(points) if method == DecisionMethod.MEDIAN else _mean(points)


def spread(rubric: Rubric, sheets: Sequence[SheetInput], about: Circumstances) -> Fraction:
    """The distance in points between the highest and the lowest sheet; zero with fewer than two."""
    totals = [sheet_points(rubric, sheet.choices, about).total for sheet in sheets]
    return max(totals) - min(totals) if len(totals) > 1 else ZERO


def round_half_up(value: Fraction) -> Decimal:
    """The one rounding of a result: half up to two decimals. 74.995 becomes 75.00."""
    hundredths = (value * 200 + 1) // 2
    return Decimal(hundredths).scaleb(-2)


def stars_for(rubric: Rubric, points: Points) -> int:
    """The stars of the rounded total, lowered while a section stays below the minimum those stars ask for."""
    total = Fraction(round_half_up(points.total))
    earned = next((stars for start, stars, _path in rubric.bands if total >= start), 0)
    while earned and any(s == earned and points.sections.get(code, ZERO) < least for s, code, least in rubric.minimums):
        earned -= 1
    return earned


def path_for(rubric: Rubric, stars: int, sheets: Sequence[Choices]) -> str:
    """The path of the first rule that more than half of the sheets meet, else that of the band of these stars."""
    for rule in rubric.path_rules:
        answers = [choices[rule.criterion] for choices in sheets if choices.get(rule.criterion)]
        if answers and sum(position <= rule.at_most_level for position in answers) * 2 > len(answers):
            return rule.path
    return next((path for _start, earned, path in rubric.bands if earned == stars), "")


def ranks(totals: Mapping[int, Decimal]) -> dict[int, int]:
    """Places by rounded total, the highest first; equal totals share the place and the next one is skipped (1, 2, 2, 4)."""
    ordered = sorted(totals.values(), reverse=True)
    place: dict[Decimal, int] = {}
    for index, total in enumerate(ordered, start=1):
        place.setdefault(total, index)
    return {key: place[total] for key, total in totals.items()}
