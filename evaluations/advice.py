"""What would raise a product a star. Pure arithmetic over the inputs of its result, asked of the very engine that made it.

A raise means that every sheet that counts (or the panel's consensus) would have chosen at least that level; nothing is
guessed: points gained, sections short and the plan are all computed by evaluations/scoring.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from . import scoring
from .scoring import ZERO, Choices, Circumstances, CriterionRule, Points, Rubric, SheetInput
from .states import DecisionMethod, JudgedBy, SheetOrigin

Raises = Mapping[str, int]  # criterion code -> the level every sheet would have at least


@dataclass(frozen=True)
class Case:
    """One product as it was judged."""

    rubric: Rubric
    sheets: tuple[SheetInput, ...]
    about: Circumstances
    method: str = ""
    consensus: Choices | None = None
    is_knocked_out: bool = False

    @property
    def counted(self) -> list[Choices]:
        """The choices the points come from."""
        if self.method == DecisionMethod.CONSENSUS and self.consensus is not None:
            return [self.consensus]
        kept = [one.choices for one in self.sheets if one.origin != SheetOrigin.EXTRA]
        return kept if self.method == DecisionMethod.KEEP and kept else [one.choices for one in self.sheets]

    def level(self, code: str) -> int:
        """The lowest level chosen for a criterion; 0 where a sheet has none."""
        return min((choices.get(code, 0) for choices in self.counted), default=0)

    def points(self, raises: Raises | None = None) -> Points:
        """The points as they are, or as they would be after these raises."""
        if raises and self.method != DecisionMethod.MEDIAN:
            return self._points_of_touched(raises)
        return self._points(self.rubric, raises)

    def _points_of_touched(self, raises: Raises) -> Points:
        """The same, computing only sections a raise touches: a mean of sheets adds up section by section."""
        touched = [one for one in self.rubric.sections if any(criterion.code in raises for criterion in one.criteria)]
        part, base = self._points(replace(self.rubric, sections=tuple(touched)), raises), self.base
        codes = {criterion.code for section in touched for criterion in section.criteria}
        left = [code for code in base.knock_outs if code not in codes]
        return Points({**base.sections, **part.sections}, tuple(sorted([*left, *part.knock_outs])))

    @cached_property
    def base(self) -> Points:
        return self._points(self.rubric, None)

    def _points(self, rubric: Rubric, raises: Raises | None) -> Points:
        sheets = [SheetInput(one.origin, _raised(one.choices, raises or {})) for one in self.sheets]
        agreed = None if self.consensus is None else _raised(self.consensus, raises or {})
        return scoring.combine(rubric, sheets, self.about, self.method, agreed)

    def reaches(self, stars: int, raises: Raises) -> bool:
        """Whether these raises earn so many stars; a product that was knocked out also has to leave every such level."""
        points = self.points(raises)
        return scoring.stars_for(self.rubric, points) >= stars and not (self.is_knocked_out and points.knock_outs)


def _raised(choices: Choices, raises: Raises) -> dict[str, int]:
    return {**choices, **{code: max(level, choices.get(code, 0)) for code, level in raises.items()}}


@dataclass(frozen=True)
class Room:
    """A criterion below its top: its level now (the lowest chosen), and what each next level alone would add to the total."""

    criterion: CriterionRule
    section: str
    level: int
    gains: tuple[tuple[int, Fraction], ...]

    @property
    def most(self) -> Fraction:
        return max(gain for _level, gain in self.gains)


@dataclass(frozen=True)
class Lack:
    """A section below what the next star asks of it."""

    section: str
    points: Fraction
    least: Fraction


@dataclass(frozen=True)
class Advice:
    """The way to `target` stars (0: there is none above): points and sections short, a plan of raises, and all room there is.

    `plan` is None where even the top of every criterion that was asked does not reach it. `unjudged` could not be
    judged for want of a sample.
    """

    target: int
    points_short: Fraction = ZERO
    lacking: tuple[Lack, ...] = ()
    plan: Raises | None = None
    room: tuple[Room, ...] = ()
    unjudged: tuple[str, ...] = ()


def advise(case: Case) -> Advice:
    """What would raise this product to the next star. Raises ValueError where nothing was judged."""
    points = case.points()
    stars = 0 if case.is_knocked_out else scoring.stars_for(case.rubric, points)
    room = _room(case, points)
    target = min((number for _start, number, _path in case.rubric.bands if number > stars), default=0)
    if not target:
        return Advice(0, room=room)
    start = min(start for start, number, _path in case.rubric.bands if number == target)
    short = max(ZERO, start - Fraction(scoring.round_half_up(points.total)))
    return Advice(target, short, _lacking(case, points, target), _plan(case, target, room), room, _unjudged(case))


def _room(case: Case, points: Points) -> tuple[Room, ...]:
    """Every criterion that was asked and is below its top, the one with the most to gain first."""
    asked = {criterion.code for criterion in scoring.asked(case.rubric, case.about)}
    found = []
    for section in case.rubric.sections:
        for criterion in section.criteria:
            now = case.level(criterion.code)
            if criterion.code in asked and now < len(criterion.levels):
                levels = range(now + 1, len(criterion.levels) + 1)
                gains = tuple((level, case.points({criterion.code: level}).total - points.total) for level in levels)
                found.append(Room(criterion, section.code, now, gains))
    return tuple(sorted(found, key=lambda one: (-one.most, one.criterion.code)))


def _lacking(case: Case, points: Points, target: int) -> tuple[Lack, ...]:
    wanted = [(code, least) for stars, code, least in case.rubric.minimums if stars == target]
    return tuple(Lack(code, points.sections.get(code, ZERO), least) for code, least in wanted if points.sections.get(code, ZERO) < least)


def _plan(case: Case, target: int, room: tuple[Room, ...]) -> Raises | None:
    """A smallest set of raises: from the top of everything down, what adds least for its effort first, while the star still holds."""
    plan = {one.criterion.code: len(one.criterion.levels) for one in room}
    if not case.reaches(target, plan):
        return None
    for one in sorted(room, key=lambda one: (one.most / len(one.gains), one.criterion.code)):
        code = one.criterion.code
        for level in range(one.level, plan[code]):
            tried = {**plan, code: level}
            if case.reaches(target, tried):
                plan = tried
                break
    now = {one.criterion.code: one.level for one in room}
    return {code: level for code, level in plan.items() if level > now[code]}


def _unjudged(case: Case) -> tuple[str, ...]:
    """Criteria that count by rule because no sample came."""
    if case.about.has_sample:
        return ()
    applies = [one for one in case.rubric.criteria() if not one.applies_if or case.about.facts.get(one.applies_if, False)]
    return tuple(one.code for one in applies if one.judged_by == JudgedBy.SAMPLE)
