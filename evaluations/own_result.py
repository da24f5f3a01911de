"""What a producer reads of its own result: nothing but "waiting" before the decree, afterwards all but who judged. Reads only."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from django.utils import timezone

from . import scoring
from .advice import Advice, Case, Room, advise
from .models import Appeal, Criterion, Decree, DevelopmentPath, Entrant, Result, Score, Section, Sheet
from .rubrics import published_rubric
from .services.appeals import last_appeal_day
from .services.decrees import valid_until
from .sheet_page import plain
from .sheet_rubric import RubricWords, words_for
from .states import DecisionMethod


@dataclass(frozen=True)
class SectionLine:
    """Points of a section of its most, and the remarks on its criteria without names."""

    section: Section
    points: Decimal
    most: Decimal
    remarks: list[tuple[Criterion, list[str]]]


@dataclass(frozen=True)
class StepLine:
    """One criterion that can rise: where it stands, and the level named with what it alone adds."""

    criterion: Criterion
    now: str
    level: str
    description: str
    gain: Decimal


@dataclass
class OwnResult:
    """One own product in one round, for its producer."""

    entrant: Entrant

    @cached_property
    def result(self) -> Result | None:
        """The established result; none while it waits, or after its decree was revoked."""
        rows = self.entrant.results.published().select_related("result_set__round", "result_set__decree")
        return rows.first()

    @cached_property
    def revoked(self) -> Decree | None:
        """The last decree that was revoked, told while nothing stands in its place."""
        rows = Decree.objects.filter(result_set__round=self.entrant.round_id, revoked_at__isnull=False)
        return None if self.result else rows.filter(result_set__results__entrant=self.entrant).order_by("-revoked_at").first()

    @property
    def decree(self) -> Decree:
        return self._established.result_set.decree

    @property
    def until(self) -> dt.date:
        return valid_until(self._established, self.decree)

    @property
    def is_expired(self) -> bool:
        return self.until < timezone.localdate()

    @property
    def _established(self) -> Result:
        if self.result is None:
            raise LookupError("asked of established results alone")
        return self.result

    @cached_property
    def words(self) -> RubricWords:
        return words_for(self.entrant.instrument_id, self.entrant.family)

    @cached_property
    def path(self) -> DevelopmentPath | None:
        return next((path for path in self.words.instrument.paths.all() if path.key == self._established.path_key), None)

    # --- points and words -------------------------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[SectionLine]:
        return [self._section(section) for section in self.words.sections]

    def _section(self, section: Section) -> SectionLine:
        points = Fraction(self._established.sections.get(section.code, "0"))
        remarks = [(row, self.remarks[row.pk]) for row in section.criteria.all() if row.pk in self.remarks]
        return SectionLine(section, plain(points), plain(section.points), remarks)

    @property
    def _keys(self) -> list[str]:
        """The sheets that counted in this result."""
        return [sheet["key"] for sheet in self._established.inputs["sheets"]]

    @cached_property
    def comments(self) -> list[str]:
        """The advice of the reviewers, in an order that tells nothing of them."""
        rows = Sheet.objects.filter(key__in=self._keys).exclude(comment="").values_list("key", "comment")
        return self._shuffled("", rows)

    @cached_property
    def remarks(self) -> dict[int, list[str]]:
        """Remarks by criterion, each criterion in an order of its own."""
        rows = Score.objects.filter(sheet__key__in=self._keys).exclude(comment="").values_list("criterion", "sheet__key", "comment")
        found: dict[int, list[tuple[object, str]]] = {}
        for criterion, key, comment in rows:
            found.setdefault(criterion, []).append((key, comment))
        return {criterion: self._shuffled(str(criterion), pairs) for criterion, pairs in found.items()}

    def _shuffled(self, salt: str, pairs: Iterable[tuple[object, str]]) -> list[str]:
        """Always the same order, which neither names nor moments of sending decide: by a hash over result, place and sheet."""
        seed = f"{self._established.sha256}:{salt}:"
        return [text for _key, text in sorted((hashlib.sha256(f"{seed}{key}".encode()).hexdigest(), text) for key, text in pairs)]

    # --- what would raise it ----------------------------------------------------------------------------------------

    @cached_property
    def advice(self) -> Advice:
        return advice_of(self._established.pk)

    @cached_property
    def plan(self) -> list[StepLine] | None:
        """The raises that together reach the next star; None where none do."""
        raises = self.advice.plan
        if raises is None:
            return None
        return [self._step(room, raises[room.criterion.code]) for room in self.advice.room if room.criterion.code in raises]

    @cached_property
    def room(self) -> list[tuple[Criterion, str, list[StepLine]]]:
        """Every criterion that can rise, with each next level and what it alone adds."""
        found = []
        for one in self.advice.room:
            steps = [self._step(one, level) for level, _gain in one.gains]
            found.append((steps[0].criterion, steps[0].now, steps))
        return found

    def _step(self, room: Room, level: int) -> StepLine:
        criterion = next(row for row in self.words.criteria.values() if row.code == room.criterion.code)
        levels = {row.position: row for row in criterion.levels.all()}
        now, goal = levels.get(room.level), levels[level]
        return StepLine(criterion, now.name if now else "", goal.name, goal.description, plain(dict(room.gains)[level]))

    @property
    def points_short(self) -> Decimal:
        return plain(self.advice.points_short)

    @property
    def lacking(self) -> list[tuple[Section, Decimal, Decimal]]:
        """Sections below what the next star asks: points, and the least."""
        sections = {section.code: section for section in self.words.sections}
        return [(sections[one.section], plain(one.points), plain(one.least)) for one in self.advice.lacking]

    @property
    def unjudged(self) -> list[Criterion]:
        return [row for row in self.words.criteria.values() if row.code in self.advice.unjudged]

    # --- objection --------------------------------------------------------------------------------------------------

    @cached_property
    def appeal(self) -> Appeal | None:
        return Appeal.objects.filter(result=self._established).first()

    @property
    def appeal_until(self) -> dt.date | None:
        """The last day to object, while it is open and nobody has objected."""
        last = last_appeal_day(self._established)
        return last if last and not self.appeal and timezone.localdate() <= last else None


@lru_cache(maxsize=512)
def advice_of(result_id: int) -> Advice:
    """The advice of a stored result, which never changes, so it is worked out once per process (up to half a second)."""
    return advise(case_of(Result.objects.get(pk=result_id)))


def case_of(result: Result) -> Case:
    """A stored result as the engine of the advice takes it: its inputs alone."""
    inputs = result.inputs
    decision = inputs["decision"] or {"method": "", "is_knocked_out": False, "consensus": {}}
    return Case(
        rubric=published_rubric(inputs["instrument"]["id"], inputs["family"]),
        sheets=tuple(scoring.SheetInput(sheet["origin"], sheet["choices"]) for sheet in inputs["sheets"]),
        about=scoring.Circumstances(inputs["facts"], inputs["has_sample"]),
        method=decision["method"],
        consensus=decision["consensus"] if decision["method"] == DecisionMethod.CONSENSUS else None,
        is_knocked_out=decision["is_knocked_out"],
    )
