"""Reads of the files of the dataset; they are public."""

from __future__ import annotations

from typing import Self

from django.db import models

from registry.states import DatasetFormat


class DatasetFileQuerySet(models.QuerySet):
    def published(self) -> Self:
        """The files everybody may fetch, in the order in which they are offered."""
        places = [models.When(format=one, then=place) for place, one in enumerate(DatasetFormat.values)]
        return self.order_by(models.Case(*places, output_field=models.IntegerField()))
