"""Who sees which result, and when."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import may_anywhere
from accounts.scope import Reach, scope_q
from accounts.states import Action
from evaluations.states import Phase

from .rounds import RUNNERS, hidden_from, rounds_of_member

REACH = Reach(region="entrant__region_code", pillar="entrant__pillar", unit="entrant__producer_code")
_ESTABLISHED = Q(result_set__superseded_at=None, result_set__round__phase=Phase.ESTABLISHED)


class ResultQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        """Established results of the own area or producer; before that only for those who run the round."""
        from evaluations.models import Round  # noqa: PLC0415 - models import this module

        if not user.pk:
            return self.none()
        area = scope_q(user, action, REACH) & _ESTABLISHED
        if may_anywhere(user, Action.ROUND_MANAGE):
            area |= Q(result_set__isnull=False)
        run = Round.objects.filter(rounds_of_member(user, RUNNERS)).values("pk")
        return self.filter(area | Q(result_set__round__in=run)).filter(~hidden_from(user, "entrant"))

    def current(self) -> Self:
        """Of the newest close of each round."""
        return self.filter(result_set__superseded_at=None)

    def published(self) -> Self:
        """Established by a decree that was not revoked."""
        return self.filter(_ESTABLISHED, result_set__decree__isnull=False, result_set__decree__revoked_at=None)
