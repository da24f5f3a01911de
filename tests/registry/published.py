"""Published entries without the whole trip: a version of the working copy, shown by the catalogue's own builder."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from registry import catalogue, snapshot, steps
from registry.models import CatalogueEntry, Permit, Product, SubmissionVersion

from .factories import make_head, make_producer, make_product


def publish(product: Product | None = None, *, at: dt.datetime | None = None, **fields: Any) -> CatalogueEntry:
    """Show a product as it stands; makes one when none is given (`producer` and `name` name it)."""
    if product is None:
        product = make_product(fields.pop("producer", None) or make_producer(), **fields)
    product = Product.objects.with_parts().get(pk=product.pk)
    submission = product.submissions.get()
    content = snapshot.build(product)
    head = make_head(product.producer)
    version = SubmissionVersion.objects.create(
        submission=submission,
        number=submission.versions.count() + 1,
        snapshot=content,
        sha256=steps.digest(content),
        declaration_version="2026-11",
        sent_by=head,
        mandate=head.mandates.get(),
    )
    return catalogue.publish_version(version=version, at=at or timezone.now())


def add_permit(product: Product, kind: str = "pirt", *, days: int | None = 100, **fields: Any) -> Permit:
    """A permit of a product that ends in so many days (negative: is expired), or never."""
    ends = None if days is None else timezone.localdate() + dt.timedelta(days=days)
    permit = Permit.objects.create(producer=product.producer, kind=kind, number=f"{kind}-1", issuer="Dinas", expires_on=ends, **fields)
    permit.products.add(product)
    return permit


def set_state(entry: CatalogueEntry, state: str, reason: str = "Alasan") -> CatalogueEntry:
    """Put an entry in a state without its service, for pages that only read it."""
    CatalogueEntry.objects.filter(pk=entry.pk).update(state=state, state_reason=reason)
    entry.refresh_from_db()
    return entry
