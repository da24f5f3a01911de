"""Giving out sheets: the draw, the draw anew, substitutes and one more reviewer. Order of locks: round, products, sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, require
from evaluations import draw_plan, events, permissions
from evaluations.draw_plan import Plan, make_plan
from evaluations.errors import Conflict, NotReady
from evaluations.models import Entrant, Round, Sheet
from evaluations.states import CLOSED_PHASES, SheetOrigin, SheetState

from . import panel

if TYPE_CHECKING:
    from accounts.models import User

CHANGED = _("Somebody was faster, or something has changed since this page was opened. Look at the draw again.")
NOTHING = _("Nothing is missing: every product has its reviewers.")
SHORT = _("The draw is not possible as asked. What is short stands below.")
NOBODY = _("Nobody on the panel is free for this product: all have a conflict of interest, hold it already or are at their limit.")
NOT_FREE = _("This person cannot take the product: a conflict of interest, their limit, or a sheet they already have.")
FULL = _("This product has its reviewers; no substitute is needed.")


def draw_reviewers(*, actor: User | None, round: Round, seed: int | None = None, seen: str = "", even_short: bool = False) -> list[Sheet]:
    """Give every complete product the reviewers it still lacks; sheets that exist stay where they are.

    `seen` is the token of the plan on the screen: anything that changed it raises Conflict. Without an actor it is the
    server's operator who draws. Raises Refused, NotReady (nothing missing; or short, `needs` lists the shortages).
    """
    return _draw(actor, round, "drawn", seed=seed, anew=False, seen=seen, even_short=even_short)


def rebalance(*, actor: User | None, round: Round, seed: int | None = None, seen: str = "", even_short: bool = False) -> list[Sheet]:
    """Draw again with the drawn sheets nobody has written in; all others stay. Who had a product keeps it where loads allow."""
    return _draw(actor, round, "redrawn", seed=seed, anew=True, seen=seen, even_short=even_short)


@transaction.atomic
def _draw(actor: User | None, round: Round, kind: str, *, seed: int | None, anew: bool, seen: str, even_short: bool) -> list[Sheet]:
    fresh = panel.locked_round(round)
    allowed = require(permissions.may_run(actor, fresh)) if actor else Allowed()
    _refuse_closed(fresh)
    panel.settle(round=fresh, actor=actor)
    plan = make_plan(fresh, seed=fresh.seed if seed is None else seed, anew=anew)
    _check(plan, seen, even_short)
    if anew:
        _free(plan)
    sheets = _give(plan)
    events.record(round=fresh, kind=kind, actor=actor, mandate=allowed.mandate, detail=_told(plan, sheets))
    return sheets


def _refuse_closed(round: Round) -> None:
    if round.phase in CLOSED_PHASES:
        raise NotReady(panel.CLOSED)


def _check(plan: Plan, seen: str, even_short: bool) -> None:
    if seen and seen != plan.token:
        raise Conflict(CHANGED, current=plan)
    if plan.assignment.shortages and not even_short:
        raise NotReady(SHORT, needs=list(plan.assignment.shortages))
    if not plan.assignment.sheets and not any(plan.calibration.values()):
        raise NotReady(NOTHING)


def _free(plan: Plan) -> None:
    """Void the untouched sheets that move to another person; one written in since the plan was made makes it stale."""
    stays = set(plan.given)
    moving = [sheet.pk for sheet in plan.freed if (sheet.entrant_id, sheet.reviewer_id) not in stays]
    locked = Sheet.objects.untouched().select_for_update(of=("self",)).filter(pk__in=moving).order_by("pk")
    if len(locked) != len(moving):
        raise Conflict(CHANGED)
    panel.void_moved(sheets=list(locked))


def _give(plan: Plan) -> list[Sheet]:
    have = {(sheet.entrant_id, sheet.reviewer_id) for sheet in plan.freed}
    drawn = [Sheet(entrant_id=entrant, reviewer_id=user) for entrant, user in plan.given if (entrant, user) not in have]
    common = [
        Sheet(entrant_id=entrant, reviewer_id=user, origin=SheetOrigin.CALIBRATION)
        for entrant, users in plan.calibration.items()
        for user in users
    ]
    rows = sorted([*common, *drawn], key=lambda sheet: (sheet.entrant_id, sheet.reviewer_id))
    return Sheet.objects.bulk_create(rows, batch_size=2000)


def _told(plan: Plan, sheets: list[Sheet]) -> dict[str, Any]:
    loads = list(plan.assignment.loads.values()) or [0]
    return {"seed": plan.seed, "sheets": len(sheets), "least": min(loads), "most": max(loads), "short": len(plan.assignment.shortages)}


# --- one product ----------------------------------------------------------------------------------------------------


@transaction.atomic
def name_substitute(*, actor: User, entrant: Entrant, user: User | None = None, instead_of: User | None = None) -> Sheet:
    """Give a product that lost a reviewer another one: the person named, or one drawn. The log says who for whom.

    Raises Refused, NotReady (round closed, nobody free, not needed), Conflict (the person is not free any more).
    """
    fresh, row, allowed = _one(actor, entrant)
    if _standing(row) >= fresh.reviewers_per_product:
        raise Conflict(FULL)
    chosen = _chosen(fresh, row, user)
    lost = instead_of or _last_lost(row)
    detail = {"user": chosen.pk, "instead_of": lost.pk if lost else None, "drawn": user is None}
    events.record(round=fresh, entrant=row, kind="substituted", actor=actor, mandate=allowed.mandate, detail=detail)
    return Sheet.objects.create(entrant=row, reviewer=chosen, origin=SheetOrigin.SUBSTITUTE)


@transaction.atomic
def add_reviewer(*, entrant: Entrant, actor: User | None = None) -> Sheet | None:
    """One more reviewer because the sheets lie far apart; once a product, None when it has one or nobody is free."""
    fresh = panel.locked_round(entrant.round)
    row = Entrant.objects.select_for_update(of=("self",)).get(pk=entrant.pk)
    if fresh.phase in CLOSED_PHASES or row.sheets.reviews().filter(origin=SheetOrigin.EXTRA).exists():
        return None
    panel.settle(round=fresh, actor=actor)
    chosen = draw_plan.draw_one(fresh, row, seed=fresh.seed)
    detail = {"user": chosen.pk if chosen else None}
    events.record(round=fresh, entrant=row, kind="extra_reviewer", actor=actor, detail=detail)
    return Sheet.objects.create(entrant=row, reviewer=chosen, origin=SheetOrigin.EXTRA) if chosen else None


def _one(actor: User, entrant: Entrant) -> tuple[Round, Entrant, Allowed]:
    """The round, then the product, locked; refused to those a conflict hides it from."""
    fresh = panel.locked_round(entrant.round)
    allowed = require(permissions.may_run(actor, fresh))
    _refuse_closed(fresh)
    panel.settle(round=fresh, actor=actor)
    row = Entrant.objects.select_for_update(of=("self",)).get(pk=entrant.pk)
    require(permissions.CONFLICT if permissions.has_conflict(actor, row) else allowed)
    return fresh, row, allowed


def _standing(entrant: Entrant) -> int:
    return entrant.sheets.reviews().exclude(origin=SheetOrigin.EXTRA).count()


def _last_lost(entrant: Entrant) -> User | None:
    """The reviewer whose sheet went last and has no substitute yet."""
    lost = entrant.sheets.filter(kind="review", state=SheetState.VOID).select_related("reviewer").order_by("-pk").first()
    return lost.reviewer if lost else None


def _chosen(round: Round, entrant: Entrant, user: User | None) -> User:
    if user is None:
        return _or_not_ready(draw_plan.draw_one(round, entrant, seed=round.seed), NOBODY)
    free = {member.user_id: member.user for member, _load in draw_plan.substitutes_for(round, entrant)}
    if user.pk not in free:
        raise Conflict(NOT_FREE)
    return free[user.pk]


def _or_not_ready(user: User | None, reason: str | Promise) -> User:
    if user is None:
        raise NotReady(reason)
    return user
