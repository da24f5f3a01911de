"""What partners send of a product: the same shape in which they read it back. The rules beyond types are those of the forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers as s

from accounts.validators import clean_phone
from common.api.strict import Flag, StrictSerializer, Text, Whole
from registry import states
from registry.forms.groups import MAX_VARIANTS
from registry.forms.parts import EARLIEST_YEAR
from registry.models import Category
from registry.models.producers import nib_validator
from registry.models.products import barcode_validator

MOST_RUPIAH = 10**12
MOST_PEOPLE = 100_000
MOST = 500  # items of one request
ATOMIC, EACH = "atomic", "each"
RESULTS = ("created", "changed", "unchanged", "refused", "not_written")  # of an item
HOLDERS = ("maker", "producer", "collective")


class MakerWrite(StrictSerializer):
    name = Text(most=150, help_text="The group, BUM Desa, cooperative or family that makes it. One of this name is met, not doubled.")
    legal_form = s.ChoiceField(states.LegalForm.values, required=False, help_text="Its legal form; group unless told.")
    nib = Text(most=13, required=False, allow_blank=True, help_text="NIB, 13 figures; empty if there is none.")
    founded_year = Whole(required=False, allow_null=True, min_value=EARLIEST_YEAR, max_value=9999, help_text="Since which year.")
    members = Whole(required=False, allow_null=True, min_value=0, max_value=MOST_PEOPLE, help_text="How many members.")
    women = Whole(required=False, allow_null=True, min_value=0, max_value=MOST_PEOPLE, help_text="How many of them are women.")
    disabled = Whole(
        required=False, allow_null=True, min_value=0, max_value=MOST_PEOPLE, help_text="How many of them are people with disability."
    )

    def validate_nib(self, value: str) -> str:
        if value:
            nib_validator(value)
        return value

    def validate_founded_year(self, value: int | None) -> int | None:
        if value is not None and value > timezone.localdate().year:
            raise s.ValidationError(_("This year has not come yet."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        members = attrs.get("members")
        for name in ("women", "disabled"):
            if members is not None and (attrs.get(name) or 0) > members:
                raise s.ValidationError({name: _("There cannot be more than members.")})
        return attrs


class ContactWrite(StrictSerializer):
    name = Text(most=120, required=False, allow_blank=True, help_text="Whom buyers may call.")
    phone = Text(most=30, required=False, allow_blank=True, help_text="WhatsApp or phone: 0812... or +62812...")
    consent = Flag(
        required=False,
        help_text="True only when this very person has agreed to be shown to everybody (UU PDP 27/2022); false takes it back.",
    )

    def validate_phone(self, value: str) -> str:
        try:
            return clean_phone(value)
        except Invalid as error:
            raise s.ValidationError(error.messages) from None


class VariantWrite(StrictSerializer):
    key = s.UUIDField(required=False, help_text="Made by you or read back; keeps a size the same when it is sent again.")
    label = Text(most=80, required=False, allow_blank=True, default="", help_text="Name of this size; often empty.")
    net_content = s.DecimalField(10, 2, default=None, allow_null=True, min_value=0, help_text="Net content in `unit`, for example 250.")
    unit = s.ChoiceField(states.MeasureUnit.values, help_text="Unit of the net content.")
    price = Whole(default=None, allow_null=True, min_value=1, max_value=MOST_RUPIAH, help_text="Price in whole rupiah; null: on request.")
    barcode = Text(most=14, required=False, allow_blank=True, default="", help_text="8 to 14 figures; empty if there is none.")

    def validate_barcode(self, value: str) -> str:
        if value:
            barcode_validator(value)
        return value


class ChainWrite(StrictSerializer):
    step = s.ChoiceField(states.ChainStep.values, help_text="Step of the value chain.")
    price_after = Whole(min_value=1, max_value=MOST_RUPIAH, help_text="Price of one selling unit after this step, in whole rupiah.")
    place = s.ChoiceField(states.ChainPlace.values, help_text="Where the step is done.")
    note = Text(most=150, required=False, allow_blank=True, default="", help_text="A note.")


class CapacityWrite(StrictSerializer):
    peak = s.DecimalField(12, 2, required=False, allow_null=True, min_value=0, help_text="Made in a month of the season, in `unit`.")
    lean = s.DecimalField(12, 2, required=False, allow_null=True, min_value=0, help_text="Made in a month out of season, in `unit`.")
    unit = s.ChoiceField(states.MeasureUnit.values, required=False, allow_blank=True, help_text="Unit; needed where a number is told.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("peak") is not None or attrs.get("lean") is not None) and not attrs.get("unit"):
            raise s.ValidationError({"unit": _("Choose the unit. Example: kg.")})
        return attrs


class DraftFields(StrictSerializer):
    """The fields of a product. None is needed to begin. A list that is sent is written whole; of a maker what is left out stays."""

    name = Text(most=120, required=False, allow_blank=True, help_text="Name as on the pack.")
    category = s.CharField(required=False, allow_null=True, max_length=60, help_text="Slug of an offered category, see /categories.")
    summary = Text(most=600, multiline=True, required=False, allow_blank=True, help_text="What it is; two sentences at least to send it.")
    maker = MakerWrite(required=False, help_text="Who makes it.")
    place_note = Text(most=150, required=False, allow_blank=True, help_text="Hamlet or place.")
    contact = ContactWrite(required=False, help_text="Whom buyers may call. With empty name and phone there is none.")
    variants = VariantWrite(many=True, required=False, max_length=MAX_VARIANTS, help_text="Sizes in their order; one left out is removed.")
    price_on_request = Flag(required=False, help_text="Whether buyers ask for the price.")
    story = Text(most=4000, multiline=True, required=False, allow_blank=True, help_text="Its story.")
    raw_material = Text(most=150, required=False, allow_blank=True, help_text="Main raw material.")
    raw_material_origin = Text(most=200, required=False, allow_blank=True, help_text="Where that comes from.")
    replaces_import = Text(most=150, required=False, allow_blank=True, help_text="Goods from outside NTT it can replace.")
    chain = ChainWrite(many=True, required=False, max_length=5, help_text="Steps of the value chain, each once.")
    shares_public = Flag(required=False, help_text="Whether the public may see the shares in percent.")
    months = s.ListField(
        child=Whole(min_value=1, max_value=12), required=False, max_length=12, help_text="Months in which it is made, 1 to 12."
    )
    capacity = CapacityWrite(required=False, help_text="How much is made in a month.")

    def validate_category(self, value: str | None) -> str | None:
        offered = self.context.get("categories")
        offered = Category.objects.offered().values_list("slug", flat=True) if offered is None else offered
        if value and value not in offered:
            raise s.ValidationError(_("No category that is offered has this slug."))
        return value

    def validate_variants(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["key"] for row in value if row.get("key")]
        if len(set(keys)) < len(keys):
            raise s.ValidationError(_("Send each key once."))
        return value

    def validate_months(self, value: list[int]) -> list[int]:
        return sorted(set(value))

    def validate_chain(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({row["step"] for row in value}) < len(value):
            raise s.ValidationError(_("Send each step once."))
        return value


class DraftChange(DraftFields):
    """Fields to write into a draft that exists."""

    external_id = Text(most=100, required=False, help_text="The number of the product in your own system; one product each.")


class DraftStart(DraftChange):
    """A product to begin."""

    producer = Text(most=40, help_text="Code of the producer that gave you a delegation: village code, NPSN or register number.")


class BulkItem(DraftChange):
    """Begins a product, or changes the one of this `code` or of this `external_id` of yours."""

    code = Text(most=40, required=False, help_text="Product code of a draft to change.")
    producer = Text(most=40, required=False, help_text="Needed to begin a product; not needed to change one.")
    if_match = Text(most=80, required=False, help_text="ETag of the draft as you read it; needed where a person edited it last.")


class SendWrite(StrictSerializer):
    declaration = Flag(
        help_text="True: the data and photos are the producer's or may be used, the people named and shown have agreed, "
        "and once approved everything but what is marked as not public may be shown."
    )


class FormSerializer(StrictSerializer):
    """The fields of a multipart form arrive as lists; one of each counts."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return super().to_internal_value({name: data[name] for name in data} if isinstance(data, Mapping) else data)


class PhotoWrite(FormSerializer):
    file = s.FileField(help_text="JPEG, PNG, WebP or HEIC, at most 12 MB. Its place and camera data are removed.")
    key = s.UUIDField(required=False, help_text="Made by you: the same key sent again is the same photo.")
    sha256 = s.RegexField(r"^[0-9a-fA-F]{64}$", required=False, help_text="SHA-256 of the bytes you sent; refused when others arrived.")
    kind = s.ChoiceField(states.PhotoKind.values, default=states.PhotoKind.PRODUCT, help_text="What it shows.")
    alt = Text(most=200, required=False, allow_blank=True, default="", help_text="What the photo shows, in words.")


class PermitFields(FormSerializer):
    kind = s.ChoiceField(states.PermitKind.values, help_text="Kind of permit or certificate.")
    number = Text(most=80, help_text="Number as on the paper. The same kind and number again is the same permit.")
    issuer = Text(most=120, required=False, allow_blank=True, help_text="Who issued it.")
    issued_on = s.DateField(required=False, allow_null=True, help_text="Day of issue.")
    expires_on = s.DateField(required=False, allow_null=True, help_text="Last valid day (WITA); null when it has none.")
    holder = s.ChoiceField(HOLDERS, required=False, help_text="In whose name; the maker of the product unless told.")
    collective = Text(most=150, required=False, allow_blank=True, help_text="Name of the association that holds it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("holder") == "collective" and not attrs.get("collective"):
            raise s.ValidationError({"collective": _("Write the name of the association.")})
        issued, ends = attrs.get("issued_on"), attrs.get("expires_on")
        if issued and ends and ends < issued:
            raise s.ValidationError({"expires_on": _("The last day lies before the day of issue.")})
        return attrs


class PermitWrite(PermitFields):
    file = s.FileField(required=False, help_text="Photo of the permit; only officers see it.")
    sha256 = s.RegexField(r"^[0-9a-fA-F]{64}$", required=False, help_text="SHA-256 of the bytes of the photo.")


class BulkWrite(StrictSerializer):
    mode = s.ChoiceField([ATOMIC, EACH], default=ATOMIC, help_text="atomic: all or none; each: what can be taken is written.")
    items = s.ListField(child=s.DictField(), min_length=1, max_length=MOST, help_text="1 to 500 drafts.")
