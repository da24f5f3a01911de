"""Reads of submissions: a sender's own, and an officer's desk."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import mandates_for
from accounts.scope import NOTHING, mandate_q
from accounts.states import Action, Role
from registry.states import DESK_STATES, OPEN_STATES, SubmissionState

from .base import ScopedQuerySet, producer_reach

if TYPE_CHECKING:
    from registry.models import Submission

# Decisions whose sender should hear of them by WhatsApp or telephone.
TOLD_TRANSITIONS = ("return", "reject", "publish")
# What the public sees or saw.
SHOWN_STATES = (SubmissionState.PUBLISHED, SubmissionState.SUPERSEDED)


class SubmissionQuerySet(ScopedQuerySet):
    reach = producer_reach("product__producer__")

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def on_desk_of(self, user: User | AnonymousUser, today: dt.date | None = None) -> Self:
        """What lies on the desks of this officer: to be checked first, taken over when late, or to be published."""
        day = today or timezone.localdate()
        return self.filter(self._to_verify(user, day) | self._to_publish(user))

    def _to_verify(self, user: User | AnonymousUser, day: dt.date) -> Q:
        rows = NOTHING
        for mandate in mandates_for(user, Action.SUBMISSION_VERIFY):
            own = Q(desk_role=mandate.role, desk_office=mandate.office)
            if mandate.role == Role.PROVINCE_OFFICER:
                own |= Q(takeover_on__lte=day)
            rows |= own & mandate_q(mandate, self.reach)
        return rows & Q(state=SubmissionState.SUBMITTED)

    def _to_publish(self, user: User | AnonymousUser) -> Q:
        rows = NOTHING
        for mandate in mandates_for(user, Action.SUBMISSION_PUBLISH):
            rows |= mandate_q(mandate, self.reach)
        return rows & Q(state=SubmissionState.VERIFIED)

    def oldest_clock_first(self) -> Self:
        return self.order_by("promised_on", "clock_started_at", "pk")

    def late(self, today: dt.date | None = None) -> Self:
        """On a desk beyond its promised day (the day itself, until 23.59 WITA, is in time)."""
        return self.filter(state__in=DESK_STATES, promised_on__lt=today or timezone.localdate())

    def not_told(self) -> Self:
        """With a decision nobody has told the sender of yet; one the sender has answered by sending again needs no telling."""
        from registry.models import SubmissionEvent  # noqa: PLC0415 - models import this module

        sent_again = SubmissionEvent.objects.filter(submission=OuterRef("submission"), transition="submit", pk__gt=OuterRef("pk"))
        untold = SubmissionEvent.objects.filter(submission=OuterRef("pk"), transition__in=TOLD_TRANSITIONS, outreach=None)
        return self.filter(Exists(untold.filter(~Exists(sent_again))))

    def public_before(self, submission: Submission) -> Self:
        """Submissions of the same product that became public before this one was opened, the newest first."""
        shown = self.filter(product_id=submission.product_id, state__in=SHOWN_STATES, opened_at__lt=submission.opened_at)
        return shown.exclude(pk=submission.pk).select_related("current_version").order_by("-opened_at")

    def for_desk(self) -> Self:
        """With everything a row of a queue shows."""
        return self.select_related("product__producer__region", "product__category", "current_version", "claimed_by")
