"""What only a school has: the OSOP profile of its producer."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.states import Pillar
from registry.models import Producer
from registry.queries.parts import OfProducer
from registry.states import SchoolLevel


@pghistory.track()
class SchoolProfile(models.Model):
    """The school behind an OSOP producer, under its NPSN; the level decides whose desk its submissions lie on."""

    class Ownership(models.TextChoices):
        STATE = "state", _("state (negeri)")
        PRIVATE = "private", _("private (swasta)")

    producer = models.OneToOneField(Producer, models.PROTECT, primary_key=True, related_name="school_profile", verbose_name=_("producer"))
    pillar = models.CharField(max_length=4, default=Pillar.OSOP, editable=False)
    npsn = models.CharField("NPSN", max_length=8, blank=True, validators=[RegexValidator(r"^[0-9A-Z]{8}$", _("An NPSN has 8 characters."))])
    level = models.CharField(pgettext_lazy("school", "level"), max_length=4, choices=SchoolLevel)
    ownership = models.CharField(_("state or private"), max_length=7, choices=Ownership, blank=True)
    departments = models.CharField(_("departments that make the products"), max_length=200, blank=True)

    objects = OfProducer.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        constraints = [
            models.CheckConstraint(name="school_profile_pillar", condition=Q(pillar=Pillar.OSOP.value)),
            models.UniqueConstraint(name="school_npsn_once", fields=["npsn"], condition=~Q(npsn="")),
        ]

    def __str__(self) -> str:
        return str(self.producer)
