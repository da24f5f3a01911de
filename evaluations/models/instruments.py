"""The rubric as versioned data: instrument, sections, criteria, worded levels, star bands and development paths.

All points are exact decimals. A criterion is scored by choosing a level, never by typing a number.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.queries.instruments import InstrumentQuerySet

from .guards import draft_only

_ZERO = MinValueValidator(Decimal(0))
_HUNDRED = MaxValueValidator(Decimal(100))
_code = RegexValidator(r"^[A-Z][0-9]{0,2}$", _("Use one capital letter, for a criterion with a number: A, A1, B12."))


def _points(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=5, decimal_places=2, validators=[_ZERO, _HUNDRED])


@pghistory.track()
class Instrument(models.Model):
    """One version of the rubric. Once published nothing in it changes, here or in its parts: the database refuses.

    `sha256` is the hash of its whole content at publishing, named by every result. One draft per code at a time.
    """

    code = models.SlugField(_("key"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    name = models.CharField(_("name"), max_length=120)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    is_proposal = models.BooleanField(_("proposal, not yet established"), default=True)
    state = models.CharField(
        _("state"), max_length=10, choices=states.InstrumentState, default=states.InstrumentState.DRAFT, editable=False
    )
    validity_months = models.PositiveSmallIntegerField(_("stars valid for (months)"), default=24, validators=[MinValueValidator(1)])
    unassessable = models.CharField(
        _("what a criterion that cannot be judged counts"),
        max_length=10,
        choices=[choice for choice in states.Uncounted.choices if choice[0] != states.Uncounted.FULL],
        default=states.Uncounted.LOWEST,
    )
    unassessable_note = models.TextField(_("the rule in words"), max_length=600, blank=True)
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("in force since"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(name="instrument_version_once", fields=["code", "version"]),
            models.UniqueConstraint(name="instrument_one_draft", fields=["code"], condition=Q(state="draft")),
            models.CheckConstraint(
                name="instrument_published_is_whole",
                condition=Q(state="draft", published_at=None, sha256="") | ~Q(state="draft") & ~Q(published_at=None) & ~Q(sha256=""),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
                func=(
                    "IF TG_OP = 'DELETE' OR NEW.state = 'draft' OR "
                    "(to_jsonb(NEW) - 'state' - 'retired_at') <> (to_jsonb(OLD) - 'state' - 'retired_at') THEN "
                    "RAISE EXCEPTION 'a published instrument never changes' USING ERRCODE = 'integrity_constraint_violation'; "
                    "END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · v{self.version}"

    @property
    def is_draft(self) -> bool:
        return self.state == states.InstrumentState.DRAFT


class DevelopmentPath(models.Model):
    """What happens next to a product: ready to sell, assistance, permits first."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="paths")
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("label"), max_length=80)
    advice = models.TextField(_("advice"), max_length=600)
    is_for_knock_outs = models.BooleanField(_("for products that were knocked out"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("development path")
        verbose_name_plural = _("development paths")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="path_once", fields=["instrument", "key"]),
            models.UniqueConstraint(name="path_one_for_knock_outs", fields=["instrument"], condition=Q(is_for_knock_outs=True)),
        ]
        triggers = [draft_only("ROW.instrument_id")]

    def __str__(self) -> str:
        return self.label


class StarBand(models.Model):
    """How many stars a total earns: from `from_points` (included) up to the next band."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="bands")
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    from_points = _points(_("from points"))
    label = models.CharField(_("label"), max_length=80)
    path = models.ForeignKey(DevelopmentPath, models.CASCADE, related_name="+", verbose_name=_("development path"))

    class Meta:
        verbose_name = _("star band")
        verbose_name_plural = _("star bands")
        ordering = ["-stars"]
        constraints = [
            models.UniqueConstraint(name="band_stars_once", fields=["instrument", "stars"]),
            models.UniqueConstraint(name="band_from_once", fields=["instrument", "from_points"]),
        ]
        triggers = [draft_only("ROW.instrument_id")]

    def __str__(self) -> str:
        return f"{self.stars}: {self.from_points}"


class Section(models.Model):
    """A part of the rubric. Without a family it is shared by all; with one it belongs to that category family alone."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="sections")
    family = models.SlugField(_("category family"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=3, validators=[_code])
    name = models.CharField(_("name"), max_length=120)
    points = _points(_("points"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "code", "pk"]
        constraints = [models.UniqueConstraint(name="section_once", fields=["instrument", "family", "code"])]
        triggers = [draft_only("ROW.instrument_id")]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


class SectionMinimum(models.Model):
    """The least points in one section that a number of stars asks for; below it the product gets fewer stars."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="minimums")
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    section_code = models.CharField(_("section"), max_length=3, validators=[_code])
    at_least = _points(_("at least"))

    class Meta:
        verbose_name = _("minimum of a section")
        verbose_name_plural = _("minimums of sections")
        ordering = ["-stars", "section_code"]
        constraints = [models.UniqueConstraint(name="minimum_once", fields=["instrument", "stars", "section_code"])]
        triggers = [draft_only("ROW.instrument_id")]

    def __str__(self) -> str:
        return f"{self.stars}: {self.section_code} >= {self.at_least}"


class Criterion(models.Model):
    """One question of a section, answered by choosing one of its levels. Its maximum is the highest level times `weight`."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="criteria")
    code = models.CharField(_("code"), max_length=3, validators=[_code])
    name = models.CharField(_("name"), max_length=200)
    guidance = models.TextField(_("how to judge"), max_length=1000, blank=True)
    judged_by = models.CharField(_("judged by"), max_length=10, choices=states.JudgedBy, default=states.JudgedBy.DOCUMENTS)
    applies_if = models.CharField(_("asked only"), max_length=24, choices=states.AppliesIf, blank=True)
    otherwise = models.CharField(_("where it does not apply it"), max_length=10, choices=states.Uncounted, default=states.Uncounted.RESCALE)
    weight = models.DecimalField(
        _("weight"), max_digits=4, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal("0.01"))]
    )
    source = models.CharField(_("source of the rule"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="criterion_once", fields=["section", "code"])]
        triggers = [draft_only("SELECT s.instrument_id FROM evaluations_section s WHERE s.id = ROW.section_id")]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


_BY_CRITERION = (
    "SELECT s.instrument_id FROM evaluations_criterion c JOIN evaluations_section s ON s.id = c.section_id WHERE c.id = ROW.criterion_id"
)


class Level(models.Model):
    """One worded level of a criterion with its points; some knock a product out or set the section to zero."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField(_("order"))
    points = _points(_("points"))
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=400, blank=True)
    effect = models.CharField(_("effect"), max_length=12, choices=states.LevelEffect, blank=True)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="level_once", fields=["criterion", "position"]),
            # The target of the composite foreign keys that refuse a level of another criterion.
            models.UniqueConstraint(name="level_of_its_criterion", fields=["id", "criterion"]),
        ]
        triggers = [draft_only(_BY_CRITERION)]

    def __str__(self) -> str:
        return f"{self.points}: {self.name}"


class CriterionEvidence(models.Model):
    """What a reviewer should find beside a criterion."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=states.EvidenceKind)
    is_required = models.BooleanField(_("required"), default=False)
    label = models.CharField(_("what"), max_length=150)

    class Meta:
        verbose_name = _("evidence of a criterion")
        verbose_name_plural = _("evidence of criteria")
        ordering = ["-is_required", "pk"]
        triggers = [draft_only(_BY_CRITERION)]

    def __str__(self) -> str:
        return self.label


class PathRule(models.Model):
    """Sends a product onto a path before its band does: when a criterion was judged at or below a level (1 = lowest)."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="path_rules")
    path = models.ForeignKey(DevelopmentPath, models.CASCADE, related_name="+", verbose_name=_("development path"))
    criterion_code = models.CharField(_("criterion"), max_length=3, validators=[_code])
    at_most_level = models.PositiveSmallIntegerField(_("at or below level"), validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("rule for a path")
        verbose_name_plural = _("rules for paths")
        ordering = ["position", "pk"]
        triggers = [draft_only("ROW.instrument_id")]

    def __str__(self) -> str:
        return f"{self.criterion_code} <= {self.at_most_level}"
