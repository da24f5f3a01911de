"""Stored images: what was received, and the re-encoded sizes made of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry import states
from registry.queries.images import StoredImageQuerySet


class StoredImage(models.Model):
    """One image under the SHA-256 of the bytes received; the same bytes sent twice are one row.

    The bytes as received are private and are dropped once the sizes are made. `sizes` maps "l", "m", "s" to
    {"sha256", "bytes", "width", "height"} of WebP files without metadata (names: registry/images/storage.py).
    An image named by a submission version is never deleted. `published_at` opens its sizes to the public while a shown
    entry names it (registry/catalogue.py).
    """

    sha256 = models.CharField(max_length=64, unique=True)
    received_bytes = models.PositiveIntegerField(_("bytes received"))
    state = models.CharField(_("state"), max_length=10, choices=states.ImageState, default=states.ImageState.WAITING)
    refusal = models.CharField(_("why refused"), max_length=200, choices=states.ImageRefusal, blank=True)
    sizes = models.JSONField(default=dict, blank=True)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("open to the public since"), null=True, blank=True)

    objects = StoredImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_at"], name="image_waiting", condition=Q(state="waiting"))]
        constraints = [
            models.CheckConstraint(name="image_ready_has_sizes", condition=~Q(state="ready") | Q(sizes__has_keys=["s", "m", "l"])),
            models.CheckConstraint(name="image_published_is_ready", condition=Q(published_at=None) | Q(state="ready")),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
