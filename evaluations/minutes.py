"""Berita acara on A4: of one meeting, or of a whole round with its ranking. Always in Indonesian.

A copy for somebody with a conflict of interest leaves the product out until the results are established, says that it
is not complete, and prints no ranking at all: a gap in the places would tell the place.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.formatting import date_long, date_short, moment, number

from . import agenda
from .models import Decision, Entrant, FollowUp, Meeting, Result, Round
from .services.rakor import PRESENT
from .states import CLOSED_PHASES, AttendanceMode, DecisionMethod, PanelRole

if TYPE_CHECKING:
    from accounts.models import User

TEMPLATE = Path(__file__).parent / "typst" / "minutes.typ"
Data = dict[str, Any]
# Every change of a decision, written by a trigger: what a closed meeting decided stays in its minutes for good.
History = Decision.pgh_event_model  # type: ignore[attr-defined] # made by its decorator


def of_meeting(meeting: Meeting, user: User) -> bytes:
    """Attendance, agenda, decisions and follow-ups of one meeting as this person may read them."""
    with translation.override("id"):
        round = meeting.round
        parts = agenda.agenda_of(round, user, meeting.regency_codes)
        made = decided_in(meeting, user)
        shown = {row.entrant_id for row in made} | {line.entrant.pk for part in parts for line in part.lines}
        followed = agenda.follow_ups_of(round, user).filter(meeting=meeting)
        data = _frame(round, user, [meeting], shown) | {
            "kind": _("Minutes of a Rakor"),
            "heading": meeting.title,
            "decisions": [_decision(row, meeting) for row in made],
            "waiting": [_name(line.entrant) for part in parts for line in part.lines if line.decision is None],
            "follow_ups": _follow_ups(followed),
            "ranking": [],
            "standing": _("This Rakor is not closed yet: a draft.") if meeting.closed_at is None else "",
        }
        return _compile(data)


def of_round(round: Round, user: User) -> bytes:
    """All meetings and decisions of a round, and its ranking once it is closed, as this person may read them."""
    with translation.override("id"):
        seen = agenda.seen_by_panel(round, user)
        made = list(Decision.objects.filter(entrant__in=seen).select_related("entrant", "meeting").order_by("entrant__number"))
        meetings = list(round.meetings.order_by("starts_at", "pk"))
        complete = not agenda.hides_something(round, user)
        closed = round.phase in CLOSED_PHASES
        data = _frame(round, user, meetings, None) | {
            "kind": _("Minutes of the evaluation"),
            "heading": round.name,
            "decisions": [_decision(row, row.meeting, tell_meeting=True) for row in made],
            "waiting": [_name(row) for row in seen.taking_part().disputed().order_by("number")],
            "follow_ups": _follow_ups(agenda.follow_ups_of(round, user)),
            "ranking": _ranking(round, user) if closed and complete else [],
            "standing": "" if closed else _("The round is not closed yet: a draft without ranking."),
        }
        return _compile(data)


def decided_in(meeting: Meeting, user: User) -> list[Any]:
    """What a meeting decided last on each product, also where a later meeting decided again."""
    seen = agenda.seen_by_panel(meeting.round, user)
    rows = History.objects.filter(meeting=meeting.pk, entrant__in=seen).select_related("entrant", "pgh_obj__meeting")
    return list(rows.order_by("entrant__number", "-pgh_id").distinct("entrant__number"))


def _frame(round: Round, user: User, meetings: Collection[Meeting], shown: set[int] | None) -> Data:
    """What every berita acara has: round, instrument, meetings with attendance, who did not judge, signatures."""
    entrants = agenda.seen_by_panel(round, user).order_by("number")
    rows = list(entrants if shown is None else entrants.filter(pk__in=shown))
    seats = {meeting.pk: agenda.attendance_of(meeting) for meeting in meetings}
    instruments = dict.fromkeys(row.instrument for row in round.families.select_related("instrument"))
    return {
        "round": round.name,
        "instruments": [f"{one} ({_('Proposal')})" if one.is_proposal else str(one) for one in instruments],
        "meetings": [_meeting(meeting, seats[meeting.pk]) for meeting in meetings],
        "apart": _apart(rows),
        "incomplete": agenda.hides_something(round, user),
        "signatures": _signatures(seats.values()),
        "printed": moment(timezone.now()),
        "waits": round.phase == "closed",
        "words": _words(),
    }


def _meeting(meeting: Meeting, seats: Iterable[tuple[Any, str]]) -> Data:
    labels = dict(AttendanceMode.choices)
    quorum = agenda.quorum_of(meeting)
    words = _("%(there)s members took part; a valid Rakor needs %(needed)s.") % {"there": quorum.there, "needed": quorum.needed}
    rows = [[str(seat.user), str(seat.get_role_display()), str(labels.get(mode, _("not noted")))] for seat, mode in seats]
    where = {"title": meeting.title, "at": moment(meeting.starts_at), "place": meeting.place}
    return {**where, "notes": meeting.notes, "quorum": words, "seats": rows}


def _apart(entrants: Collection[Entrant]) -> list[list[str]]:
    found = agenda.members_apart(entrants)
    return [[_name(row), ", ".join(found[row.pk])] for row in entrants if row.pk in found]


def _name(entrant: Entrant) -> str:
    return f"{entrant.number}. {entrant.name} ({entrant.producer_name})"


def _decision(row: Any, meeting: Meeting, *, tell_meeting: bool = False) -> Data:
    """One decision, as a row of today or of the history."""
    now: Decision = getattr(row, "pgh_obj", row)
    later = "" if now.meeting_id == meeting.pk else _("Decided again in “%(meeting)s”.") % {"meeting": now.meeting}
    return {
        "product": _name(row.entrant),
        "method": str(dict(DecisionMethod.choices)[row.method]),
        "out": _("Knocked out.") if row.is_knocked_out else "",
        "reason": row.reason,
        "note": f"{meeting}, {date_short(row.decided_at)}" if tell_meeting else later,
    }


def _follow_ups(rows: Iterable[FollowUp]) -> list[list[str]]:
    return [
        [
            one["row"].text + (f" ({one['row'].entrant.name})" if one["row"].entrant else ""),
            one["row"].owner,
            one["place"],
            date_short(one["row"].due_on),
            ": ".join(part for part in (str(one["row"].get_state_display()), one["row"].note) if part),
        ]
        for one in agenda.carried(list(rows))
    ]


def _ranking(round: Round, user: User) -> list[list[str]]:
    """The places of the newest close; those knocked out at the end, without a place."""
    rows = Result.objects.for_user(user).current().filter(result_set__round=round).select_related("entrant")
    found = sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.entrant.number))
    names = agenda.names_of({row.entrant.regency_code for row in found})
    return [
        [
            str(row.rank or "–"),
            _name(row.entrant),
            names.get(row.entrant.regency_code, row.entrant.regency_code),
            number(row.total, 2),
            _("knocked out") if row.is_knocked_out else str(row.stars),
        ]
        for row in found
    ]


def _signatures(seats: Iterable[list[tuple[Any, str]]]) -> list[list[str]]:
    """Chair and secretary, then every other member who took part, each once."""
    people = {
        seat.user_id: [str(seat.get_role_display()), str(seat.user)]
        for rows in seats
        for seat, mode in rows
        if mode in PRESENT or seat.role in (PanelRole.CHAIR, PanelRole.SECRETARY)
    }
    return list(people.values())


def _compile(data: Data) -> bytes:
    return typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})


def _words() -> dict[str, str]:
    """Every fixed word of the paper."""
    return {
        "title": _("Minutes"),
        "incomplete": _(
            "This copy is not complete: products with which its reader has a conflict of interest are left out, and the ranking with them."
        ),
        "waits": _("Waits for the decree. The ranking counts only once a decree establishes it."),
        "instruments": _("Instrument"),
        "attendance": _("Attendance"),
        "person": _("Name"),
        "seat": _("Seat"),
        "how": _("How"),
        "apart": _("Does not judge (conflict of interest)"),
        "product": _("Product"),
        "members": _("Members who do not judge it"),
        "decisions": _("Decisions"),
        "reason": _("Reason"),
        "none": _("None."),
        "waiting": _("On the agenda, not decided yet"),
        "notes": _("Notes"),
        "follow_ups": _("Follow-ups"),
        "task": _("What is to be done"),
        "owner": _("Who does it"),
        "area": _("Area"),
        "until": _("Until"),
        "state": _("State"),
        "ranking": _("Ranking"),
        "rank": _("Rank"),
        "regency": _("Regency or city"),
        "points": _("Points"),
        "stars": _("Stars"),
        "signed": _("Signed by the panel"),
        "day": _("Place and day"),
        "today": date_long(timezone.localdate()),
        "printed": _("Printed"),
        "page": _("Page"),
    }
