"""Reminding reviewers of open sheets and producers of open questions. Each day at most once, however often it is asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, notices, permissions
from evaluations.errors import NotReady
from evaluations.models import EvidenceRequest, Round
from evaluations.progress import open_sheets
from evaluations.states import CLOSED_PHASES, EntrantState, Phase

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import Allowed

DAYS_BEFORE = (7, 2, 0)


@transaction.atomic
def remind_reviewers(*, actor: User, round: Round) -> int:
    """Tell every reviewer with open sheets, once a day for each round; returns how many people. Raises NotReady, Refused."""
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    allowed = require(permissions.may_run(actor, fresh))
    if fresh.phase != Phase.SCORING or timezone.localdate() > fresh.scoring_closes_on:
        raise NotReady(_("Reviewers are reminded while sheets can be sent."))
    if was_reminded(fresh):
        raise NotReady(_("A reminder was sent today already. The next one is possible tomorrow."))
    return _remind(fresh, actor, allowed)


def was_reminded(round: Round) -> bool:
    """Whether a reminder went out today (WITA)."""
    return round.log.filter(kind="reminded", detail__on=timezone.localdate().isoformat()).exists()


def _remind(round: Round, actor: User | None, allowed: Allowed | None) -> int:
    counts = dict(open_sheets(round).order_by().values_list("reviewer").annotate(count=Count("pk")))
    if not counts:
        raise NotReady(_("Nobody has an open sheet."))
    on = timezone.localdate().isoformat()
    told = notices.tell_reviewers(round, counts, on=on)
    detail = {"on": on, "count": told}
    events.record(round=round, kind="reminded", actor=actor, mandate=allowed.mandate if allowed else None, detail=detail)
    return told


def remind_before_closing() -> int:
    """The daily reminder 7 and 2 days before the closing day and on it; returns how many people were told."""
    days = [timezone.localdate() + dt.timedelta(days=days) for days in DAYS_BEFORE]
    due = Round.objects.filter(phase=Phase.SCORING, scoring_closes_on__in=days)
    return sum(_remind_by_itself(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _remind_by_itself(pk: int) -> int:
    round = Round.objects.select_for_update(of=("self",)).get(pk=pk)
    if round.phase != Phase.SCORING or was_reminded(round) or not open_sheets(round).exists():
        return 0
    return _remind(round, None, None)


@transaction.atomic
def remind_producers() -> int:
    """Tell producers of questions not answered, 7 and 2 days before the due day and on it; returns how many questions."""
    today = timezone.localdate()
    days = [today + dt.timedelta(days=days) for days in DAYS_BEFORE]
    rows = EvidenceRequest.objects.filter(answered_at=None, due_on__in=days).exclude(entrant__state=EntrantState.OUT)
    rows = rows.exclude(entrant__round__phase__in=CLOSED_PHASES).select_related("entrant__product__producer")
    waiting = list(rows.select_for_update(of=("self",)).order_by("pk"))
    told = notices.told_today((str(request.key) for request in waiting), today.isoformat())
    open_ones = [request for request in waiting if str(request.key) not in told]
    return sum(bool(notices.tell_of_question(request, on=today.isoformat())) for request in open_ones)
