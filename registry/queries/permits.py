"""Reads of permits."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db.models import Q
from django.utils import timezone

from .base import ScopedQuerySet, producer_reach


class PermitQuerySet(ScopedQuerySet):
    reach = producer_reach("producer__")

    def valid_on(self, day: dt.date | None = None) -> Self:
        """Permits not expired on a WITA day (today when not named)."""
        day = day or timezone.localdate()
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=day))
