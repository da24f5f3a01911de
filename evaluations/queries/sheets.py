"""Who sees which sheet."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Q

from accounts.models import User
from accounts.permissions import has_role, may_anywhere
from accounts.scope import NOTHING, scope_q
from accounts.states import Action, Role
from evaluations.states import SheetKind, SheetState

from .rounds import RUNNERS, Reach, hidden_from, rounds_of_member

SELF_REACH = Reach(region="entrant__region_code", pillar="entrant__pillar", unit="entrant__producer_code")


class SheetQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.ASSESS) -> Self:
        """ASSESS: the own sheets of a reviewer. EVALUATION_VIEW: all sheets of rounds the user runs.
        EVALUATION_ANSWER: self-assessments of the own producer. Never one a conflict hides.
        """
        if not user.pk:
            return self.none()
        rows = {Action.ASSESS: self._own, Action.EVALUATION_VIEW: self._run, Action.EVALUATION_ANSWER: self._of_producer}[action](user)
        return self.filter(rows).filter(~hidden_from(user, "entrant"))

    def _own(self, user: User | AnonymousUser) -> Q:
        if not has_role(user, [Role.REVIEWER]):
            return NOTHING
        return Q(reviewer_id=user.pk, kind=SheetKind.REVIEW) & ~Q(state=SheetState.VOID)

    def _run(self, user: User | AnonymousUser) -> Q:
        from evaluations.models import Round  # noqa: PLC0415 - models import this module

        if may_anywhere(user, Action.ROUND_MANAGE):
            return Q()
        return Q(entrant__round__in=Round.objects.filter(rounds_of_member(user, RUNNERS)).values("pk"))

    def _of_producer(self, user: User | AnonymousUser) -> Q:
        return scope_q(user, Action.EVALUATION_ANSWER, SELF_REACH) & Q(kind=SheetKind.SELF)

    def reviews(self) -> Self:
        """Sheets that may count: of reviewers, not void."""
        return self.filter(kind=SheetKind.REVIEW).exclude(state=SheetState.VOID)

    def counted(self) -> Self:
        """Sheets that were sent."""
        return self.filter(kind=SheetKind.REVIEW, state=SheetState.SUBMITTED)

    def untouched(self) -> Self:
        """Assignments nobody has written in yet: the only ones a new draw may move."""
        return self.filter(state=SheetState.OPEN, touched_at=None)

    def with_filled(self) -> Self:
        """Adds `filled`: how many criteria have a level."""
        return self.annotate(filled=Count("scores", filter=Q(scores__level__isnull=False)))
