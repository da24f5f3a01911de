"""The first page of a reviewer: own sheets by round, common sample products first. Reads only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.states import Action
from registry import showcase

from .models import Round, Sample, Sheet
from .sheet_lock import GONE
from .sheet_rubric import asked_codes
from .states import CLOSED_PHASES, SampleState, SheetState

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    from accounts.models import User

    class Counts(TypedDict):
        """What the list counts beside each sheet."""

        filled: int
        answers: int
        has_sample: bool

    CountedSheet = WithAnnotations[Sheet, Counts]

SOON_DAYS = 3


@dataclass(frozen=True)
class Row:
    """One own sheet in the list."""

    sheet: CountedSheet
    waits: bool

    @property
    def asked(self) -> int:
        entrant = self.sheet.entrant
        return len(asked_codes(entrant.instrument_id, entrant.family, entrant.facts, has_sample=self.sheet.has_sample))

    @property
    def is_sent(self) -> bool:
        return self.sheet.state == SheetState.SUBMITTED

    @property
    def is_gone(self) -> bool:
        entry = getattr(self.sheet.entrant.product, "entry", None)
        return self.sheet.entrant.state == "out" or bool(entry and entry.state in GONE)

    @property
    def cover(self) -> str:
        """The address of the small first photo, while the product is shown."""
        entry = getattr(self.sheet.entrant.product, "entry", None)
        return showcase.cover(entry) if entry and not self.is_gone else ""


@dataclass
class RoundGroup:
    """The own sheets of one round."""

    round: Round
    rows: list[Row] = field(default_factory=list)

    @cached_property
    def calibration(self) -> list[Row]:
        return [row for row in self.rows if row.sheet.entrant.is_calibration]

    @cached_property
    def others(self) -> list[Row]:
        return [row for row in self.rows if not row.sheet.entrant.is_calibration]

    @property
    def to_do(self) -> int:
        return sum(not row.is_sent and not row.is_gone for row in self.rows)

    @property
    def next(self) -> Row | None:
        """The sheet to go on with."""
        return next((row for row in [*self.calibration, *self.others] if not row.is_sent and not row.is_gone and not row.waits), None)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be scored any more; its sheets stand on the page of results."""
        return self.round.phase in CLOSED_PHASES

    @property
    def days_left(self) -> int:
        return (self.round.scoring_closes_on - timezone.localdate()).days

    @property
    def is_soon(self) -> bool:
        return 0 <= self.days_left <= SOON_DAYS

    @property
    def opens_later(self) -> dt.date | None:
        return self.round.scoring_opens_on if self.round.scoring_opens_on > timezone.localdate() else None


def groups_for(user: User) -> list[RoundGroup]:
    """Rounds whose panel the person sits on or that they follow, with the own sheets: what waits first, then the newest; two queries."""
    rounds = Round.objects.for_user(user, Action.ASSESS).order_by("-year", "-pk")
    groups = {round.pk: RoundGroup(round) for round in rounds}
    for sheet in _sheets(user):
        group = groups.setdefault(sheet.entrant.round_id, RoundGroup(sheet.entrant.round))
        group.rows.append(Row(sheet, waits=False))
    for group in groups.values():
        _hold_back(group)
    return sorted(groups.values(), key=lambda group: (group.is_closed, not group.to_do))


def _sheets(user: User) -> list[CountedSheet]:
    received = Sample.objects.filter(entrant=OuterRef("entrant"), state=SampleState.RECEIVED)
    answers = Count(
        "entrant__requests", filter=Q(entrant__requests__asked_by=user, entrant__requests__answered_at__isnull=False), distinct=True
    )
    filled = Count("scores", filter=Q(scores__level__isnull=False), distinct=True)
    rows = Sheet.objects.for_user(user, Action.ASSESS).exclude(entrant__round__phase__in=CLOSED_PHASES)
    rows = rows.annotate(filled=filled, answers=answers, has_sample=Exists(received))
    return list(rows.select_related("entrant__round", "entrant__product__entry").order_by("state", "entrant__number"))


def _hold_back(group: RoundGroup) -> None:
    """The others wait while a sheet of a common sample product is open."""
    if any(not row.is_sent and row.sheet.entrant.state != "out" for row in group.calibration):
        group.rows = [Row(row.sheet, waits=not row.sheet.entrant.is_calibration and not row.is_sent) for row in group.rows]
        group.__dict__.pop("calibration", None)
        group.__dict__.pop("others", None)
