"""Results as they were computed at a close, the decree that establishes them, and objections."""

from __future__ import annotations

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.queries.results import AppealQuerySet, ResultQuerySet
from evaluations.queries.rounds import OfRound

from .guards import frozen
from .rounds import Entrant, Round


class ResultSet(models.Model):
    """All results of one close of a round. A reopened round gets a new version; the old one stays as it was.

    `sha256` is over the inputs of all results in order of their numbers. Only `superseded_at` is ever written later.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="result_sets", verbose_name=_("round"))
    version = models.PositiveSmallIntegerField(_("version"))
    sha256 = models.CharField(max_length=64)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed"), default=timezone.now)
    superseded_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("set of results")
        verbose_name_plural = _("sets of results")
        ordering = ["round", "-version"]
        constraints = [
            models.UniqueConstraint(name="result_set_version_once", fields=["round", "version"]),
            models.UniqueConstraint(name="result_set_one_current", fields=["round"], condition=Q(superseded_at=None)),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="frozen", exclude=["superseded_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} v{self.version}"


class Result(models.Model):
    """What one product got: exact total rounded once (half up, two decimals), stars, ranks and path. Frozen by trigger.

    `inputs` is everything the total was made from (levels chosen, by whom, the panel's decision, facts, sample), so it
    can be recomputed for ever; `sha256` is over it. A knocked-out product has no stars and no rank.
    """

    result_set = models.ForeignKey(ResultSet, models.PROTECT, related_name="results")
    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="results", verbose_name=_("product"))
    total = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True)
    sections = models.JSONField(_("points by section"), default=dict)
    stars = models.PositiveSmallIntegerField(_("stars"), default=0, validators=[MaxValueValidator(5)])
    is_knocked_out = models.BooleanField(_("knocked out"), default=False)
    path_key = models.SlugField(_("development path"), max_length=40, blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True)
    rank_pillar = models.PositiveIntegerField(_("rank in the pillar"), null=True)
    rank_regency = models.PositiveIntegerField(_("rank in the regency"), null=True)
    rank_family = models.PositiveIntegerField(_("rank in the family"), null=True)
    inputs = models.JSONField()
    sha256 = models.CharField(max_length=64)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["result_set", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(name="result_once", fields=["result_set", "entrant"]),
            models.CheckConstraint(
                name="result_stars_need_points", condition=Q(stars=0) | Q(total__isnull=False, is_knocked_out=False, rank__isnull=False)
            ),
        ]
        triggers = [frozen()]

    def __str__(self) -> str:
        return f"{self.entrant_id}: {self.total}"


class Decree(models.Model):
    """The SK that establishes one set of results, entered once; a revoked one stays and its stars leave a tombstone."""

    result_set = models.OneToOneField(ResultSet, models.PROTECT, related_name="decree")
    number = models.CharField(_("number"), max_length=100, unique=True)
    decreed_on = models.DateField(_("date"))
    signer = models.CharField(_("signed by"), max_length=150)
    scan = models.ForeignKey("registry.StoredImage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan"))
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    revoked_reason = models.CharField(_("why revoked"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("decree (SK)")
        verbose_name_plural = _("decrees (SK)")
        constraints = [
            models.CheckConstraint(
                name="decree_revoked_is_whole", condition=Q(revoked_at=None) | Q(revoked_by__isnull=False) & ~Q(revoked_reason="")
            )
        ]

    def __str__(self) -> str:
        return self.number


class Appeal(models.Model):
    """A producer's one objection to a result, within the working days of the round; the chair answers."""

    result = models.OneToOneField(Result, models.PROTECT, related_name="appeal", verbose_name=_("result"))
    text = models.TextField(_("objection"), max_length=3000)
    raised_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", editable=False)
    raised_at = models.DateTimeField(_("raised"), default=timezone.now, editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=states.AppealOutcome, blank=True, editable=False)
    answer = models.TextField(_("answer"), max_length=3000, blank=True, editable=False)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="appeal_answered_is_whole",
                condition=Q(outcome="", answered_at=None) | ~Q(outcome="") & ~Q(answer="") & Q(answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
