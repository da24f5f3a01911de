"""How far a round has come, in numbers of products and sheets, never of points. A constant number of queries of any size.

What a conflict hides from the reader is not counted for them. Who runs the round sees everybody; an office sees the
products of its area; a reviewer sees the own sheets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.permissions import may_anywhere
from accounts.scope import Reach, scope_q
from accounts.states import Action, Pillar
from regions.models import Region

from .models import Conflict, Entrant, FollowUp, Round, RoundLogEntry, Sample, Sheet
from .queries.rounds import hidden_from
from .states import EntrantState, FollowUpState, Phase, SampleState, SheetState

if TYPE_CHECKING:
    from accounts.models import User

    from .queries.rounds import EntrantQuerySet

# What the log tells only those who run the round: it names reviewers, or hints at what they found.
CONFIDENTIAL = frozenset(
    {
        *("sheet_sent", "sheet_reopened", "paper_entered", "evidence_asked", "extra_reviewer", "on_agenda", "decided"),
        *("conflict_declared", "recused", "substituted", "drawn", "reminded"),
    }
)


@dataclass(frozen=True)
class Part:
    """How many products and sheets one regency, pillar or reviewer has."""

    label: str
    products: int = 0
    given: int = 0
    sent: int = 0
    last: dt.datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.given > 0 and self.sent == self.given


@dataclass(frozen=True)
class Progress:
    """All figures of the page of a round."""

    states: dict[str, int] = field(default_factory=dict)
    regencies: list[Part] = field(default_factory=list)
    pillars: list[Part] = field(default_factory=list)
    reviewers: list[Part] = field(default_factory=list)
    whole: Part = field(default_factory=lambda: Part(""))
    finished: int = 0
    conflicts: int | None = None
    disputed: int | None = None

    @property
    def entered(self) -> int:
        return sum(self.states.values())

    @property
    def checked(self) -> int:
        """Products whose documents were looked at, with whatever result."""
        return self.entered - self.states.get(EntrantState.ENTERED, 0) - self.states.get(EntrantState.LACKING, 0)


def progress_of(round: Round, user: User, *, runs: bool) -> Progress:
    """The figures of a round for one person: eight queries at most."""
    seen = Entrant.objects.for_user(user).filter(round=round)
    sheets = _sheets(user, runs=runs)
    cells = _cells(seen, sheets)
    names = dict(Region.objects.filter(code__in={cell["regency_code"] for cell in cells}).values_list("code", "name"))
    pillars = dict(Pillar.choices)
    return Progress(
        states=dict(seen.order_by().values_list("state").annotate(count=Count("pk"))),
        regencies=_by(cells, "regency_code", lambda code: names.get(code, code)),
        pillars=_by(cells, "pillar", lambda code: str(pillars.get(code, code)), order=list(pillars)),
        reviewers=reviewers_of(sheets.filter(entrant__in=seen.taking_part().values("pk"))),
        whole=_sum("", cells),
        finished=sum(cell["finished"] for cell in cells),
        conflicts=_conflicts(round, user) if runs else None,
        disputed=seen.disputed().count() if runs else None,
    )


def _sheets(user: User, *, runs: bool) -> QuerySet[Sheet]:
    """The sheets that are counted; for a reviewer without an office the own ones."""
    rows = Sheet.objects.reviews()
    everybody = runs or may_anywhere(user, Action.EVALUATION_VIEW)
    return rows if everybody else rows.filter(reviewer_id=user.pk)


def _cells(seen: EntrantQuerySet, sheets: QuerySet[Sheet]) -> list[dict[str, Any]]:
    """Products and sheets by regency and pillar, each product counted once: one query."""
    of_entrant = sheets.filter(entrant=OuterRef("pk")).order_by().values("entrant")
    given = Coalesce(Subquery(of_entrant.annotate(count=Count("pk")).values("count")), 0)
    sent = Coalesce(Subquery(of_entrant.annotate(count=Count("pk", filter=Q(state=SheetState.SUBMITTED))).values("count")), 0)
    rows = seen.taking_part().order_by().annotate(given=given, sent=sent).values("regency_code", "pillar", "given", "sent")
    counted = rows.annotate(products=Count("pk"))
    return [
        {
            "regency_code": row["regency_code"],
            "pillar": row["pillar"],
            "products": row["products"],
            "given": row["given"] * row["products"],
            "sent": row["sent"] * row["products"],
            "finished": row["products"] if row["given"] and row["given"] == row["sent"] else 0,
        }
        for row in counted
    ]


def _sum(label: str, cells: list[dict[str, Any]]) -> Part:
    return Part(label, *(sum(cell[name] for cell in cells) for name in ("products", "given", "sent")))


def _by(cells: list[dict[str, Any]], key: str, name: Any, order: Sequence[str] = ()) -> list[Part]:
    """One part for each value of a column, in this order or by its name."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        groups.setdefault(cell[key], []).append(cell)
    values = [value for value in order if value in groups] or sorted(groups, key=name)
    return [_sum(name(value), groups[value]) for value in values]


def reviewers_of(sheets: QuerySet[Sheet]) -> list[Part]:
    """What each reviewer was given and has sent, those with most still to do first."""
    sent = Q(state=SheetState.SUBMITTED)
    rows = (
        sheets.order_by()
        .values_list("reviewer__display_name", "reviewer__username")
        .annotate(given=Count("pk"), sent=Count("pk", filter=sent), last=Max("submitted_at", filter=sent))
    )
    parts = [Part(name or username, given, given, sent, last) for name, username, given, sent, last in rows]
    return sorted(parts, key=lambda part: (part.sent - part.given, part.label))


def _conflicts(round: Round, user: User) -> int:
    pairs = Conflict.objects.for_user(user).filter(entrant__round=round)
    return pairs.order_by().values("entrant", "user").distinct().count()


def sheets_of(entrant: Entrant) -> tuple[int, int]:
    """How many sheets one product has, and how many of them were sent."""
    found = entrant.sheets.reviews().aggregate(given=Count("pk"), sent=Count("pk", filter=Q(state=SheetState.SUBMITTED)))
    return found["given"], found["sent"]


def samples_of(round: Round, user: User) -> dict[str, int]:
    """How many samples are in which state."""
    rows = Sample.objects.for_user(user).filter(round=round).order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(SampleState.values, 0) | dict(rows)


def open_follow_ups(round: Round, user: User, *, runs: bool) -> QuerySet[FollowUp]:
    """What is still to be done since this round and every earlier one; an office sees its own area."""
    before = Round.objects.filter(Q(year__lt=round.year) | Q(year=round.year, pk__lt=round.pk))
    seen = FollowUp.objects.filter(~hidden_from(user, "entrant")) if runs else FollowUp.objects.for_user(user)
    rows = seen.filter(state=FollowUpState.OPEN)
    rows = rows.filter(Q(round=round) | Q(round__in=before.values("pk"))).select_related("round", "entrant")
    if not runs and may_anywhere(user, Action.EVALUATION_VIEW):
        rows = rows.filter(scope_q(user, Action.EVALUATION_VIEW, Reach(region="region_code")))
    return rows.order_by("due_on", "pk")


def log_of(round: Round, user: User, *, runs: bool, entrant: Entrant | None = None) -> QuerySet[RoundLogEntry]:
    """What happened, the newest first; names of reviewers and hints at scores are for those who run the round."""
    rows = RoundLogEntry.objects.for_user(user).filter(round=round).select_related("actor", "entrant")
    rows = rows.filter(entrant=entrant) if entrant else rows
    return (rows if runs else rows.exclude(kind__in=CONFIDENTIAL)).order_by("-pk")


def open_sheets(round: Round) -> QuerySet[Sheet]:
    """Sheets that were not sent, of people who may still send them: on the panel, without a conflict."""
    rows = Sheet.objects.reviews().filter(entrant__in=round.entrants.taking_part(), state=SheetState.OPEN)
    conflict = Conflict.objects.filter(entrant=OuterRef("entrant"), user=OuterRef("reviewer"))
    return rows.filter(~Exists(conflict), reviewer__in=round.members.filter(ended_at=None).values("user"))


def days_left(round: Round) -> int | None:
    """Days until the closing day of scoring: 0 on that day, negative after it; None outside scoring."""
    return (round.scoring_closes_on - timezone.localdate()).days if round.phase == Phase.SCORING else None
