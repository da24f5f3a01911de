"""What a product looks like when it is sent: a frozen, self-contained description, and what changed between two.

Money is whole rupiah, capacity is units per month, days are ISO dates. Photos are content hashes; people are
references to contacts, so erasing a person needs no change of a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .pillars import spec_for
from .states import SNAPSHOT_SCHEMA
from .steps import STEPS

if TYPE_CHECKING:
    from .models import Product

Snapshot = dict[str, Any]


def decimal(value: Decimal | None) -> str | None:
    """A number without zeros at its end, so that equal numbers are equal text."""
    return None if value is None else format(value.normalize(), "f")


def _maker(product: Product) -> dict[str, Any] | None:
    maker = product.enterprise
    if maker is None:
        return None
    return {
        "name": maker.name,
        "legal_form": maker.legal_form,
        "nib": maker.nib,
        "founded_year": maker.founded_year,
        "members": maker.members,
        "women": maker.women,
        "disabled": maker.disabled,
        "is_industry": maker.is_industry,
    }


def _variants(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "key": str(variant.key),
            "label": variant.label,
            "net_content": decimal(variant.net_content),
            "unit": variant.unit,
            "price": variant.price,
            "barcode": variant.barcode,
        }
        for variant in product.variants.all()
        if variant.is_active
    ]


def _chain(product: Product) -> list[dict[str, Any]]:
    order = {step: index for index, step in enumerate(("cultivate", "harvest", "process", "package", "sell"))}
    stages = sorted(product.chain.all(), key=lambda stage: order[stage.step])
    return [{"step": s.step, "price_after": s.price_after, "place": s.place, "note": s.note} for s in stages]


def _photos(product: Product) -> list[dict[str, Any]]:
    return [{"sha256": photo.image.sha256, "kind": photo.kind, "alt": photo.alt} for photo in product.photos.all()]


def _permits(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "key": str(permit.key),
            "kind": permit.kind,
            "number": permit.number,
            "issuer": permit.issuer,
            "issued_on": permit.issued_on and permit.issued_on.isoformat(),
            "expires_on": permit.expires_on and permit.expires_on.isoformat(),
            "collective": permit.collective,
        }
        for permit in product.permits.all()
    ]


def _capacity(product: Product) -> dict[str, Any]:
    return {
        "peak": decimal(product.capacity_peak),
        "lean": decimal(product.capacity_lean),
        "unit": product.capacity_unit,
    }


_PARTS: dict[str, Callable[[Product], Any]] = {
    "category": lambda product: product.category.slug if product.category else None,
    "maker": _maker,
    "contact": lambda product: product.contact_id,
    "variants": _variants,
    "chain": _chain,
    "photos": _photos,
    "permits": _permits,
    "months": lambda product: sorted(product.months),
    "capacity": _capacity,
}


def part(product: Product, field: str) -> Any:
    """One field of the working copy in the shape of the snapshot."""
    return _PARTS[field](product) if field in _PARTS else getattr(product, field)


def build(product: Product) -> Snapshot:
    """The snapshot of a working copy as it stands; load the product with `with_parts()` first."""
    producer = product.producer
    fields = {field: part(product, field) for step in STEPS for field in step.fields}
    return fields | {
        "schema": SNAPSHOT_SCHEMA,
        "code": product.code,
        "is_flagship": product.is_flagship,
        "source_url": product.source_url,
        "source_day": product.source_day and product.source_day.isoformat(),
        "producer": {
            "code": producer.code,
            "name": producer.name,
            "pillar": producer.pillar,
            "about": producer.about,
            "region": producer.region_id,
            "facts": spec_for(producer.pillar).facts(producer),
        },
    }


@dataclass(frozen=True)
class FieldChange:
    """One visible field in two snapshots; `old` is None where there was no former snapshot."""

    field: str
    old: Any
    new: Any

    @property
    def changed(self) -> bool:
        return self.old != self.new


def visible_fields(snapshot: Snapshot) -> Iterator[tuple[str, Any]]:
    """Every field a person can see and flag, in the order of the form; each photo and permit is a field of its own."""
    for step in STEPS:
        for field in step.fields:
            if field == "photos":
                yield from ((f"photo:{photo['sha256']}", photo) for photo in snapshot["photos"])
            elif field == "permits":
                yield from ((f"permit:{permit['key']}", permit) for permit in snapshot["permits"])
            else:
                yield field, snapshot.get(field)
    yield "producer", snapshot["producer"]


def compare(new: Snapshot, old: Snapshot | None) -> list[FieldChange]:
    """All visible fields of `new` beside those of `old`, fields that were removed last."""
    before = dict(visible_fields(old)) if old else {}
    now = dict(visible_fields(new))
    rows = [FieldChange(field, before.get(field) if old else value, value) for field, value in now.items()]
    gone = [FieldChange(field, value, None) for field, value in before.items() if field not in now]
    return rows + gone
