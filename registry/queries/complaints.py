"""Reads of reports about products."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.utils import timezone

from accounts.scope import Reach

from .base import ScopedQuerySet


class ComplaintQuerySet(ScopedQuerySet):
    """Unit columns are left out on purpose: a producer never reads the reports about it."""

    reach = Reach(region="entry__region_code", pillar="entry__pillar")

    def numbered(self, number: str) -> Self:
        """The report of one number, for whoever knows it."""
        return self.filter(number=number).select_related("entry")

    def open(self) -> Self:
        return self.filter(outcome="")

    def late(self, today: dt.date | None = None) -> Self:
        return self.open().filter(due_on__lt=today or timezone.localdate())
