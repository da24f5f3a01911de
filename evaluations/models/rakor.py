"""The Rakor: meetings, who came, what was decided and what follows."""

from __future__ import annotations

import uuid

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.queries.rounds import OfEntrant, OfRound

from .instruments import Criterion, Level
from .rounds import Entrant, Round


@pghistory.track()
class Meeting(models.Model):
    """One sitting of the panel. Its decisions count only when the quorum of the round was there."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=150)
    starts_at = models.DateTimeField(_("starts"))
    place = models.CharField(_("place or link"), max_length=200)
    regency_codes = ArrayField(models.CharField(max_length=5), verbose_name=_("regencies on the agenda"), default=list, blank=True)
    notes = models.TextField(_("minutes"), max_length=8000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("Rakor")
        verbose_name_plural = _("Rakor")
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether and how one person took part."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("person"))
    mode = models.CharField(_("how"), max_length=10, choices=states.AttendanceMode)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint(name="attendance_once", fields=["meeting", "user"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.mode}"


class AgendaItem(models.Model):
    """That one product has to be settled by the panel, and why; settled by its decision."""

    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="agenda", verbose_name=_("product"))
    reason = models.CharField(_("why"), max_length=12, choices=states.AgendaReason)
    note = models.CharField(_("note"), max_length=300, blank=True)
    raised_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfEntrant.as_manager()

    class Meta:
        verbose_name = _("item of the agenda")
        verbose_name_plural = _("items of the agenda")
        ordering = ["entrant", "pk"]
        constraints = [models.UniqueConstraint(name="agenda_once", fields=["entrant", "reason"])]

    def __str__(self) -> str:
        return f"{self.entrant_id}: {self.reason}"


@pghistory.track()
class Decision(models.Model):
    """How the panel settled one product. A knock-out chosen by a reviewer counts only when the chair confirmed it here."""

    entrant = models.OneToOneField(Entrant, models.PROTECT, related_name="decision", verbose_name=_("product"))
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("Rakor"))
    method = models.CharField(_("method"), max_length=10, choices=states.DecisionMethod)
    is_knocked_out = models.BooleanField(_("knock-out confirmed"), default=False)
    reason = models.TextField(_("reason"), max_length=2000)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", editable=False)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now, editable=False)
    lock_version = models.PositiveIntegerField(default=0, editable=False)

    objects = OfEntrant.as_manager()

    class Meta:
        verbose_name = _("decision of the panel")
        verbose_name_plural = _("decisions of the panel")
        ordering = ["entrant"]
        constraints = [models.CheckConstraint(name="decision_has_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.entrant_id}: {self.method}"


class ConsensusScore(models.Model):
    """The level the panel agreed on for one criterion; same composite foreign key as `Score`."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="consensus_once", fields=["decision", "criterion"])]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.criterion_id}"


@pghistory.track()
class FollowUp(models.Model):
    """What somebody promised at a Rakor (tindak lanjut); open ones are shown on the next round's page too."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="follow_ups")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("Rakor"))
    entrant = models.ForeignKey(Entrant, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("product"))
    region_code = models.CharField(_("area"), max_length=13)
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.CharField(_("who does it"), max_length=150)
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=states.FollowUpState, default=states.FollowUpState.OPEN)
    note = models.CharField(_("what came of it"), max_length=500, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
