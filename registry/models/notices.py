"""Notices inside the portal, and who was told what by WhatsApp or telephone."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.queries.parts import OfEvent, OfReader

from .submissions import SubmissionEvent


class Notice(models.Model):
    """A line for one person in the portal; the words are made at reading from `kind` and `detail`."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = OfReader.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "-id"], name="notice_user")]

    def __str__(self) -> str:
        return self.kind


class Outreach(models.Model):
    """That somebody told the sender of a decision by WhatsApp or telephone: who told whom, when."""

    event = models.OneToOneField(SubmissionEvent, models.PROTECT, related_name="outreach", verbose_name=_("decision"))
    told_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("told by"))
    told = models.ForeignKey("registry.Contact", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told"))
    told_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told"))
    channel = models.CharField(_("by"), max_length=10, choices=[("whatsapp", "WhatsApp"), ("phone", _("telephone"))])
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = OfEvent.as_manager()

    class Meta:
        verbose_name = _("message to the sender")
        verbose_name_plural = _("messages to the sender")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.channel
