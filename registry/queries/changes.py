"""Reads of the change log."""

from __future__ import annotations

from typing import Self

from django.db import models


class ChangeQuerySet(models.QuerySet):
    def after(self, seq: int) -> Self:
        """The changes after a number, in the order of their commits."""
        return self.filter(seq__gt=seq).order_by("seq")

    def reaches_back_to(self, seq: int) -> bool:
        """Whether every change after this number is still in the log; numbers have no gaps."""
        first = self.order_by("seq").values_list("seq", flat=True).first()
        return first is None or first <= seq + 1
