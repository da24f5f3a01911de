"""Permits of a product: written by its people, verified by officers. The scan is an image and is never public by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from accounts.states import Action
from registry import permissions
from registry.errors import Conflict, NotReady
from registry.models import Permit, Product
from registry.services import images
from registry.services.drafts import locked_for_writing, touch

if TYPE_CHECKING:
    from accounts.models import User

FIELDS = ("kind", "number", "issuer", "issued_on", "expires_on")
HOLDERS = ("maker", "producer", "collective")


def save_permit(
    *,
    actor: User,
    product: Product,
    values: dict[str, Any],
    permit: Permit | None = None,
    upload: UploadedFile | None = None,
    sha256: str | None = None,
) -> Permit:
    """Write a permit and have it cover the product; a number the producer already has is that same permit.

    `values`: the fields of FIELDS that were sent, `holder` (one of HOLDERS) and `collective` (the association's name).
    Changed facts have to be verified anew. Raises Refused, NotReady, ValidationError for a field.
    """
    require(permissions.may_write(actor, product))
    receipt = images.receive(upload=upload, sha256=sha256) if upload else None
    with transaction.atomic():
        fresh = locked_for_writing(actor=actor, product=product)
        row = _row(fresh, values, permit)
        before = _facts(row)
        _write(row, fresh, values)
        if receipt is not None:
            row.scan = images.claim(actor=actor, receipt=receipt)
        if _facts(row) != before:
            row.verified_by = row.verified_at = None
        row.full_clean(exclude=["producer", "enterprise", "scan"])
        row.save()
        row.products.add(fresh)
        touch(fresh, actor)
        return row


def _row(product: Product, values: dict[str, Any], permit: Permit | None) -> Permit:
    """The permit to write in, locked: the one named, the one of this kind and number, or a new one."""
    mine = Permit.objects.select_for_update(of=("self",)).filter(producer_id=product.producer_id)
    if permit is not None:
        row = mine.filter(pk=permit.pk).first()
        if row is None:
            raise Conflict(_("This permit belongs to another producer."))
        return row
    known = mine.filter(kind=values.get("kind", ""), number=_number(values)).first()
    return known or Permit(producer=product.producer)


def _number(values: dict[str, Any]) -> str:
    return " ".join(str(values.get("number", "")).split())


def _facts(permit: Permit) -> tuple:
    return (*(getattr(permit, name) for name in FIELDS), permit.enterprise_id, permit.collective, permit.scan_id)


def _write(permit: Permit, product: Product, values: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(permit, name, values[name])
    if "number" in values:
        permit.number = _number(values)
    if "holder" in values:
        holder = values["holder"]
        if holder == "maker" and product.enterprise_id is None:
            raise NotReady(_("Write the maker first, or choose another holder of the permit."))
        permit.enterprise = product.enterprise if holder == "maker" else None
        permit.collective = values.get("collective", "").strip() if holder == "collective" else ""


@transaction.atomic
def remove_permit(*, actor: User, product: Product, permit: Permit) -> Product:
    """Say that a permit does not cover this product; the permit stays for the producer's others."""
    fresh = locked_for_writing(actor=actor, product=product)
    fresh.permits.remove(permit)
    touch(fresh, actor)
    return fresh


@transaction.atomic
def verify_permit(*, actor: User, permit: Permit) -> Permit:
    """An officer has seen that number, days and holder are right; Refused outside the officer's area."""
    fresh = Permit.objects.select_for_update(of=("self",)).select_related("producer").get(pk=permit.pk)
    require(permissions.may_on_producer(actor, Action.PERMIT_VERIFY, fresh.producer))
    fresh.verified_by, fresh.verified_at = actor, timezone.now()
    fresh.save(update_fields=["verified_by", "verified_at"])
    return fresh
