"""Sheets and their scores, what was asked of producers meanwhile, samples and visits."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.queries.rounds import OfEntrant, OfRound
from evaluations.queries.sheets import SheetQuerySet

from .instruments import Criterion, Level
from .rounds import Entrant, Round


class Sheet(models.Model):
    """One person's sheet for one product: the assignment and the answers in one row.

    `state` is written by services/sheets.py and services/panel.py alone. A sheet that does not count any more is void,
    never deleted. A self-assessment is a sheet of its own kind and never enters a total.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="sheets", verbose_name=_("product"))
    reviewer = models.ForeignKey("accounts.User", models.PROTECT, related_name="sheets", verbose_name=_("reviewer"))
    kind = models.CharField(_("kind"), max_length=10, choices=states.SheetKind, default=states.SheetKind.REVIEW)
    origin = models.CharField(_("how it came about"), max_length=12, choices=states.SheetOrigin, default=states.SheetOrigin.DRAWN)
    state = models.CharField(_("state"), max_length=10, choices=states.SheetState, default=states.SheetState.OPEN, editable=False)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    comment = models.TextField(_("one piece of advice for the producer"), max_length=2000, blank=True)
    comment_version = models.PositiveIntegerField(default=0, editable=False)
    is_paper = models.BooleanField(_("entered from paper"), default=False, editable=False)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    assigned_at = models.DateTimeField(_("assigned"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(_("first written"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        ordering = ["entrant", "pk"]
        indexes = [models.Index(fields=["reviewer", "state"], name="sheet_of_reviewer")]
        constraints = [
            models.UniqueConstraint(name="sheet_once_per_person", fields=["entrant", "reviewer", "kind"], condition=~Q(state="void")),
            models.CheckConstraint(name="sheet_sent_has_time", condition=~Q(state="submitted") | Q(submitted_at__isnull=False)),
            models.CheckConstraint(name="sheet_paper_has_clerk", condition=Q(is_paper=False) | Q(entered_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.entrant_id}/{self.reviewer_id}"


class Score(models.Model):
    """One criterion of one sheet: the chosen level, and words. `version` grows with every change; a save names the one it saw.

    The composite foreign key (level, criterion) is made by the migration: the database refuses a level of another criterion.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(_("remark"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [models.UniqueConstraint(name="score_once", fields=["sheet", "criterion"])]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.criterion_id}"


class EvidenceRequest(models.Model):
    """A question to the producer with a due day: of the secretary's document check, or of a reviewer beside a criterion.

    The producer is never told who asked. Answered once; nothing closes by itself when the day passes.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="requests", verbose_name=_("product"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("criterion"))
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("asked by"))
    question = models.TextField(_("what is asked for"), max_length=1000)
    due_on = models.DateField(_("answer until"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    images = models.ManyToManyField("registry.StoredImage", related_name="+", blank=True, verbose_name=_("photos"))

    objects = OfEntrant.as_manager()

    class Meta:
        verbose_name = _("question to a producer")
        verbose_name_plural = _("questions to producers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="request_answered_is_whole",
                condition=Q(answered_at=None, answered_by=None) | Q(answered_at__isnull=False, answered_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.question[:40]

    @property
    def was_late(self) -> bool:
        """Whether the answer came after its due day (WITA)."""
        return self.answered_at is not None and timezone.localdate(self.answered_at) > self.due_on


class TastingSession(models.Model):
    """A sitting at which samples are judged under their blind numbers."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="sessions")
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=150)
    starts_at = models.DateTimeField(_("starts"))

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("tasting session")
        verbose_name_plural = _("tasting sessions")
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.name


class Sample(models.Model):
    """The physical sample of one product; `blind_number` is what stands on its label in a session."""

    entrant = models.OneToOneField(Entrant, models.PROTECT, related_name="sample", verbose_name=_("product"))
    state = models.CharField(_("state"), max_length=10, choices=states.SampleState, default=states.SampleState.ASKED)
    blind_number = models.PositiveIntegerField(_("blind number"))
    round = models.ForeignKey(Round, models.PROTECT, related_name="samples")
    asked_on = models.DateField(_("asked for on"), default=timezone.localdate)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    session = models.ForeignKey(TastingSession, models.PROTECT, null=True, blank=True, related_name="samples", verbose_name=_("session"))

    objects = OfEntrant.as_manager()

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering = ["round", "blind_number"]
        constraints = [
            models.UniqueConstraint(name="sample_blind_number_once", fields=["round", "blind_number"]),
            models.CheckConstraint(name="sample_received_has_day", condition=~Q(state="received") | Q(received_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.blind_number)


class Visit(models.Model):
    """What an officer saw at the maker's place; evidence beside the criteria that are judged by a visit."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="visits", verbose_name=_("product"))
    visited_on = models.DateField(_("visited on"))
    visited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("visited by"))
    findings = models.TextField(_("what was seen"), max_length=4000)
    images = models.ManyToManyField("registry.StoredImage", related_name="+", blank=True, verbose_name=_("photos"))
    noted_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfEntrant.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.entrant_id} {self.visited_on}"
