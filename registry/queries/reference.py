"""Reads of reference data."""

from __future__ import annotations

from typing import Self

from django.db import models


class CategoryQuerySet(models.QuerySet):
    def offered(self) -> Self:
        """Categories a product can be put in: active ones of the second level, their groups loaded with them."""
        return self.filter(is_active=True, parent__isnull=False).select_related("parent").order_by("parent__position", "position")

    def in_order(self) -> Self:
        """Every category, also one no longer offered (older entries keep it), its group loaded with it."""
        return self.select_related("parent").order_by("position", "name_id")

    def groups(self) -> Self:
        return self.filter(parent=None, is_active=True)
