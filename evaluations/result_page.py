"""What the page of one product's result shows: points by section, sheets, the panel's decision, the frozen inputs. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.states import Action

from . import scoring
from .models import Result, Sheet
from .ranking import Place, compared, places_of
from .rubrics import published_rubric
from .sheet_page import plain
from .sheet_rubric import words_for
from .states import DecisionMethod, SheetOrigin

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User

    from .models import Criterion, Level, PanelMember

RANK_WORDS = ("rank", "rank_pillar", "rank_regency", "rank_family")


@dataclass(frozen=True)
class SectionLine:
    code: str
    name: str
    points: Decimal
    most: Decimal


@dataclass(frozen=True)
class Chosen:
    """One criterion of a sheet: the level, its points, and the reviewer's remark."""

    criterion: Criterion
    level: Level
    points: Decimal
    remark: str = ""


@dataclass(frozen=True)
class SheetView:
    """One sheet that counted. `name` is the reviewer's only for those who may know it."""

    name: str
    origin: str
    total: Decimal
    sections: list[tuple[str, Decimal]]
    comment: str = ""
    choices: list[Chosen] = field(default_factory=list)
    is_own: bool = False
    is_paper: bool = False


class ResultPage:
    """One result as one person may read it: names for those who run the round, sheets for the panel, advice for offices."""

    def __init__(self, user: User, result: Result, *, runs: bool, seat: PanelMember | None):
        self.user, self.result, self.entrant, self.set = user, result, result.entrant, result.result_set
        self.sees_names = runs or (seat is not None and not self.set.round.is_blind)
        self.sees_sheets = runs or seat is not None

    @cached_property
    def words(self) -> Any:
        return words_for(self.entrant.instrument_id, self.entrant.family)

    @cached_property
    def rubric(self) -> scoring.Rubric:
        return published_rubric(self.entrant.instrument_id, self.entrant.family)

    @cached_property
    def places(self) -> dict[str, Place]:
        return places_of(compared(self.set, self.user), self.result)

    @property
    def sections(self) -> list[SectionLine]:
        got = self.result.sections
        return [SectionLine(one.code, one.name, Decimal(got.get(one.code, "0")), plain(one.points)) for one in self.words.sections]

    @property
    def path(self) -> Any:
        return next((path for path in self.words.instrument.paths.all() if path.key == self.result.path_key), None)

    @property
    def method(self) -> str:
        """How the panel settled the product, as frozen; empty where nothing was disputed."""
        decision = self.result.inputs["decision"]
        return str(DecisionMethod(decision["method"]).label) if decision else ""

    @property
    def decision(self) -> Any:
        """The decision itself, while this close is the current one: a later one may have replaced it."""
        return None if self.set.superseded_at else getattr(self.entrant, "decision", None)

    @property
    def advice(self) -> list[str]:
        """What reviewers advise, without names and in no telling order."""
        return sorted(row.comment for row in self._rows.values() if row.comment.strip())

    @cached_property
    def _rows(self) -> dict[str, Sheet]:
        keys = [sheet["key"] for sheet in self.result.inputs["sheets"]]
        rows = Sheet.objects.filter(entrant=self.entrant, key__in=keys).select_related("reviewer").prefetch_related("scores")
        return {str(row.key): row for row in rows}

    @property
    def sheets(self) -> list[SheetView]:
        return [self._sheet(at, one) for at, one in enumerate(self.result.inputs["sheets"], start=1)] if self.sees_sheets else []

    def _sheet(self, number: int, one: dict[str, Any]) -> SheetView:
        row = self._rows.get(one["key"])
        about = scoring.Circumstances(self.result.inputs["facts"], self.result.inputs["has_sample"])
        points = scoring.sheet_points(self.rubric, one["choices"], about)
        own = row is not None and row.reviewer_id == self.user.pk
        named = row is not None and (self.sees_names or own)
        return SheetView(
            name=str(row.reviewer) if row is not None and named else _("Reviewer %(number)s") % {"number": number},
            origin=str(SheetOrigin(one["origin"]).label),
            total=scoring.round_half_up(points.total),
            sections=[(code, scoring.round_half_up(value)) for code, value in points.sections.items()],
            comment=row.comment if row else "",
            choices=self._choices(one["choices"], row),
            is_own=own,
            is_paper=bool(row and row.is_paper),
        )

    def _choices(self, choices: dict[str, int], row: Sheet | None) -> list[Chosen]:
        remarks = {score.criterion_id: score.comment for score in row.scores.all()} if row else {}
        found = []
        for criterion in self.words.criteria.values():
            level = next((one for one in criterion.levels.all() if one.position == choices.get(criterion.code)), None)
            if level is not None:
                points = plain(level.points * criterion.weight)
                found.append(Chosen(criterion, level, points, remarks.get(criterion.pk, "")))
        return found


def results_of(user: User) -> Any:
    """Results with what their pages need."""
    return Result.objects.for_user(user, Action.EVALUATION_VIEW).select_related(
        "entrant__instrument", "entrant__decision", "result_set__round"
    )


def valid_days(result: Result, decree: Any) -> tuple[dt.date, dt.date] | None:
    """From when to when the stars stand; nothing without a decree or stars."""
    from .services.decrees import valid_until  # noqa: PLC0415 - a page asks one rule of the service

    return (decree.decreed_on, valid_until(result, decree)) if decree and result.stars else None
