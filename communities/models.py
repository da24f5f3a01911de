"""What only a community has: the OCOP profile of its producer."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from registry.models import Producer
from registry.queries.parts import OfProducer


class CommunityKind(models.TextChoices):
    CHURCH = "church", _("Church or faith group")
    YOUTH = "youth", _("Youth")
    WOMEN = "women", _("Women")
    FISHERS = "fishers", _("Fishers")
    FARMERS = "farmers", _("Farmers")
    HOBBY = "hobby", _("Hobby")
    STUDENTS = "students", _("Students")
    HEALTH = "health", _("Health workers")
    SERVICE = "service", _("Police or public servants")
    OTHER = "other", _("Other community")


@pghistory.track()
class CommunityProfile(models.Model):
    """The community behind an OCOP producer, under a register number given by the portal."""

    producer = models.OneToOneField(
        Producer, models.PROTECT, primary_key=True, related_name="community_profile", verbose_name=_("producer")
    )
    pillar = models.CharField(max_length=4, default=Pillar.OCOP, editable=False)
    kind = models.CharField(_("kind of community"), max_length=10, choices=CommunityKind)
    parent_body = models.CharField(_("belongs to"), max_length=150, blank=True, help_text=_("A church, association or office."))
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)

    objects = OfProducer.as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        constraints = [models.CheckConstraint(name="community_profile_pillar", condition=Q(pillar=Pillar.OCOP.value))]

    def __str__(self) -> str:
        return str(self.producer)
