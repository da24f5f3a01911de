"""How like products were scored on the same criterion: by this reviewer, and by the panel where the round allows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from .models import Entrant, Score, Sheet
from .states import SeesOthers, SheetState

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Criterion, Section


@dataclass
class Precedent:
    """By level: how many like products got it from me, and from the panel."""

    mine: dict[int, int] = field(default_factory=dict)
    panel: dict[int, int] = field(default_factory=dict)

    def told(self, criterion: Criterion, counts: dict[int, int]) -> list[tuple[str, int]]:
        """The levels in words, lowest first, with their counts."""
        return [(level.name, counts[level.pk]) for level in criterion.levels.all() if level.pk in counts]


def sees_panel(sheet: Sheet) -> bool:
    """Whether the scores of others may be shown beside this sheet now."""
    rule = sheet.entrant.round.sees_others
    return rule == SeesOthers.ALWAYS or (rule == SeesOthers.AFTER_OWN and sheet.state == SheetState.SUBMITTED)


def precedents(user: User, sheet: Sheet, section: Section) -> dict[int, Precedent]:
    """By criterion of one section; at most two queries, however many products there are."""
    found: dict[int, Precedent] = {}
    mine = _like(sheet, section, user).filter(sheet__reviewer=sheet.reviewer_id).exclude(sheet=sheet)
    for criterion, level, count in _counted(mine):
        found.setdefault(criterion, Precedent()).mine[level] = count
    if sees_panel(sheet):
        for criterion, level, count in _counted(_of_panel(sheet, section, user)):
            found.setdefault(criterion, Precedent()).panel[level] = count
    return found


def _like(sheet: Sheet, section: Section, user: User) -> QuerySet[Score]:
    """Scores of products of the same family in the same round, without those a conflict hides from the reader."""
    seen = Entrant.objects.filter(round=sheet.entrant.round_id, family=sheet.entrant.family).visible_to(user)
    rows = Score.objects.filter(sheet__entrant__in=seen, criterion__section=section, level__isnull=False)
    return rows.filter(sheet__in=Sheet.objects.reviews())


def _of_panel(sheet: Sheet, section: Section, user: User) -> QuerySet[Score]:
    """Sent sheets of others; after-own also leaves out products whose sheet the reader has still to send."""
    rows = _like(sheet, section, user).filter(sheet__state=SheetState.SUBMITTED).exclude(sheet__reviewer=sheet.reviewer_id)
    if sheet.entrant.round.sees_others == SeesOthers.ALWAYS:
        return rows
    waiting = Sheet.objects.filter(reviewer=sheet.reviewer_id, state=SheetState.OPEN, kind="review").values("entrant")
    return rows.exclude(sheet__entrant__in=waiting)


def _counted(rows: QuerySet[Score]) -> list[tuple[int, int, int]]:
    counts = rows.order_by().values_list("criterion", "level").annotate(count=Count("pk", filter=Q(level__isnull=False)))
    return list(counts)
