"""The Kemendagri tree of regions: province, regency, district, village, and how it changes."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .queries import RegionPlanQuerySet, RegionQuerySet


class Level(models.IntegerChoices):
    PROVINCE = 1, _("province")
    REGENCY = 2, _("regency or city")
    DISTRICT = 3, _("district")
    VILLAGE = 4, _("village or ward")


class Kind(models.TextChoices):
    PROVINCE = "province", _("Province")
    REGENCY = "regency", _("Regency")
    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    VILLAGE = "village", _("Village (desa)")
    WARD = "ward", _("Ward (kelurahan)")


class SuccessionKind(models.TextChoices):
    RENAME = "rename", _("new name")
    SPLIT = "split", _("split")
    MERGE = "merge", _("merged")
    MOVED = "moved", _("new code")


@pghistory.track(pghistory.UpdateEvent(), level=pgtrigger.Statement, exclude=["search_text", "path_text"])
class Region(models.Model):
    """One region under its Kemendagri code; the code is the key and the path: a subtree is `X` and `X.%`.

    Rows are never deleted: a code that is no longer in force gets `ended_on`, the first day without it,
    and answers with its successors. Changes come from the services alone.
    """

    code = models.CharField(_("Kemendagri code"), max_length=13, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    full_name = models.CharField(_("full name"), max_length=300, help_text=_("With kind and every region above it."))
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    aliases = ArrayField(models.CharField(max_length=100), verbose_name=_("other spellings"), default=list, blank=True)
    search_text = models.TextField(_("search text"), editable=False, default="")
    path_text = models.TextField(_("folded full name"), editable=False, default="")
    started_on = models.DateField(_("in force since"), null=True, blank=True, help_text=_("Empty: since before the first load."))
    ended_on = models.DateField(_("not in force since"), null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = [
            GinIndex(name="region_search_trgm", fields=["search_text"], opclasses=["gin_trgm_ops"]),
            GinIndex(name="region_path_trgm", fields=["path_text"], opclasses=["gin_trgm_ops"]),
            models.Index(fields=["level", "name"], name="region_level_name"),
        ]
        constraints = [
            models.CheckConstraint(
                name="region_root_has_no_parent", condition=Q(level=1, parent=None) | Q(level__gt=1, parent__isnull=False)
            ),
            models.CheckConstraint(
                name="region_ends_after_start",
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")),
                violation_error_message=_("The day lies before the region began."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


@pgtrigger.register(pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete))
class RegionSuccession(models.Model):
    """That one region gave way to another on a day by a decree; append-only, one row for each pair and day.

    `old` and `new` are the same where a region keeps its code: its own new name, or the part a split left behind.
    """

    old = models.ForeignKey(Region, models.PROTECT, related_name="successions", verbose_name=_("former region"))
    new = models.ForeignKey(Region, models.PROTECT, related_name="predecessions", verbose_name=_("new region"))
    kind = models.CharField(_("kind of change"), max_length=10, choices=SuccessionKind)
    former_name = models.CharField(_("former name"), max_length=100)
    decree = models.CharField(_("decree"), max_length=150)
    day = models.DateField(_("in force since"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("change of a region")
        verbose_name_plural = _("changes of regions")
        ordering = ["-day", "old_id", "new_id"]
        constraints = [models.UniqueConstraint(name="region_succession_once", fields=["old", "new", "day"])]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class PlanState(models.TextChoices):
    OPEN = "open", _("waits for a decision")
    CONFIRMED = "confirmed", _("carried out")
    DROPPED = "dropped", _("set aside")


class RegionPlan(models.Model):
    """What a newer edition of the tree would change here; nothing of it happens before the province confirms.

    Of one content (`fingerprint`) there is one plan, so a decided edition is not asked about again.
    The first load is recorded as a confirmed plan without items.
    """

    edition = models.CharField(_("edition"), max_length=60, editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.OPEN, editable=False)
    decree = models.CharField(_("decree"), max_length=150, blank=True, help_text=_("Number and year, as it will be quoted."))
    day = models.DateField(_("in force since"), null=True, blank=True, help_text=_("Today or earlier. Empty: the day you confirm."))
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    objects = RegionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("reload plan")
        verbose_name_plural = _("reload plans")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.edition


class ItemKind(models.TextChoices):
    RENAME = "rename", _("new name")
    ADDED = "added", _("new region")
    SPLIT = "split", _("split")
    MERGE = "merge", _("merged")
    MOVED = "moved", _("new code")
    ENDED = "ended", _("ended without successor")
    POSTAL = "postal", _("new postal code")
    UNKNOWN = "unknown", _("not clear yet")


class RegionPlanItem(models.Model):
    """One difference and how it is read; `unknown` must be decided before the plan can be confirmed.

    `rows` freezes the names and postal codes of the edition, so that what is confirmed is what was shown.
    """

    plan = models.ForeignKey(RegionPlan, models.CASCADE, related_name="items", verbose_name=_("reload plan"))
    kind = models.CharField(_("kind of change"), max_length=10, choices=ItemKind)
    old_codes = ArrayField(models.CharField(max_length=13), verbose_name=_("codes before"), default=list, blank=True)
    new_codes = ArrayField(models.CharField(max_length=13), verbose_name=_("codes after"), default=list, blank=True)
    old_names = models.CharField(_("names before"), max_length=500, blank=True, editable=False)
    new_names = models.CharField(_("names after"), max_length=500, blank=True, editable=False)
    rows = models.JSONField(_("rows of the edition"), default=dict, editable=False)
    confidence = models.PositiveSmallIntegerField(_("confidence of the guess (percent)"), default=0, editable=False)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["confidence", "pk"]
        constraints = [
            models.CheckConstraint(name="region_plan_item_confidence", condition=Q(confidence__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {', '.join(self.old_codes or self.new_codes)}"
