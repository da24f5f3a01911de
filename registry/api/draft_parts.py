"""Photos and permits of a draft, one by one: bytes are checked and re-encoded as those of the screens are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.parse import JSONParser
from common.api.strict import StrictSerializer, Text
from partners.writing import write
from registry.models import Product
from registry.services import permits, photos
from registry.states import PermitKind, PhotoKind

from . import schema_drafts as schema
from .drafts import DraftView, taken
from .words import told

HOLDERS = [("maker", "maker"), ("producer", "producer"), ("collective", "collective")]


class FormSerializer(StrictSerializer):
    """The fields of a multipart form arrive as lists; one of each counts."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return super().to_internal_value({name: data[name] for name in data} if isinstance(data, Mapping) else data)


class PhotoWrite(FormSerializer):
    file = s.FileField(help_text="JPEG, PNG, WebP or HEIC, at most 12 MB. Its place and camera data are removed.")
    key = s.UUIDField(required=False, help_text="Made by you: the same key sent again is the same photo.")
    sha256 = s.RegexField(r"^[0-9a-fA-F]{64}$", required=False, help_text="SHA-256 of the bytes you sent; refused when others arrived.")
    kind = s.ChoiceField(PhotoKind.values, default=PhotoKind.PRODUCT, help_text="What it shows.")
    alt = Text(most=200, required=False, allow_blank=True, default="", help_text="What the photo shows, in words.")


class PermitWrite(FormSerializer):
    kind = s.ChoiceField(PermitKind.values, help_text="Kind of permit or certificate.")
    number = Text(most=80, help_text="Number as on the paper. The same kind and number again is the same permit.")
    issuer = Text(most=120, required=False, allow_blank=True, help_text="Who issued it.")
    issued_on = s.DateField(required=False, allow_null=True, help_text="Day of issue.")
    expires_on = s.DateField(required=False, allow_null=True, help_text="Last valid day (WITA); null when it has none.")
    holder = s.ChoiceField(HOLDERS, required=False, help_text="In whose name; the maker of the product unless told.")
    collective = Text(most=150, required=False, allow_blank=True, help_text="Name of the association that holds it.")
    file = s.FileField(required=False, help_text="Photo of the permit, in a multipart form; only officers see it.")
    sha256 = s.RegexField(r"^[0-9a-fA-F]{64}$", required=False, help_text="SHA-256 of the bytes of the photo.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("holder") == "collective" and not attrs.get("collective"):
            raise s.ValidationError({"collective": _("Write the name of the association.")})
        issued, ends = attrs.get("issued_on"), attrs.get("expires_on")
        if issued and ends and ends < issued:
            raise s.ValidationError({"expires_on": _("The last day lies before the day of issue.")})
        return attrs


def key_of(text: str) -> uuid.UUID:
    """The key of a photo or permit in an address; what is no key at all is not found either."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error


class DraftPhotos(DraftView):
    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]

    @extend_schema(**schema.PHOTO_ADD)
    @write(what=gettext_lazy("Added a photo"))
    def post(self, request: Request, code: str) -> Response:
        sent = taken(PhotoWrite, request.data)
        product = self.hold(code)
        with told():
            photos.add_photo(
                actor=request.user,
                product=product,
                key=sent.get("key") or uuid.uuid4(),
                upload=sent["file"],
                sha256=sent.get("sha256"),
                kind=sent["kind"],
                alt=sent["alt"],
            )
        return self.answer(self.product(code), 201)


class DraftPhoto(DraftView):
    @extend_schema(**schema.PHOTO_REMOVE)
    @write(what=gettext_lazy("Removed a photo"))
    def delete(self, request: Request, code: str, key: str) -> Response:
        photo = self.hold(code).photos.filter(key=key_of(key)).first()
        if photo is None:
            raise NotFound(_("This draft has no photo of this key."))
        with told():
            photos.remove_photo(actor=request.user, photo=photo)
        return self.answer(self.product(code))


class DraftPermits(DraftView):
    parser_classes: ClassVar[list[type[BaseParser]]] = [JSONParser, MultiPartParser]

    @extend_schema(**schema.PERMIT_ADD)
    @write(what=gettext_lazy("Wrote a permit"))
    def post(self, request: Request, code: str) -> Response:
        sent = taken(PermitWrite, request.data)
        upload, sha256 = sent.pop("file", None), sent.pop("sha256", None)
        product = self.hold(code)
        with told():
            values = sent if self.is_known(product, sent) else {"holder": "maker" if product.enterprise_id else "producer"} | sent
            permits.save_permit(actor=request.user, product=product, values=values, upload=upload, sha256=sha256)
        return self.answer(self.product(code), 201)

    @staticmethod
    def is_known(product: Product, sent: dict[str, Any]) -> bool:
        """Whether the producer has this permit already: what is not sent of it stays, its holder too."""
        return product.producer.permits.filter(kind=sent["kind"], number=sent["number"]).exists()


class DraftPermit(DraftView):
    @extend_schema(**schema.PERMIT_REMOVE)
    @write(what=gettext_lazy("Took a permit from a product"))
    def delete(self, request: Request, code: str, key: str) -> Response:
        product = self.hold(code)
        permit = product.permits.filter(key=key_of(key)).first()
        if permit is None:
            raise NotFound(_("This draft has no permit of this key."))
        with told():
            permits.remove_permit(actor=request.user, product=product, permit=permit)
        return self.answer(self.product(code))
