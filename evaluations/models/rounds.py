"""Rounds, the products that entered them, and what happened, in order and for good."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from evaluations import states
from evaluations.queries.rounds import EntrantQuerySet, OfRound, RoundQuerySet

from .guards import frozen
from .instruments import Instrument


@pghistory.track()
class Round(models.Model):
    """One evaluation over published products. `phase` is written by services/rounds.py and services/closing.py alone.

    Days are WITA days; a closing day ends at 23.59 WITA. `lock_version` grows with every step of the phase.
    """

    code = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2025), MaxValueValidator(2100)])
    phase = models.CharField(_("phase"), max_length=12, choices=states.Phase, default=states.Phase.ENTRY, editable=False)
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    pillars = ArrayField(models.CharField(max_length=4, choices=Pillar), verbose_name=_("pillars"), default=list)
    region_codes = ArrayField(models.CharField(max_length=13), verbose_name=_("areas"), default=list)
    documents_due_on = models.DateField(_("documents complete until"))
    scoring_opens_on = models.DateField(_("scoring from"))
    scoring_closes_on = models.DateField(_("scoring until"))
    reviewers_per_product = models.PositiveSmallIntegerField(
        _("reviewers for each product"), default=2, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    load_limit = models.PositiveSmallIntegerField(_("most products for a reviewer"), default=60, validators=[MinValueValidator(1)])
    spread_threshold = models.DecimalField(
        _("points between two sheets that call for one more reviewer"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(15),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    quorum = models.PositiveSmallIntegerField(_("members for a valid Rakor"), default=2, validators=[MinValueValidator(1)])
    is_blind = models.BooleanField(_("reviewers do not see each other's names"), default=True)
    sees_others = models.CharField(
        _("scores of others are seen"), max_length=10, choices=states.SeesOthers, default=states.SeesOthers.NEVER
    )
    self_assessment_due_on = models.DateField(
        _("self-assessment by producers until"), null=True, blank=True, help_text=_("Empty: producers do not assess themselves.")
    )
    appeal_days = models.PositiveSmallIntegerField(_("working days to object"), default=10)
    seed = models.PositiveIntegerField(_("seed of the draw"), default=1, help_text=_("The same seed draws the same reviewers."))
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation round")
        verbose_name_plural = _("evaluation rounds")
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="round_days_in_order",
                condition=Q(scoring_closes_on__gte=F("scoring_opens_on")),
                violation_error_message=_("Scoring has to end on or after the day it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_established(self) -> bool:
        return self.phase == states.Phase.ESTABLISHED

    def waits_for_decree(self) -> bool:
        """Whether results are closed and no decree was entered on them yet; after a revoked one the round is closed anew first."""
        decreed = self.result_sets.filter(superseded_at=None, decree__isnull=False)
        return self.phase == states.Phase.CLOSED and not decreed.exists()

    def takes_scores(self) -> bool:
        """Whether sheets may be written now: in the scoring phase, from its first to its last day (WITA, 23.59), or in the Rakor."""
        if self.phase == states.Phase.RAKOR:
            return True
        return self.phase == states.Phase.SCORING and self.scoring_opens_on <= timezone.localdate() <= self.scoring_closes_on


class RoundFamily(models.Model):
    """Which published instrument a round uses for a category family; a family without a row takes no part."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="families")
    family = models.SlugField(_("category family"), max_length=60)
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+", verbose_name=_("instrument"))

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("family of a round")
        verbose_name_plural = _("families of a round")
        ordering = ["family"]
        constraints = [models.UniqueConstraint(name="round_family_once", fields=["round", "family"])]

    def __str__(self) -> str:
        return self.family


class Entrant(models.Model):
    """One product in one round, judged on the frozen version that was public when it entered.

    The version is immutable, so a later publication does not move it. `facts` holds the answers to `applies_if`,
    `family` chose the instrument. `state` is written by services/entrants.py alone.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="entrants", verbose_name=_("round"))
    product = models.ForeignKey("registry.Product", models.PROTECT, related_name="entrants", verbose_name=_("product"))
    version = models.ForeignKey("registry.SubmissionVersion", models.PROTECT, related_name="+", verbose_name=_("frozen version"))
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+", verbose_name=_("instrument"))
    number = models.PositiveIntegerField(_("number in the round"))
    code = models.CharField(_("product code"), max_length=12)
    name = models.CharField(_("product"), max_length=120)
    producer_code = models.CharField(_("code of the producer"), max_length=40)
    producer_name = models.CharField(_("producer"), max_length=150)
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, null=True, blank=True, related_name="+")
    pillar = models.CharField(_("pillar"), max_length=4, choices=Pillar)
    region_code = models.CharField(_("place"), max_length=13)
    regency_code = models.CharField(_("regency"), max_length=5)
    family = models.CharField(_("category family"), max_length=60)
    category = models.CharField(_("category"), max_length=60)
    facts = models.JSONField(default=dict, help_text=_("Answers to the conditions of criteria, from the frozen version."))
    state = models.CharField(
        _("documents"), max_length=10, choices=states.EntrantState, default=states.EntrantState.ENTERED, editable=False
    )
    state_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    due_on = models.DateField(_("to be completed until"), null=True, blank=True, editable=False)
    is_calibration = models.BooleanField(_("common sample product, scored first by all"), default=False, editable=False)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects = EntrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("product in a round")
        verbose_name_plural = _("products in rounds")
        ordering = ["round", "number"]
        indexes = [models.Index(fields=["producer_code"], name="entrant_producer")]
        constraints = [
            models.UniqueConstraint(name="entrant_product_once", fields=["round", "product"]),
            models.UniqueConstraint(name="entrant_number_once", fields=["round", "number"]),
            models.CheckConstraint(
                name="entrant_lacking_has_due_day", condition=~Q(state="lacking") | Q(due_on__isnull=False) & ~Q(state_reason="")
            ),
            models.CheckConstraint(name="entrant_out_has_reason", condition=~Q(state="out") | ~Q(state_reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class RoundLogEntry(models.Model):
    """What happened in a round, in order and for good: a trigger refuses every change and deletion."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="log", verbose_name=_("round"))
    entrant = models.ForeignKey(Entrant, models.PROTECT, null=True, blank=True, related_name="log", verbose_name=_("product"))
    kind = models.CharField(_("what"), max_length=30)
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    mandate = models.ForeignKey("accounts.Mandate", models.PROTECT, null=True, related_name="+", verbose_name=_("under the mandate"))
    comment = models.TextField(_("words"), max_length=2000, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("event of a round")
        verbose_name_plural = _("events of rounds")
        ordering = ["pk"]
        triggers = [frozen("append_only")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
