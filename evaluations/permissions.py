"""Permission answers of the evaluation: who runs a round, who judges, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied, mandates_for, may, may_anywhere
from accounts.states import Action
from common.formatting import date_long

from .states import BEFORE_SCORING, PanelRole, SheetKind, SheetState

if TYPE_CHECKING:
    from accounts.models import Mandate, User

    from .models import Entrant, PanelMember, Round, Sheet

NOT_ON_PANEL = Denied(_("You are not on the panel of this round."))
NO_MANDATE = Denied(_("Your mandate as a reviewer is not in force."))
CONFLICT = Denied(_("You have a conflict of interest with this product, so you cannot judge it."))
ALREADY_SENT = Denied(_("This sheet has been sent. Open it again first; that is possible until the round closes."))


def reviewer_mandate(user: User | AnonymousUser) -> Mandate | None:
    """The current mandate as a reviewer; None for everybody else."""
    return next(iter(mandates_for(user, Action.ASSESS)), None)


def membership(user: User | AnonymousUser, round: Round) -> PanelMember | None:
    """The seat of a person on the panel today; none without a current reviewer mandate."""
    if not user.pk or reviewer_mandate(user) is None:
        return None
    return round.members.filter(user=user.pk, ended_at=None).first()


def may_manage(user: User | AnonymousUser) -> Answer:
    """Whether the user opens rounds, names panels and enters decrees: the province."""
    return may_anywhere(user, Action.ROUND_MANAGE)


def may_run(user: User | AnonymousUser, round: Round) -> Answer:
    """Whether the user runs the round day by day: its chair or secretary, or the province."""
    seat = membership(user, round)
    if seat is not None and seat.role in (PanelRole.CHAIR, PanelRole.SECRETARY):
        return Allowed(reviewer_mandate(user))
    answer = may_manage(user)
    return answer or Denied(_("Only the chair, the secretary and the province can do this."))


def may_chair(user: User | AnonymousUser, round: Round) -> Answer:
    """Whether the user is the chair, who confirms knock-outs, closes, reopens and answers objections."""
    seat = membership(user, round)
    if seat is not None and seat.role == PanelRole.CHAIR:
        return Allowed(reviewer_mandate(user))
    return Denied(_("Only the chair of the panel can do this."))


def may_sit_in(user: User | AnonymousUser, round: Round) -> Answer:
    """Whether the user reads the pages of the Rakor: the panel, and who runs the round."""
    if membership(user, round) is not None:
        return Allowed(reviewer_mandate(user))
    return may_manage(user) or NOT_ON_PANEL


def may_weigh(user: User | AnonymousUser, round: Round) -> Answer:
    """Whether the user sees how strictly each reviewer scores: the chair and the secretary."""
    seat = membership(user, round)
    if seat is not None and seat.role in (PanelRole.CHAIR, PanelRole.SECRETARY):
        return Allowed(reviewer_mandate(user))
    return Denied(_("Only the chair and the secretary see this."))


def may_recompute(user: User | AnonymousUser, round: Round) -> Answer:
    """Whether the user has results computed again and compared: the province and the chair."""
    return may_manage(user) or may_chair(user, round)


def has_conflict(user: User | AnonymousUser, entrant: Entrant) -> bool:
    """Whether a conflict of interest of this person with this product is on record."""
    return entrant.conflicts.filter(user=user.pk).exists()


def may_handle(user: User | AnonymousUser, entrant: Entrant) -> Answer:
    """Whether the user runs the round and has no conflict of interest with this product of it."""
    return CONFLICT if has_conflict(user, entrant) else may_run(user, entrant.round)


def may_judge(user: User | AnonymousUser, sheet: Sheet) -> Answer:
    """Whether the user may write in this sheet now: the own one, open, of a round that takes scores, without a conflict."""
    if sheet.kind == SheetKind.SELF:
        return may_answer(user, sheet.entrant)
    mandate = reviewer_mandate(user)
    if sheet.reviewer_id != user.pk:
        return NOT_ON_PANEL
    if mandate is None or membership(user, sheet.entrant.round) is None:
        return NO_MANDATE
    if has_conflict(user, sheet.entrant):
        return CONFLICT
    return is_writable(sheet) and Allowed(mandate)


def is_writable(sheet: Sheet) -> Answer:
    """Whether the sheet takes answers now, whoever writes."""
    if sheet.state == SheetState.SUBMITTED:
        return ALREADY_SENT
    if sheet.state == SheetState.VOID:
        return Denied(_("This sheet does not count any more: %(reason)s") % {"reason": sheet.state_reason})
    return scoring_open(sheet.entrant.round)


def scoring_open(round: Round) -> Answer:
    """Whether scores are taken now; the refusal says since or until when they are not."""
    if round.takes_scores():
        return Allowed()
    if timezone.localdate() < round.scoring_opens_on:
        return Denied(_("Scoring has not begun. It is open from %(day)s.") % {"day": date_long(round.scoring_opens_on)})
    if round.phase in BEFORE_SCORING:
        return Denied(_("Scoring has not begun. The secretary starts it when the documents are checked."))
    return Denied(_("Scoring has ended, so nothing is changed on the sheets any more."))


def may_answer(user: User | AnonymousUser, entrant: Entrant) -> Answer:
    """Whether the user answers for the producer: its head, operator or companion."""
    return may(user, Action.EVALUATION_ANSWER, region_code=entrant.region_code, pillar=entrant.pillar, unit_code=entrant.producer_code)


def may_appeal(user: User | AnonymousUser, entrant: Entrant) -> Answer:
    """Whether the user may object to the result: the producer's head."""
    return may(user, Action.APPEAL_RAISE, region_code=entrant.region_code, pillar=entrant.pillar, unit_code=entrant.producer_code)


def may_visit(user: User | AnonymousUser, entrant: Entrant) -> Answer:
    """Whether the user may note a visit: officers of the area, without a conflict they would judge by."""
    if has_conflict(user, entrant):
        return CONFLICT
    return may(user, Action.VISIT_RECORD, region_code=entrant.region_code, pillar=entrant.pillar)
