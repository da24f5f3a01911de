"""A producer's one objection to an established result, and the chair's answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, notices, permissions
from evaluations.errors import NotReady
from evaluations.models import Appeal, Result
from evaluations.states import AppealOutcome
from registry.calendar import add_working_days

from .rakor import may_decide

if TYPE_CHECKING:
    from accounts.models import User


def last_appeal_day(result: Result) -> dt.date | None:
    """The last WITA day (until 23.59) on which the producer may object: working days after the decree was entered."""
    decree = getattr(result.result_set, "decree", None)
    if decree is None or decree.revoked_at:
        return None
    return add_working_days(timezone.localdate(decree.entered_at), result.result_set.round.appeal_days)


@transaction.atomic
def raise_appeal(*, actor: User, result: Result, text: str) -> Appeal:
    """Object once to an established result. Sent twice it is one objection. Raises NotReady, Refused."""
    fresh = Result.objects.select_for_update(of=("self",)).select_related("entrant__round", "result_set__round").get(pk=result.pk)
    allowed = require(permissions.may_appeal(actor, fresh.entrant))
    former = Appeal.objects.filter(result=fresh).first()
    if former:
        return former
    last = last_appeal_day(fresh)
    if last is None or timezone.localdate() > last:
        raise NotReady(_("The days in which you could object are over."))
    appeal = Appeal(result=fresh, text=text.strip(), raised_by=actor)
    appeal.full_clean()
    appeal.save()
    events.record(round=fresh.entrant.round, entrant=fresh.entrant, kind="appeal_raised", actor=actor, mandate=allowed.mandate)
    notices.tell_runners(appeal)
    return appeal


@transaction.atomic
def answer_appeal(*, actor: User, appeal: Appeal, outcome: str, answer: str) -> Appeal:
    """Answer an objection once, with words. An accepted one changes nothing by itself: the round is opened again for that.

    Only the chair; the secretary where the chair has a conflict of interest. Raises NotReady, Refused.
    """
    fresh = Appeal.objects.select_for_update(of=("self",)).select_related("result__entrant__round").get(pk=appeal.pk)
    entrant = fresh.result.entrant
    allowed = require(may_decide(actor, entrant))
    if fresh.outcome:
        raise NotReady(_("This objection was already answered."))
    if outcome not in AppealOutcome.values or not answer.strip():
        raise NotReady(_("Choose the outcome and write the answer; the producer reads it."))
    fresh.outcome, fresh.answer, fresh.answered_by, fresh.answered_at = outcome, answer.strip(), actor, timezone.now()
    fresh.full_clean()
    fresh.save()
    events.record(round=entrant.round, entrant=entrant, kind="appeal_answered", actor=actor, mandate=allowed.mandate, comment=fresh.answer)
    notices.tell_of_answer(fresh)
    return fresh
