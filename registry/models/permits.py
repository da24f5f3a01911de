"""Permits and certificates: held by an enterprise, a producer or a collective, covering products."""

import uuid

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry import states
from registry.queries.permits import PermitQuerySet

from .images import StoredImage
from .producers import Enterprise, Producer
from .products import Product


@pghistory.track(exclude=["version"])
class Permit(models.Model):
    """A permit with number, issuer and days; whether it is valid today is computed from its days, never stored.

    Held by exactly one holder: an enterprise, a producer, or a collective named in words (such as an MPIG). `producer`
    is always the one whose people keep it up to date.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    producer = models.ForeignKey(Producer, models.PROTECT, related_name="permits", verbose_name=_("kept by"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="permits", verbose_name=_("maker"))
    collective = models.CharField(_("held by (association)"), max_length=150, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=states.PermitKind)
    number = models.CharField(_("number"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    scan = models.ForeignKey(
        StoredImage, models.PROTECT, null=True, blank=True, related_name="permit_scans", verbose_name=_("photo of the permit")
    )
    products = models.ManyToManyField(Product, related_name="permits", blank=True, verbose_name=_("covers"))
    verified_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(name="permit_number_once_per_producer", fields=["producer", "kind", "number"]),
            models.CheckConstraint(name="permit_one_holder", condition=Q(enterprise=None) | Q(collective="")),
            models.CheckConstraint(
                name="permit_ends_after_issue",
                condition=Q(expires_on=None) | Q(issued_on=None) | Q(expires_on__gte=models.F("issued_on")),
                violation_error_message=_("The last day lies before the day of issue."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
