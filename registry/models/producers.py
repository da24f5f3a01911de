"""Producers (the village, school or community), the enterprises that make, and the people to call."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import phone_validator
from accounts.states import Pillar
from registry import states
from registry.queries.parts import OfProducer
from registry.queries.producers import ContactQuerySet, EnterpriseQuerySet, ProducerQuerySet

nib_validator = RegexValidator(r"^\d{13}$", _("A NIB has 13 figures."))


@pghistory.track()
class Producer(models.Model):
    """The village, school or community that owns flagship products.

    `code` is its public key for good: the village code, the NPSN, or a register number. What only one pillar has
    lives in that pillar's profile; the database refuses a profile of another pillar (composite foreign key).
    """

    pillar = models.CharField(_("pillar"), max_length=4, choices=Pillar, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="producers", verbose_name=_("place"))
    name = models.CharField(_("name"), max_length=150)
    about = models.TextField(_("about"), max_length=2000, blank=True)
    search_text = models.TextField(editable=False, default="")
    ended_on = models.DateField(_("not active since"), null=True, blank=True)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ProducerQuerySet.as_manager()

    class Meta:
        verbose_name = _("producer")
        verbose_name_plural = _("producers")
        ordering = ["name", "pk"]
        indexes = [GinIndex(name="producer_search_trgm", fields=["search_text"], opclasses=["gin_trgm_ops"])]
        constraints = [
            # The target of the profiles' composite foreign key.
            models.UniqueConstraint(name="producer_id_pillar", fields=["id", "pillar"]),
        ]

    def __str__(self) -> str:
        return self.name


class ProducerAlias(models.Model):
    """A former name or code under which a producer is still found."""

    class What(models.TextChoices):
        NAME = "name", _("name")
        CODE = "code", _("code")

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="former", verbose_name=_("producer"))
    what = models.CharField(_("kind"), max_length=4, choices=What)
    value = models.CharField(_("value"), max_length=150)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = OfProducer.as_manager()

    class Meta:
        verbose_name = _("former name or code")
        verbose_name_plural = _("former names and codes")
        constraints = [
            models.UniqueConstraint(name="producer_former_code_once", fields=["value"], condition=Q(what="code")),
        ]

    def __str__(self) -> str:
        return self.value


@pghistory.track()
class Enterprise(models.Model):
    """Who makes: a group, BUM Desa, cooperative, school unit or firm that works for one producer."""

    producer = models.ForeignKey(Producer, models.PROTECT, related_name="enterprises", verbose_name=_("producer"))
    name = models.CharField(_("name of the maker"), max_length=150)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=states.LegalForm, default=states.LegalForm.GROUP)
    nib = models.CharField("NIB", max_length=13, blank=True, validators=[nib_validator])
    founded_year = models.PositiveSmallIntegerField(_("since (year)"), null=True, blank=True)
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    women = models.PositiveIntegerField(_("of whom women"), null=True, blank=True)
    disabled = models.PositiveIntegerField(_("of whom people with disability"), null=True, blank=True)
    is_industry = models.BooleanField(_("industry, not a small maker"), default=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("maker")
        verbose_name_plural = _("makers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(name="enterprise_name_once_per_producer", fields=["producer", "name"]),
            models.CheckConstraint(
                name="enterprise_parts_within_members",
                condition=(Q(members=None) | Q(women=None) | Q(women__lte=models.F("members")))
                & (Q(members=None) | Q(disabled=None) | Q(disabled__lte=models.F("members"))),
                violation_error_message=_("There cannot be more women or people with disability than members."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Of the members: also asked where the database's constraint would only say no."""
        for name in ("women", "disabled"):
            if self.members is not None and (getattr(self, name) or 0) > self.members:
                raise ValidationError({name: _("There cannot be more than members.")})


@pghistory.track(exclude=["name", "phone"])
class Contact(models.Model):
    """A person to call about a producer. Snapshots and history hold only the reference, so erasing is one update.

    Shown to the public only while `consent_given_at` is set and `consent_withdrawn_at` is not (UU PDP 27/2022).
    """

    producer = models.ForeignKey(Producer, models.PROTECT, related_name="contacts", verbose_name=_("producer"))
    enterprise = models.ForeignKey(Enterprise, models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("maker"))
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("WhatsApp or phone"), max_length=16, blank=True, validators=[phone_validator])
    consent_version = models.CharField(_("version of the consent"), max_length=20, blank=True)
    consent_given_at = models.DateTimeField(_("consent given"), null=True, blank=True)
    consent_recorded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    consent_withdrawn_at = models.DateTimeField(_("consent withdrawn"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_erased_is_empty",
                condition=Q(erased_at=None) | Q(name="", phone=""),
            ),
            models.CheckConstraint(name="contact_consent_has_version", condition=Q(consent_given_at=None) | ~Q(consent_version="")),
        ]

    def __str__(self) -> str:
        return self.name or "—"

    @property
    def is_public(self) -> bool:
        """Whether the person currently agrees to be shown."""
        return bool(self.consent_given_at) and not self.consent_withdrawn_at and not self.erased_at
