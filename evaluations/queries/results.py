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
from evaluations.states import Phase, SeesOthers
from registry.states import HIDDEN_ENTRY_STATES

from .rounds import RUNNERS, hidden_from, rounds_of_member

REACH = Reach(region="entrant__region_code", pillar="entrant__pillar", unit="entrant__producer_code")
_ESTABLISHED = Q(result_set__superseded_at=None, result_set__round__phase=Phase.ESTABLISHED)


class ResultQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        """Established results of the own area or producer, and of the rounds on whose panel the user sits; all results for
        those who run the round. After the close a reviewer sees those of the own sent sheets where the round shows scores of others.
        """
        from evaluations.models import Round  # noqa: PLC0415 - models import this module

        if not user.pk:
            return self.none()
        area = scope_q(user, action, REACH) & _ESTABLISHED
        if action == Action.EVALUATION_VIEW:
            area |= self._of_member(user)
        if may_anywhere(user, Action.ROUND_MANAGE):
            area |= Q(result_set__isnull=False)
        run = Round.objects.filter(rounds_of_member(user, RUNNERS)).values("pk")
        return self.filter(area | Q(result_set__round__in=run)).filter(~hidden_from(user, "entrant"))

    def _of_member(self, user: User | AnonymousUser) -> Q:
        from evaluations.models import Round, Sheet  # noqa: PLC0415 - models import this module

        sits = Round.objects.filter(rounds_of_member(user))
        sent = Sheet.objects.counted().filter(reviewer=user.pk).values("entrant")
        told = sits.filter(phase=Phase.CLOSED).exclude(sees_others=SeesOthers.NEVER).values("pk")
        early = Q(result_set__superseded_at=None, result_set__round__in=told, entrant__in=sent)
        return (Q(result_set__round__in=sits.values("pk")) & _ESTABLISHED) | early

    def current(self) -> Self:
        """Of the newest close of each round."""
        return self.filter(result_set__superseded_at=None)

    def published(self) -> Self:
        """Established by a decree that was not revoked."""
        return self.filter(_ESTABLISHED, result_set__decree__isnull=False, result_set__decree__revoked_at=None)

    def shown(self) -> Self:
        """Of these the ones with stars whose product the public may see."""
        return self.filter(stars__gt=0).exclude(entrant__product__entry__state__in=HIDDEN_ENTRY_STATES)

    def of_code(self, code: str) -> Self:
        """Of the round of one key."""
        return self.filter(result_set__round__code=code)

    def with_certificate(self) -> Self:
        """With what a certificate names, and without the wide columns a total was made from."""
        rows = self.select_related("result_set__round", "result_set__decree", "entrant__instrument")
        return rows.defer("inputs", "sections", "entrant__facts")


class AppealQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        """Objections to results the user sees."""
        from evaluations.models import Result  # noqa: PLC0415 - models import this module

        return self.filter(result__in=Result.objects.for_user(user, action))
