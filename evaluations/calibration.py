"""After sending the sheet of a common sample product: the own choices against those of the group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from . import scoring
from .models import Criterion, Score, Section, Sheet
from .rubrics import rubric_of
from .services.sheets import as_input, circumstances
from .sheet_rubric import words_for


@dataclass(frozen=True)
class Choice:
    """One level of a criterion: how many of the group chose it, and whether it is the own choice."""

    name: str
    points: Fraction
    count: int
    is_mine: bool


@dataclass(frozen=True)
class Compared:
    """One criterion beside the group."""

    section: Section
    criterion: Criterion
    choices: list[Choice]

    @property
    def differs(self) -> bool:
        """Whether most of the group chose another level than I did."""
        most = max((one.count for one in self.choices), default=0)
        mine = next((one.count for one in self.choices if one.is_mine), most)
        return mine < most


@dataclass(frozen=True)
class Comparison:
    """The own sheet against all sent sheets of the same product, the own one among them."""

    rows: list[Compared]
    sheets: int
    own_total: Fraction
    mean_total: Fraction


def compare(sheet: Sheet) -> Comparison:
    """Ask only for a sent sheet of a common sample product; constant number of queries."""
    entrant = sheet.entrant
    sent = list(entrant.sheets.counted().prefetch_related("scores__level", "scores__criterion"))
    rubric, about = rubric_of(entrant), circumstances(entrant)
    totals = {one.pk: scoring.sheet_points(rubric, as_input(one).choices, about).total for one in sent}
    mean = sum(totals.values(), Fraction(0)) / len(totals) if totals else Fraction(0)
    return Comparison(_rows(sheet, sent), len(sent), totals.get(sheet.pk, Fraction(0)), mean)


def _rows(sheet: Sheet, sent: list[Sheet]) -> list[Compared]:
    words = words_for(sheet.entrant.instrument_id, sheet.entrant.family)
    counts: Counter[int] = Counter(score.level_id for one in sent for score in one.scores.all() if score.level_id)
    mine = {score.level_id for score in Score.objects.filter(sheet=sheet)}
    rows = []
    for section in words.sections:
        for criterion in section.criteria.all():
            weight = Fraction(criterion.weight)
            choices = [
                Choice(level.name, Fraction(level.points) * weight, counts[level.pk], level.pk in mine) for level in criterion.levels.all()
            ]
            if any(one.count for one in choices):
                rows.append(Compared(section, criterion, choices))
    return rows
