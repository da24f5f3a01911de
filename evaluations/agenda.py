"""What the Rakor of a round has before it, by regency, and what is still to be done: reads for its pages and its minutes.

The right was asked of the round (its panel, and who runs it); here a conflict of interest hides the product.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from regions.models import Region

from .models import AgendaItem, Attendance, Conflict, Decision, Entrant, FollowUp, Meeting, PanelMember, Round
from .queries.rounds import hidden_from
from .services.rakor import PRESENT
from .states import FollowUpState, PanelRole

if TYPE_CHECKING:
    from accounts.models import User

    from .queries.rounds import EntrantQuerySet

ORDER = (PanelRole.CHAIR, PanelRole.SECRETARY, PanelRole.MEMBER)


def seen_by_panel(round: Round, user: User) -> EntrantQuerySet:
    """The products of a round a member of its panel may hear of: all but those a conflict hides."""
    return Entrant.objects.filter(round=round).visible_to(user)


def hides_something(round: Round, user: User) -> bool:
    """Whether a conflict of interest leaves something out for this person."""
    return Entrant.objects.filter(round=round).filter(hidden_from(user)).exists()


@dataclass(frozen=True)
class Line:
    """One product on the agenda: why, what was decided, and who does not judge it."""

    entrant: Entrant
    reasons: list[AgendaItem]
    decision: Decision | None
    apart: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """The agenda of one regency."""

    code: str
    name: str
    lines: list[Line]

    @property
    def undecided(self) -> int:
        return sum(line.decision is None for line in self.lines)


def names_of(codes: Collection[str]) -> dict[str, str]:
    """The names of these regions."""
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def agenda_of(round: Round, user: User, regencies: Collection[str] = ()) -> list[Part]:
    """The agenda by regency, or of these regencies alone, in a constant number of queries."""
    on_it = Exists(AgendaItem.objects.filter(entrant=OuterRef("pk")))
    rows = seen_by_panel(round, user).taking_part().filter(on_it).select_related("decision__meeting").prefetch_related("agenda")
    rows = rows.filter(regency_code__in=regencies) if regencies else rows
    entrants = list(rows.order_by("regency_code", "number"))
    apart, names = members_apart(entrants), names_of({row.regency_code for row in entrants})
    groups: dict[str, list[Line]] = {}
    for row in entrants:
        line = Line(row, list(row.agenda.all()), getattr(row, "decision", None), apart.get(row.pk, []))
        groups.setdefault(row.regency_code, []).append(line)
    return [Part(code, names.get(code, code), lines) for code, lines in groups.items()]


def members_apart(entrants: Collection[Entrant]) -> dict[int, list[str]]:
    """By product the members of the panel who do not judge it ("tidak ikut menilai"), without the reason."""
    seats = PanelMember.objects.filter(round=OuterRef("round"), user=OuterRef("user"), ended_at=None)
    rows = Conflict.objects.filter(Exists(seats), entrant__in=[row.pk for row in entrants]).order_by().distinct()
    found: dict[int, list[str]] = {}
    for entrant, name, login in rows.values_list("entrant", "user__display_name", "user__username"):
        found.setdefault(entrant, []).append(name or login)
    return {entrant: sorted(names) for entrant, names in found.items()}


@dataclass(frozen=True)
class Quorum:
    """How many take part without a conflict, and how many a decision needs."""

    there: int
    needed: int

    @property
    def is_met(self) -> bool:
        return self.there >= self.needed


def quorum_of(meeting: Meeting, entrant: Entrant | None = None) -> Quorum:
    """The quorum in numbers; the same rule as services/rakor.py asks."""
    rows = meeting.attendance.filter(mode__in=PRESENT)
    if entrant is not None:
        rows = rows.exclude(user__in=entrant.conflicts.values("user"))
    return Quorum(rows.count(), meeting.round.quorum)


def attendance_of(meeting: Meeting) -> list[tuple[PanelMember, str]]:
    """Everybody who sits on the panel, or took part before leaving it, with how they take part (empty: not noted)."""
    modes = dict(Attendance.objects.filter(meeting=meeting).values_list("user", "mode"))
    seats = PanelMember.objects.filter(Q(ended_at=None) | Q(user__in=modes), round=meeting.round_id)
    rows = sorted(seats.select_related("user"), key=lambda seat: (ORDER.index(seat.role), str(seat.user)))
    return [(seat, modes.get(seat.user_id, "")) for seat in rows]


def open_meetings(round: Round) -> QuerySet[Meeting]:
    """Meetings a decision can still be made in, the newest first."""
    return Meeting.objects.filter(round=round, closed_at=None).order_by("-starts_at", "-pk")


def follow_ups_of(round: Round, user: User) -> QuerySet[FollowUp]:
    """Those of this round, and the ones earlier rounds left open; adds nothing a conflict hides."""
    earlier = Q(round__year__lt=round.year) | Q(round__year=round.year, round__lt=round.pk)
    rows = FollowUp.objects.filter(Q(round=round) | earlier & Q(state=FollowUpState.OPEN))
    return rows.filter(~hidden_from(user, "entrant")).select_related("round", "entrant", "meeting").order_by("due_on", "pk")


def carried(rows: Collection[FollowUp]) -> list[dict[str, Any]]:
    """Follow-ups with the name of their area."""
    names = names_of({row.region_code for row in rows})
    return [{"row": row, "place": names.get(row.region_code, row.region_code)} for row in rows]
