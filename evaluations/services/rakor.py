"""The Rakor: meetings, attendance, the panel's decisions and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied, require
from evaluations import events, permissions, scoring
from evaluations.errors import Conflict, NotReady
from evaluations.models import AgendaItem, Attendance, ConsensusScore, Decision, Entrant, FollowUp, Level, Meeting, Round, Sample
from evaluations.rubrics import rubric_of
from evaluations.states import AgendaReason, AttendanceMode, DecisionMethod, FollowUpState, PanelRole, Phase, SampleState, SheetOrigin

if TYPE_CHECKING:
    from accounts.models import User

PRESENT = (AttendanceMode.IN_PERSON, AttendanceMode.ONLINE)


@transaction.atomic
def plan_meeting(*, actor: User, round: Round, meeting: Meeting | None = None, **fields: Any) -> Meeting:
    """Plan a Rakor, or change one that is not closed. Raises ValidationError, NotReady, Refused."""
    allowed = require(permissions.may_run(actor, round))
    row = _open_meeting(meeting) if meeting else Meeting(round=round)
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    events.record(round=round, kind="meeting_planned", actor=actor, mandate=allowed.mandate, comment=row.title)
    return row


def _open_meeting(meeting: Meeting) -> Meeting:
    """The meeting under lock, after its round as everywhere: a decision and the close of its meeting wait for each other."""
    Round.objects.select_for_update(of=("self",)).get(pk=meeting.round_id)
    fresh = Meeting.objects.select_for_update(of=("self",)).select_related("round").get(pk=meeting.pk)
    if fresh.closed_at:
        raise NotReady(_("This Rakor is closed; its minutes stay as they are."))
    return fresh


@transaction.atomic
def note_attendance(*, actor: User, meeting: Meeting, modes: Mapping[int, str]) -> Meeting:
    """Say for members of the panel (by account) how they take part. Raises NotReady for somebody else, Refused."""
    fresh = _open_meeting(meeting)
    require(permissions.may_run(actor, fresh.round))
    seats = set(fresh.round.members.values_list("user", flat=True))
    if set(modes) - seats or set(modes.values()) - set(AttendanceMode.values):
        raise NotReady(_("Only members of the panel take part."))
    for user, mode in modes.items():
        Attendance.objects.update_or_create(meeting=fresh, user_id=user, defaults={"mode": mode})
    return fresh


@transaction.atomic
def close_meeting(*, actor: User, meeting: Meeting, notes: str) -> Meeting:
    """End a Rakor with its minutes; nothing in it changes afterwards. Raises NotReady without the quorum, Refused."""
    fresh = _open_meeting(meeting)
    allowed = require(permissions.may_run(actor, fresh.round))
    answer = has_quorum(fresh)
    if isinstance(answer, Denied):
        raise NotReady(answer.reason)
    fresh.notes, fresh.closed_at = notes.strip(), timezone.now()
    fresh.save(update_fields=["notes", "closed_at"])
    events.record(round=fresh.round, kind="meeting_closed", actor=actor, mandate=allowed.mandate, comment=fresh.title)
    return fresh


def has_quorum(meeting: Meeting, entrant: Entrant | None = None) -> Answer:
    """Whether enough members are there; those with a conflict do not count for that product."""
    present = set(meeting.attendance.filter(mode__in=PRESENT).values_list("user", flat=True))
    if entrant is not None:
        present -= set(entrant.conflicts.values_list("user", flat=True))
    if len(present) >= meeting.round.quorum:
        return Allowed()
    words = _("%(there)s members without a conflict are there; a decision needs %(quorum)s.")
    return Denied(words % {"there": len(present), "quorum": meeting.round.quorum})


@transaction.atomic
def put_on_agenda(*, actor: User, entrant: Entrant, note: str = "") -> AgendaItem:
    """Ask the panel to settle a product although nothing made it disputed. Twice is once. Raises NotReady, Refused."""
    fresh = _locked(entrant)
    allowed = require(permissions.may_handle(actor, fresh))
    if fresh.round.phase not in (Phase.SCORING, Phase.RAKOR):
        raise NotReady(_("The agenda is made during scoring and the Rakor."))
    item, made = AgendaItem.objects.get_or_create(entrant=fresh, reason=AgendaReason.ASKED, defaults={"note": note.strip()[:300]})
    if made:
        events.record(round=fresh.round, entrant=fresh, kind="on_agenda", actor=actor, mandate=allowed.mandate, comment=item.note)
    return item


def _locked(entrant: Entrant) -> Entrant:
    Round.objects.select_for_update(of=("self",)).get(pk=entrant.round_id)
    return Entrant.objects.select_for_update(of=("self",)).select_related("round").get(pk=entrant.pk)


# --- decisions ------------------------------------------------------------------------------------------------------


def may_decide(user: User, entrant: Entrant) -> Answer:
    """The chair; the secretary for a product with which the chair has a conflict. Nobody with a conflict of their own."""
    if permissions.has_conflict(user, entrant):
        return permissions.CONFLICT
    seat = permissions.membership(user, entrant.round)
    chair = entrant.round.members.filter(role=PanelRole.CHAIR, ended_at=None).first()
    stands_in = seat is not None and seat.role == PanelRole.SECRETARY and chair is not None
    if stands_in and chair is not None and entrant.conflicts.filter(user=chair.user_id).exists():
        return Allowed(permissions.reviewer_mandate(user))
    return permissions.may_chair(user, entrant.round)


@transaction.atomic
def decide(
    *,
    actor: User,
    entrant: Entrant,
    meeting: Meeting,
    method: str,
    reason: str,
    expected: int,
    is_knocked_out: bool = False,
    consensus: Mapping[str, int] | None = None,
) -> Decision:
    """Settle one product in a Rakor with its quorum; deciding again replaces the former decision (history keeps it).

    `consensus` names for every criterion asked the level agreed on (1 = lowest). Raises NotReady, Conflict, Refused.
    """
    fresh = _locked(entrant)
    allowed = require(may_decide(actor, fresh))
    if fresh.round.phase != Phase.RAKOR:
        raise NotReady(_("Decisions are made in the Rakor."))
    session = _open_meeting(meeting)
    _check(fresh, session, method, reason)
    levels = _consensus_levels(fresh, consensus or {}) if method == DecisionMethod.CONSENSUS else []
    decision = _write(actor, fresh, session, expected, method=method, reason=reason.strip(), is_knocked_out=is_knocked_out)
    decision.scores.all().delete()
    ConsensusScore.objects.bulk_create(ConsensusScore(decision=decision, criterion_id=c, level_id=level) for c, level in levels)
    detail = {"method": method, "knocked_out": is_knocked_out}
    events.record(
        round=fresh.round, entrant=fresh, kind="decided", actor=actor, mandate=allowed.mandate, comment=reason.strip(), detail=detail
    )
    return decision


def _check(entrant: Entrant, meeting: Meeting, method: str, reason: str) -> None:
    if meeting.round_id != entrant.round_id:
        raise NotReady(_("This Rakor belongs to another round."))
    if not reason.strip():
        raise NotReady(_("Write the reason; it stands in the minutes."))
    if method not in DecisionMethod.values:
        raise NotReady(_("Choose how the panel settles it."))
    answer = has_quorum(meeting, entrant)
    if isinstance(answer, Denied):
        raise NotReady(answer.reason)
    sent = entrant.sheets.counted()
    if method == DecisionMethod.KEEP and not sent.exclude(origin=SheetOrigin.EXTRA).exists():
        raise NotReady(_("None of the reviewers first drawn has sent a sheet."))
    if method in (DecisionMethod.MEAN, DecisionMethod.MEDIAN) and not sent.exists():
        raise NotReady(_("Nobody has sent a sheet for this product."))


def _write(actor: User, entrant: Entrant, meeting: Meeting, expected: int, **fields: Any) -> Decision:
    decision = Decision.objects.filter(entrant=entrant).first() or Decision(entrant=entrant)
    if decision.lock_version != expected:
        raise Conflict(_("Somebody has decided this product meanwhile."), current=decision, typed=fields)
    for name, value in {**fields, "meeting": meeting, "decided_by": actor, "decided_at": timezone.now()}.items():
        setattr(decision, name, value)
    decision.lock_version += 1
    decision.full_clean()
    decision.save()
    return decision


def _consensus_levels(entrant: Entrant, consensus: Mapping[str, int]) -> list[tuple[int, int]]:
    received = Sample.objects.filter(entrant=entrant, state=SampleState.RECEIVED).exists()
    asked = scoring.asked(rubric_of(entrant), scoring.Circumstances(entrant.facts, received))
    missing = [criterion.code for criterion in asked if not consensus.get(criterion.code)]
    if missing:
        raise NotReady(_("Choose a level for every criterion."), needs=missing)
    wanted = {criterion.code for criterion in asked}
    rows = Level.objects.filter(
        criterion__section__instrument=entrant.instrument_id,
        criterion__section__family__in=("", entrant.family),
        criterion__code__in=wanted,
    )
    found = [
        (c, pk)
        for pk, c, code, position in rows.values_list("pk", "criterion", "criterion__code", "position")
        if consensus[code] == position
    ]
    if len(found) != len(wanted):
        raise NotReady(_("Choose a level for every criterion."))
    return found


# --- follow-ups -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_follow_up(*, actor: User, round: Round, meeting: Meeting | None = None, entrant: Entrant | None = None, **fields: Any) -> FollowUp:
    """Note what somebody does until when. Raises ValidationError, NotReady for a closed meeting or one of another round, Refused."""
    allowed = require(permissions.may_run(actor, round))
    if entrant is not None and not round.is_established:
        require(permissions.may_handle(actor, entrant))
    session = _open_meeting(meeting) if meeting else None
    if any(row is not None and row.round_id != round.pk for row in (session, entrant)):
        raise NotReady(_("This belongs to another round."))
    row = FollowUp(round=round, meeting=session, entrant=entrant, **fields)
    row.full_clean()
    row.save()
    events.record(round=round, entrant=row.entrant, kind="follow_up", actor=actor, mandate=allowed.mandate, comment=row.text)
    return row


@transaction.atomic
def settle_follow_up(*, actor: User, follow_up: FollowUp, state: str, note: str, round: Round | None = None) -> FollowUp:
    """Say what became of a follow-up, in its own round or, named as `round`, in a later one that carries it on.

    Raises NotReady without words or for an earlier round, Refused.
    """
    fresh = FollowUp.objects.select_for_update(of=("self",)).select_related("round", "entrant__round").get(pk=follow_up.pk)
    here = round or fresh.round
    allowed = require(permissions.may_run(actor, here))
    if (here.year, here.pk) < (fresh.round.year, fresh.round_id):
        raise NotReady(_("This follow-up is of a later round."))
    if fresh.entrant and not fresh.round.is_established and permissions.has_conflict(actor, fresh.entrant):
        require(permissions.CONFLICT)
    if state not in FollowUpState.values or (state != FollowUpState.OPEN and not note.strip()):
        raise NotReady(_("Write what came of it."))
    fresh.state, fresh.note, fresh.changed_at = state, note.strip(), timezone.now()
    fresh.full_clean()
    fresh.save()
    events.record(
        round=here,
        entrant=fresh.entrant if fresh.round_id == here.pk else None,
        kind="follow_up_settled",
        actor=actor,
        mandate=allowed.mandate,
        comment=f"{fresh.text}: {fresh.note}" if fresh.note else fresh.text,
        detail={"state": state},
    )
    return fresh
