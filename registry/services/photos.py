"""The photos of a product's working copy: added one by one, ordered, described, taken away.

Each act is one photo under the product's lock, so it needs no base version; adding is repeatable by the sender's key.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from registry import permissions
from registry.errors import Conflict, NotReady
from registry.models import Product, ProductPhoto
from registry.services import images
from registry.services.drafts import locked_for_writing, touch
from registry.states import MAX_PHOTOS, ImageState, PhotoKind

if TYPE_CHECKING:
    from accounts.models import User


def add_photo(
    *,
    actor: User,
    product: Product,
    key: uuid.UUID,
    upload: UploadedFile,
    sha256: str | None = None,
    kind: str = PhotoKind.PRODUCT,
    alt: str = "",
) -> ProductPhoto:
    """Add one photo; the same key or the same bytes sent twice are the one photo that is already there.

    The bytes are kept before the row is written. Raises Refused, NotReady (no fit photo, eight already, product on a
    desk), images.BrokenUpload when the hash is another, Conflict when the key belongs to another product.
    """
    require(permissions.may_write(actor, product))
    receipt = images.receive(upload=upload, sha256=sha256)
    with transaction.atomic():
        fresh = locked_for_writing(actor=actor, product=product)
        known = ProductPhoto.objects.filter(key=key).select_related("image").first()
        if known is not None and known.product_id != fresh.pk:
            raise Conflict(_("This photo has already been sent for another product. Choose it again."))
        if known is not None and known.image.sha256 == receipt.sha256 and known.image.state != ImageState.REFUSED:
            return known
        # A form taken up again with another picture (the "back" button) is another photo.
        photo = ProductPhoto(key=uuid.uuid4() if known else key, product=fresh, kind=kind, alt=alt.strip())
        return _added(actor, fresh, receipt, photo)


def _added(actor: User, product: Product, receipt: images.Receipt, photo: ProductPhoto) -> ProductPhoto:
    same = product.photos.filter(image__sha256=receipt.sha256).first()
    if same is None and product.photos.count() >= MAX_PHOTOS:
        raise NotReady(_("A product has at most %(limit)s photos. Remove one first.") % {"limit": MAX_PHOTOS})
    photo.image = images.claim(actor=actor, receipt=receipt)
    if same is not None:  # after the claim: a photo refused before is prepared again
        return ProductPhoto.objects.select_related("image").get(pk=same.pk)
    last = product.photos.aggregate(last=Max("position"))["last"]
    photo.position = 0 if last is None else last + 1
    photo.full_clean(exclude=["product", "image"])
    photo.save()
    touch(product, actor)
    return photo


@transaction.atomic
def remove_photo(*, actor: User, photo: ProductPhoto) -> Product:
    """Take a photo out of the working copy; what was sent before keeps it. One already gone is no error."""
    product = locked_for_writing(actor=actor, product=photo.product)
    if ProductPhoto.objects.filter(pk=photo.pk, product=product).delete()[0]:
        _number(list(product.photos.order_by("position", "pk")))
        touch(product, actor)
    return product


@transaction.atomic
def move_photo(*, actor: User, photo: ProductPhoto, by: int) -> ProductPhoto:
    """Move a photo by so many places, forward when negative; the first photo is the one shown on cards."""
    product = locked_for_writing(actor=actor, product=photo.product)
    order = list(product.photos.order_by("position", "pk"))
    mine = _found(order, photo)
    at = order.index(mine)
    order.remove(mine)
    order.insert(min(max(at + by, 0), len(order)), mine)
    _number(order)
    touch(product, actor)
    return mine


@transaction.atomic
def describe_photo(*, actor: User, photo: ProductPhoto, kind: str, alt: str) -> ProductPhoto:
    """Say what a photo shows."""
    product = locked_for_writing(actor=actor, product=photo.product)
    mine = _found(list(product.photos.all()), photo)
    mine.kind, mine.alt = kind, alt.strip()
    mine.full_clean(exclude=["product", "image"])
    mine.save(update_fields=["kind", "alt"])
    touch(product, actor)
    return mine


def _found(photos: list[ProductPhoto], photo: ProductPhoto) -> ProductPhoto:
    mine = next((row for row in photos if row.pk == photo.pk), None)
    if mine is None:
        raise Conflict(_("This photo has been removed meanwhile."))
    return mine


def _number(order: list[ProductPhoto]) -> None:
    for position, row in enumerate(order):
        row.position = position
    ProductPhoto.objects.bulk_update(order, ["position"])
