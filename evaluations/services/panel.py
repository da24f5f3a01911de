"""The panel of a round: who sits on it, who steps back, and which sheets do not count any more because of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate, User
from accounts.permissions import Allowed, Denied, require
from accounts.states import Role
from evaluations import events, permissions
from evaluations.errors import Conflict as Stale
from evaluations.errors import NotReady
from evaluations.models import Conflict, Entrant, PanelMember, Round, Sheet
from evaluations.queries.panel import in_office, sitting
from evaluations.queries.rounds import RUNNERS
from evaluations.services import conflicts
from evaluations.states import CLOSED_PHASES, PanelRole, SheetState
from registry.models import Notice

if TYPE_CHECKING:
    from django.utils.functional import Promise

CLOSED = _("The round is closed; its panel does not change any more.")
ROLE_TAKEN: dict[str, str | Promise] = {
    PanelRole.CHAIR: _("The panel already has a chair. Give that person another seat first."),
    PanelRole.SECRETARY: _("The panel already has a secretary. Give that person another seat first."),
}
NOT_A_REVIEWER = _("This person holds no current mandate as a reviewer. Give them one on the page of accounts first.")


def locked_round(round: Round) -> Round:
    """The round under lock; every service of the panel and the draw takes it first."""
    return Round.objects.select_for_update(of=("self",)).get(pk=round.pk)


@transaction.atomic
def add_member(
    *,
    actor: User,
    round: Round,
    user: User,
    role: str = PanelRole.MEMBER,
    scores: bool = True,
    families: Sequence[str] = (),
    load_limit: int | None = None,
) -> PanelMember:
    """Seat a person with a current reviewer mandate, again when they once left; their conflicts are computed at once.

    Raises Refused, NotReady (round closed, seat taken, no mandate), Conflict (already on the panel).
    """
    fresh, allowed = _open_panel(actor, round)
    if not Mandate.objects.current().filter(user=user, role=Role.REVIEWER).exists():
        raise NotReady(NOT_A_REVIEWER)
    member = fresh.members.filter(user=user).first() or PanelMember(round=fresh, user=user)
    if member.pk and member.ended_at is None:
        raise Stale(_("This person already sits on the panel."), current=member)
    member.ended_at, member.ended_reason = None, ""
    _seat(member, role=role, scores=scores, families=families, load_limit=load_limit)
    events.record(round=fresh, kind="member_added", actor=actor, mandate=allowed.mandate, detail=_told(member))
    _settle(fresh, actor)
    return member


@transaction.atomic
def change_seat(
    *, actor: User, member: PanelMember, role: str, scores: bool, families: Sequence[str] = (), load_limit: int | None = None
) -> PanelMember:
    """Change role, expertise and limit. Sheets already given stay: a new draw takes the change into account.

    Raises Refused, NotReady (round closed, seat taken), Conflict (the person left meanwhile).
    """
    fresh, allowed = _open_panel(actor, member.round)
    row = _sitting_member(fresh, member)
    _seat(row, role=role, scores=scores, families=families, load_limit=load_limit)
    events.record(round=fresh, kind="member_changed", actor=actor, mandate=allowed.mandate, detail=_told(row))
    _settle(fresh, actor)
    return row


@transaction.atomic
def end_member(*, actor: User, member: PanelMember, reason: str) -> PanelMember:
    """Let a person leave the panel: open sheets do not count any more, sent ones stay. Raises Refused, NotReady, Conflict."""
    fresh, allowed = _open_panel(actor, member.round)
    row = _sitting_member(fresh, member)
    row.ended_at, row.ended_reason = timezone.now(), needed(reason)[:300]
    row.save(update_fields=["ended_at", "ended_reason"])
    events.record(round=fresh, kind="member_ended", actor=actor, mandate=allowed.mandate, comment=reason, detail=_told(row))
    _void(fresh, _open_sheets(fresh, [row.user_id]), now_said("The person left the panel."), actor, "sheet_voided")
    return row


@transaction.atomic
def declare_conflict(*, actor: User, round: Round, code: str, reason: str) -> bool:
    """Declare an own conflict with the product of this code; whether it takes part. Raises Refused, NotReady.

    Doors say the same words for both answers: what a conflict hides stays hidden. Works as long as the round is open.
    """
    fresh = locked_round(round)
    require((permissions.membership(actor, fresh) is not None and Allowed()) or permissions.NOT_ON_PANEL)
    _refuse_closed(fresh)
    entrant = fresh.entrants.select_for_update(of=("self",)).filter(code=code).first()
    words = needed(reason)
    if entrant is None:
        return False
    _step_back(entrant, actor, words, "conflict_declared")
    return True


@transaction.atomic
def recuse(*, actor: User, entrant: Entrant, reason: str) -> Conflict:
    """Step back from an own sheet, sent or not: it does not count any more and the product is hidden from the person.

    Raises Refused (no sheet of theirs), NotReady (no reason, round closed).
    """
    fresh = locked_round(entrant.round)
    row = Entrant.objects.select_for_update(of=("self",)).get(pk=entrant.pk)
    if not row.sheets.reviews().filter(reviewer=actor).exists():
        require(Denied(_("You have no sheet for this product.")))
    _refuse_closed(fresh)
    return _step_back(row, actor, needed(reason), "recused")


def _step_back(entrant: Entrant, user: User, reason: str, kind: str) -> Conflict:
    conflict = conflicts.note_declared(entrant=entrant, user=user, reason=reason)
    mandate = permissions.reviewer_mandate(user)
    events.record(round=entrant.round, entrant=entrant, kind=kind, actor=user, mandate=mandate, comment=reason, detail={"user": user.pk})
    own = entrant.sheets.reviews().filter(reviewer=user)
    _void(entrant.round, own, now_said("The reviewer declared a conflict of interest."), user, "sheet_voided")
    forget_notices([conflict])
    return conflict


@transaction.atomic
def settle(*, round: Round, actor: User | None = None) -> int:
    """Refresh the conflicts and void what they and ended mandates make void; how many sheets that were. Safe to run twice.

    Before every draw, at every change of the panel and once a day. A closed round is left as it is.
    """
    fresh = locked_round(round)
    return 0 if fresh.phase in CLOSED_PHASES else _settle(fresh, actor)


def _settle(round: Round, actor: User | None) -> int:
    new = conflicts.refresh(round=round)
    forget_notices(new)
    conflicted = Conflict.objects.filter(entrant=OuterRef("entrant"), user=OuterRef("reviewer"))
    rows = Sheet.objects.reviews().filter(Exists(conflicted), entrant__round=round)
    voided = _void(round, rows, now_said("A conflict of interest was found."), actor, "conflict_found")
    lapsed = sitting(round).exclude(pk__in=in_office(round).values("pk")).values_list("user", flat=True)
    return voided + _void(round, _open_sheets(round, lapsed), now_said("The mandate as a reviewer has ended."), actor, "sheet_voided")


def _void(round: Round, rows: QuerySet[Sheet], reason: str, actor: User | None, kind: str) -> int:
    """The sheets do not count any more, each with a line in the log; entrants are locked before sheets."""
    pks = list(rows.values_list("pk", flat=True))
    if not pks:
        return 0
    list(Entrant.objects.select_for_update(of=("self",)).filter(sheets__in=pks).order_by("pk"))
    sheets = list(Sheet.objects.reviews().select_for_update(of=("self",)).select_related("entrant").filter(pk__in=pks).order_by("pk"))
    for sheet in sheets:
        was = sheet.state
        sheet.state, sheet.state_reason = SheetState.VOID, reason[:300]
        sheet.lock_version += 1
        detail = {"user": sheet.reviewer_id, "sheet": str(sheet.key), "was": was}
        events.record(round=round, entrant=sheet.entrant, kind=kind, actor=actor, comment=reason, detail=detail)
    Sheet.objects.bulk_update(sheets, ["state", "state_reason", "lock_version"], batch_size=500)
    _ask_for_substitutes(round)
    return len(sheets)


def _ask_for_substitutes(round: Round) -> None:
    """One unread notice to chair and secretary. It names no product: they may have a conflict of their own with it."""
    path = f"/penilaian/periode/{round.code}/panel/"
    runners = in_office(round).filter(role__in=RUNNERS).values_list("user", flat=True)
    waiting = set(Notice.objects.filter(user__in=runners, kind="substitute_needed", path=path, read_at=None).values_list("user", flat=True))
    detail = {"round": round.name}
    Notice.objects.bulk_create(
        Notice(user_id=user, kind="substitute_needed", detail=detail, path=path) for user in runners if user not in waiting
    )


def void_moved(*, sheets: list[Sheet]) -> None:
    """Void untouched sheets that a draw gives to somebody else; the caller holds their locks and writes the log."""
    for sheet in sheets:
        sheet.state, sheet.state_reason = SheetState.VOID, now_said("Drawn anew before anything was written.")
        sheet.lock_version += 1
    Sheet.objects.bulk_update(sheets, ["state", "state_reason", "lock_version"], batch_size=500)


def forget_notices(rows: Iterable[Conflict]) -> None:
    """Take back what these people were told about these products in this round: a notice is a channel too."""
    pairs = {(row.user_id, row.entrant_id) for row in rows}
    entrants = Entrant.objects.select_related("round").in_bulk({entrant for _user, entrant in pairs})
    users_of: dict[int, list[int]] = {}
    for user, number in pairs:
        users_of.setdefault(number, []).append(user)
    told = Notice.objects.filter(user__in={user for user, _entrant in pairs}, path__startswith="/penilaian/")
    if not told.exists():
        return
    for key, users in users_of.items():
        entrant = entrants[key]
        for part in _addresses(entrant):
            told.filter(user__in=users, path__contains=part).delete()
        told.filter(user__in=users, detail__product=entrant.name).delete()


def _addresses(entrant: Entrant) -> list[str]:
    """How an address of this product in its round, or of one of its sheets, can be told."""
    keys = entrant.sheets.values_list("key", flat=True)
    return [f"/penilaian/periode/{entrant.round.code}/peserta/{entrant.number}/", *(f"/{key}/" for key in keys)]


def _open_sheets(round: Round, users: Iterable[int]) -> QuerySet[Sheet]:
    return Sheet.objects.reviews().filter(entrant__round=round, reviewer__in=list(users), state=SheetState.OPEN)


def needed(reason: str) -> str:
    """The reason, trimmed; raises NotReady when there is none."""
    words = reason.strip()
    if not words:
        raise NotReady(_("Write the reason."))
    return words


def _open_panel(actor: User, round: Round) -> tuple[Round, Allowed]:
    fresh = locked_round(round)
    allowed = require(permissions.may_manage(actor))
    _refuse_closed(fresh)
    return fresh, allowed


def _refuse_closed(round: Round) -> None:
    if round.phase in CLOSED_PHASES:
        raise NotReady(CLOSED)


def _sitting_member(round: Round, member: PanelMember) -> PanelMember:
    row = sitting(round).select_for_update(of=("self",)).filter(pk=member.pk).first()
    if row is None:
        raise Stale(_("This person has left the panel meanwhile."))
    return row


def _seat(member: PanelMember, **values: Any) -> None:
    """Write the seat; one chair, one secretary. The round is locked, so nobody takes the seat in between."""
    taken = sitting(member.round).filter(role=values["role"]).exclude(pk=member.pk)
    if values["role"] in ROLE_TAKEN and taken.exists():
        raise NotReady(ROLE_TAKEN[values["role"]])
    known = set(member.round.families.values_list("family", flat=True))
    if set(values["families"]) - known:
        raise ValidationError({"families": _("Choose families of this round.")})
    for name, value in {**values, "families": sorted(values["families"])}.items():
        setattr(member, name, value)
    member.full_clean(exclude=["round", "user"], validate_constraints=False)
    member.save()


def _told(member: PanelMember) -> dict[str, Any]:
    return {
        "user": member.user_id,
        "role": member.role,
        "scores": member.scores,
        "families": member.families,
        "load_limit": member.load_limit,
    }
