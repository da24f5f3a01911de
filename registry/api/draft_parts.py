"""Photos and permits of a draft, one by one: bytes are checked and re-encoded as those of the screens are."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.parse import JSONParser
from common.api.strict import taken
from common.api.views import key_of
from partners.writing import write
from registry.models import Product
from registry.services import permits, photos

from . import schema_drafts as schema
from .draft_fields import PermitWrite, PhotoWrite
from .drafts import DraftView
from .words import told


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
