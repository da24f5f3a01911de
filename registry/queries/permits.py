"""Reads of permits."""

from __future__ import annotations

from .base import ScopedQuerySet, producer_reach


class PermitQuerySet(ScopedQuerySet):
    reach = producer_reach("producer__")
