"""The scoped queryset every table of the registry builds on."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from accounts.scope import Reach, scope_q
from accounts.states import Action
from regions.queries import within


class ScopedQuerySet(models.QuerySet):
    """Rows narrowed to what a person's mandates reach; the columns that say where a row lies are declared once."""

    reach: ClassVar[Reach]

    def for_user(self, user: User | AnonymousUser, action: Action = Action.PRODUCER_VIEW) -> Self:
        """The rows on which a current mandate of the user allows `action`."""
        return self.filter(scope_q(user, action, self.reach))

    def within_region(self, code: str) -> Self:
        """The rows that lie in a region or below it."""
        return self.filter(within(self.reach.region, code))


def producer_reach(path: str = "") -> Reach:
    """The reach of a table that leads to a producer by `path` ("product__producer__")."""
    return Reach(region=f"{path}region__code", pillar=f"{path}pillar", unit=f"{path}code")
