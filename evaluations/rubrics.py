"""The rubric of one family, compiled from an instrument for the arithmetic of evaluations/scoring.py."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from . import scoring
from .models import Criterion, Instrument, Section
from .queries.instruments import sections_for

if TYPE_CHECKING:
    from .models import Entrant


def compile_rubric(instrument: Instrument, family: str) -> scoring.Rubric:
    """Load the instrument with `whole()` first. Raises nothing: what is not sound is said by services/instruments.py at publishing."""
    return scoring.Rubric(
        sections=tuple(_section(section) for section in sections_for(instrument, family)),
        bands=tuple(
            (Fraction(band.from_points), band.stars, band.path.key)
            for band in sorted(instrument.bands.all(), key=lambda band: band.from_points, reverse=True)
        ),
        minimums=tuple((m.stars, m.section_code, Fraction(m.at_least)) for m in instrument.minimums.all()),
        path_rules=tuple(scoring.PathRuleOf(r.path.key, r.criterion_code, r.at_most_level) for r in instrument.path_rules.all()),
        knock_out_path=next((path.key for path in instrument.paths.all() if path.is_for_knock_outs), ""),
        unassessable=instrument.unassessable,
    )


def _section(section: Section) -> scoring.SectionRule:
    return scoring.SectionRule(section.code, Fraction(section.points), tuple(_criterion(row) for row in section.criteria.all()))


def _criterion(row: Criterion) -> scoring.CriterionRule:
    weight = Fraction(row.weight)
    levels = tuple(scoring.LevelRule(Fraction(level.points) * weight, level.effect) for level in row.levels.all())
    return scoring.CriterionRule(row.code, levels, row.judged_by, row.applies_if, row.otherwise)


@lru_cache(maxsize=64)
def published_rubric(instrument_id: int, family: str) -> scoring.Rubric:
    """The rubric of a published instrument, which never changes, so it is compiled once per process."""
    return compile_rubric(Instrument.objects.whole().get(pk=instrument_id), family)


def rubric_of(entrant: Entrant) -> scoring.Rubric:
    """What this product is judged by."""
    return published_rubric(entrant.instrument_id, entrant.family)
