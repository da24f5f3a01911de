"""The files of the whole published catalogue."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.queries.dataset import DatasetFileQuerySet
from registry.states import DatasetFormat


class DatasetFile(models.Model):
    """The newest file of one format: what lies in the storage under `name` has these rows, bytes and hash.

    It holds the catalogue as of change `as_of` or a little later. Written by registry/dataset.py alone, with the file before the row.
    """

    format = models.CharField(_("format"), max_length=10, choices=DatasetFormat, primary_key=True)
    name = models.CharField(_("name in the storage"), max_length=200)
    rows = models.PositiveIntegerField(_("rows"))
    bytes = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    as_of = models.PositiveBigIntegerField(_("number of the last change"))
    made_by = models.CharField(_("version of its form"), max_length=200)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = DatasetFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of the dataset")
        verbose_name_plural = _("files of the dataset")
        ordering = ["format"]

    def __str__(self) -> str:
        return self.name
