"""Reports of the public about products."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry import codes, states
from registry.queries.complaints import ComplaintQuerySet

from .catalogue import CatalogueEntry


class Complaint(models.Model):
    """A report about a public product, followed up by its number; the reporter is never shown to the producer."""

    number = models.CharField(_("number"), max_length=14, unique=True, default=codes.new_complaint_number, editable=False)
    key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text=_("One-time key of the form: sent twice is one report.")
    )
    entry = models.ForeignKey(CatalogueEntry, models.PROTECT, related_name="complaints", verbose_name=_("product"))
    reason = models.CharField(_("what is wrong"), max_length=12, choices=states.ComplaintReason)
    text = models.TextField(_("description"), max_length=2000)
    reporter_name = models.CharField(_("name of the reporter"), max_length=120, blank=True)
    reporter_phone = models.CharField(_("phone of the reporter"), max_length=16, blank=True)
    due_on = models.DateField(_("to be answered until"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=states.ComplaintOutcome, blank=True, editable=False)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, editable=False)
    handled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    handled_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("report about a product")
        verbose_name_plural = _("reports about products")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="complaint_closed_is_whole",
                condition=Q(outcome="", handled_at=None) | ~Q(outcome="") & Q(handled_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.number
