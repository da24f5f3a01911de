"""Products as their producers write them: working copies, legal while incomplete."""

import uuid

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry import codes, states
from registry.queries.participants import ParticipantQuerySet
from registry.queries.parts import OfProduct
from registry.queries.products import ProductQuerySet

from .images import StoredImage
from .producers import Enterprise, Producer
from .reference import Category

barcode_validator = RegexValidator(r"^\d{8,14}$", _("A barcode has 8 to 14 figures."))


@pghistory.track(exclude=["name_key"])
class Product(models.Model):
    """The working copy of a product; the public sees the catalogue entry, never this row.

    Saved step by step under a base version of each step (registry/steps.py); completeness is judged only at sending.
    `code` is opaque, carries a check character and is never reissued. At most one product of a producer is the
    current flagship.
    """

    key = models.UUIDField(_("key made by the sender"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=12, unique=True, default=codes.new_product_code, editable=False)
    producer = models.ForeignKey(Producer, models.PROTECT, related_name="products", verbose_name=_("producer"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("maker"))
    contact = models.ForeignKey(
        "registry.Contact", models.SET_NULL, null=True, blank=True, related_name="products", verbose_name=_("contact")
    )
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("category"))
    name = models.CharField(_("name of the product"), max_length=120, blank=True)
    name_key = models.CharField(max_length=150, editable=False, default="", blank=True)
    place_note = models.CharField(_("hamlet or place"), max_length=150, blank=True)
    summary = models.TextField(_("about the product"), max_length=600, blank=True)
    story = models.TextField(_("story"), max_length=4000, blank=True)
    raw_material = models.CharField(_("main raw material"), max_length=150, blank=True)
    raw_material_origin = models.CharField(_("where the raw material comes from"), max_length=200, blank=True)
    replaces_import = models.CharField(_("which incoming goods it can replace"), max_length=150, blank=True)
    shares_public = models.BooleanField(_("shares of the value may be shown to the public"), default=False)
    price_on_request = models.BooleanField(_("price on request"), default=False)
    months = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(12)]),
        verbose_name=_("months of production"),
        default=list,
        blank=True,
    )
    capacity_peak = models.DecimalField(
        _("made per month in season"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    capacity_lean = models.DecimalField(
        _("made per month out of season"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    capacity_unit = models.CharField(_("unit of capacity"), max_length=10, choices=states.MeasureUnit, blank=True)
    is_flagship = models.BooleanField(_("flagship of its producer"), default=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    is_synthetic = models.BooleanField(_("made up for load tests"), default=False, editable=False)
    source_url = models.URLField(_("public source"), max_length=400, blank=True)
    source_day = models.DateField(_("reported on"), null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    edited_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    edited_at = models.DateTimeField(_("last edited"), default=timezone.now, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "pk"]
        indexes = [GinIndex(name="product_name_trgm", fields=["name_key"], opclasses=["gin_trgm_ops"])]
        constraints = [
            models.UniqueConstraint(name="product_one_flagship_per_producer", fields=["producer"], condition=Q(is_flagship=True)),
            models.CheckConstraint(name="product_months_of_the_year", condition=Q(months__contained_by=list(range(1, 13)))),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class ExternalId(models.Model):
    """The number a product has in a partner's own system: one product each way for each partner."""

    partner = models.ForeignKey("partners.Partner", models.PROTECT, related_name="+", verbose_name=_("partner"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="external_ids", verbose_name=_("product"))
    value = models.CharField(_("number in the partner's system"), max_length=100)

    objects = OfProduct.as_manager()

    class Meta:
        verbose_name = _("number in a partner's system")
        verbose_name_plural = _("numbers in partners' systems")
        constraints = [
            models.UniqueConstraint(name="external_id_once_per_partner", fields=["partner", "value"]),
            models.UniqueConstraint(name="external_id_one_per_product", fields=["partner", "product"]),
        ]

    def __str__(self) -> str:
        return self.value


@pghistory.track()
class ProductVariant(models.Model):
    """One pack or size of a product: net content, unit, price in rupiah (empty means on request), barcode."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants", verbose_name=_("product"))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    label = models.CharField(_("name of the variant"), max_length=80, blank=True)
    net_content = models.DecimalField(
        _("net content"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("unit"), max_length=10, choices=states.MeasureUnit)
    price = models.PositiveBigIntegerField(_("price (rupiah)"), null=True, blank=True)
    barcode = models.CharField(_("barcode"), max_length=14, blank=True, validators=[barcode_validator])
    is_active = models.BooleanField(_("sold"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OfProduct.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="variant_barcode_once", fields=["barcode"], condition=~Q(barcode="") & Q(is_active=True)),
            models.CheckConstraint(name="variant_price_positive", condition=Q(price=None) | Q(price__gt=0)),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.net_content or ''} {self.get_unit_display()}".strip()


@pghistory.track()
class ChainStage(models.Model):
    """The price of one selling unit after a step of the value chain (rupiah), and where the step is done."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="chain", verbose_name=_("product"))
    step = models.CharField(_("step"), max_length=10, choices=states.ChainStep)
    price_after = models.PositiveBigIntegerField(_("price after this step (rupiah)"))
    place = models.CharField(_("done"), max_length=10, choices=states.ChainPlace)
    note = models.CharField(_("note"), max_length=150, blank=True)

    objects = OfProduct.as_manager()

    class Meta:
        verbose_name = _("step of the value chain")
        verbose_name_plural = _("steps of the value chain")
        constraints = [models.UniqueConstraint(name="chain_step_once", fields=["product", "step"])]

    def __str__(self) -> str:
        return self.get_step_display()


@pghistory.track()
class Participant(models.Model):
    """Another producer that has part in a product, from a day to a day, agreed by that producer's head.

    Asked by the product's own people; it counts only once agreed. A refusal ends the row, so the same may be asked again.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="participants", verbose_name=_("product"))
    producer = models.ForeignKey(Producer, models.PROTECT, related_name="participations", verbose_name=_("producer"))
    role = models.CharField(_("role"), max_length=10, choices=states.ParticipantRole)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    agreed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed by"))
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(name="participant_once", fields=["product", "producer", "role"], condition=Q(ends_on=None)),
            models.CheckConstraint(name="participant_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on"))),
            models.CheckConstraint(
                name="participant_agreed_by_somebody",
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="participant_declined_is_over",
                condition=Q(declined_at=None) | Q(agreed_at=None, ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer} ({self.get_role_display()})"

    @property
    def is_asked(self) -> bool:
        """Whether it still waits for the answer of the other producer's head."""
        return self.ends_on is None and self.agreed_at is None

    @property
    def is_agreed(self) -> bool:
        """Whether it counts today."""
        return self.ends_on is None and self.agreed_at is not None


class ProductPhoto(models.Model):
    """One photo of a product's working copy; the image itself is shared by content."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="photos", verbose_name=_("product"))
    image = models.ForeignKey(StoredImage, models.PROTECT, related_name="uses", verbose_name=_("image"))
    kind = models.CharField(_("shows"), max_length=10, choices=states.PhotoKind, default=states.PhotoKind.PRODUCT)
    alt = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfProduct.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="photo_once_per_product", fields=["product", "image"])]

    def __str__(self) -> str:
        return self.alt or self.get_kind_display()
