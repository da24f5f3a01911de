"""The words of the rubric of one family, read once per process: a published instrument never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from . import scoring
from .models import Criterion, Instrument, Level, Section
from .queries.instruments import sections_for
from .rubrics import published_rubric


@dataclass(frozen=True)
class RubricWords:
    """Sections in order, and criteria and levels by key."""

    instrument: Instrument
    sections: tuple[Section, ...]
    criteria: dict[int, Criterion]
    levels: dict[int, Level]

    def level_of(self, criterion: Criterion, level_id: int) -> Level | None:
        """The level of this very criterion, none for a level of another."""
        level = self.levels.get(level_id)
        return level if level is not None and level.criterion_id == criterion.pk else None


@lru_cache(maxsize=64)
def words_for(instrument_id: int, family: str) -> RubricWords:
    """The sections of a published instrument for one family with criteria, levels and evidence."""
    instrument = Instrument.objects.whole().get(pk=instrument_id)
    sections = tuple(sections_for(instrument, family))
    criteria = {row.pk: row for section in sections for row in section.criteria.all()}
    levels = {level.pk: level for row in criteria.values() for level in row.levels.all()}
    return RubricWords(instrument, sections, criteria, levels)


@lru_cache(maxsize=512)
def _asked(instrument_id: int, family: str, true_facts: frozenset[str], has_sample: bool) -> frozenset[str]:
    about = scoring.Circumstances(dict.fromkeys(true_facts, True), has_sample)
    return frozenset(one.code for one in scoring.asked(published_rubric(instrument_id, family), about))


def asked_codes(instrument_id: int, family: str, facts: dict[str, bool], *, has_sample: bool) -> frozenset[str]:
    """The codes of the criteria this product is asked."""
    return _asked(instrument_id, family, frozenset(key for key, value in facts.items() if value), has_sample)
