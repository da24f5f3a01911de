"""Reference data the programme edits: categories, holidays, and whose desk a submission lies on."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.states import Office, Pillar, Role
from registry import states
from registry.queries.reference import CategoryQuerySet


@pghistory.track()
class Category(models.Model):
    """One of two levels of product categories; only a category that is food asks for food permits."""

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("group"))
    name_id = models.CharField(_("Indonesian name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    is_food = models.BooleanField(_("is food or drink"), default=False)
    required_permits = ArrayField(
        models.CharField(max_length=20, choices=states.PermitKind), verbose_name=_("compulsory permits"), default=list, blank=True
    )
    useful_permits = ArrayField(
        models.CharField(max_length=20, choices=states.PermitKind), verbose_name=_("useful permits"), default=list, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name_id"]
        constraints = [
            models.CheckConstraint(
                name="category_food_permits_only_for_food",
                condition=Q(is_food=True) | ~Q(required_permits__overlap=[states.PermitKind.PIRT.value, states.PermitKind.BPOM_MD.value]),
                violation_error_message=_("Food permits may only be compulsory for food and drink."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_id


@pghistory.track()
class Holiday(models.Model):
    """A day on which no desk works: national holidays and collective leave, edited by the province.

    A year without rows counts Monday to Friday and is shown as provisional.
    """

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_collective_leave = models.BooleanField(_("collective leave"), default=False)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"


@pghistory.track()
class CheckerRule(models.Model):
    """Who checks first: the most exact rule (region before level before pillar) decides the desk of a submission.

    Promise and takeover are working days: after the promise the office's head hears of it, after the takeover
    days the province may take the check over.
    """

    pillar = models.CharField(_("pillar"), max_length=4, choices=Pillar)
    school_level = models.CharField(_("school level"), max_length=4, choices=states.SchoolLevel, blank=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only in"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    office = models.CharField(_("level of office"), max_length=10, choices=Office)
    promise_days = models.PositiveSmallIntegerField(_("promised within (working days)"), default=3)
    takeover_days = models.PositiveSmallIntegerField(_("province may take over after (working days)"), default=7)

    class Meta:
        verbose_name = _("first checker")
        verbose_name_plural = _("first checkers")
        ordering = ["pillar", "school_level"]
        constraints = [
            models.UniqueConstraint(name="checker_rule_once", fields=["pillar", "school_level", "region"], nulls_distinct=False),
            models.CheckConstraint(name="checker_rule_level_only_for_schools", condition=Q(school_level="") | Q(pillar=Pillar.OSOP.value)),
            models.CheckConstraint(name="checker_rule_takeover_after_promise", condition=Q(takeover_days__gt=models.F("promise_days"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_pillar_display()} {self.get_school_level_display()}: {self.get_role_display()}"
