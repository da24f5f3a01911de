"""What only a village (desa or kelurahan) has: the OVOP profile of its producer."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from registry.models import Producer
from registry.queries.parts import OfProducer


@pghistory.track()
class VillageProfile(models.Model):
    """The village behind an OVOP producer; its region is always a desa or kelurahan."""

    producer = models.OneToOneField(Producer, models.PROTECT, primary_key=True, related_name="village_profile", verbose_name=_("producer"))
    pillar = models.CharField(max_length=4, default=Pillar.OVOP, editable=False)
    bumdes_name = models.CharField(_("name of the BUM Desa"), max_length=120, blank=True)
    kopdes_name = models.CharField(_("name of the Kopdes Merah Putih"), max_length=120, blank=True)
    website = models.URLField(_("website of the village"), blank=True)

    objects = OfProducer.as_manager()

    class Meta:
        verbose_name = _("village")
        verbose_name_plural = _("villages")
        constraints = [models.CheckConstraint(name="village_profile_pillar", condition=Q(pillar=Pillar.OVOP.value))]

    def __str__(self) -> str:
        return str(self.producer)
