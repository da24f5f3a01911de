"""What a partner's system sent of a product beside what stands there: completed by it, and only what is new.

Systems send everything they hold every night. What stands there already is no change: it opens no revision of a published product.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from registry import snapshot, steps
from registry.states import ChainStep

if TYPE_CHECKING:
    from registry.models import Product, ProductVariant

Values = dict[str, Any]


def differing(product: Product, values: Values) -> Values:
    """The fields among these, completed, that do not stand there yet; load the product with its parts."""
    now = {name: value for step in steps.STEPS for name, value in steps.values_of(product, step).items() if name in values}
    return {name: value for name, value in completed(product, values).items() if not _stands(_plain(value), now[name])}


def completed(product: Product, values: Values) -> Values:
    """What was sent of people and sizes, completed by what stands there (of a person what is not sent stays); steps in their order."""
    held, given = product.contact, dict(values)
    if "contact" in given and held is not None:
        given["contact"] = {"name": held.name, "phone": held.phone} | given["contact"]
    if "variants" in given:
        given["variants"] = _keyed(product, given["variants"])
    if "capacity" in given:
        given["capacity"] = {"peak": None, "lean": None, "unit": ""} | given["capacity"]
    if "chain" in given:
        given["chain"] = sorted(given["chain"], key=lambda row: ChainStep.values.index(row["step"]))
    return given


def _keyed(product: Product, rows: list[Values]) -> list[Values]:
    """Sizes sent without their keys take those of the sizes they mean: of the same barcode, else of the same name and content."""
    named = {row.get("key") for row in rows}
    free = {variant.key: variant for variant in product.variants.all() if variant.is_active and variant.key not in named}
    for names in (("barcode",), ("label", "net_content", "unit")):  # the barcodes of all rows first
        rows = [row if row.get("key") else {**row, "key": _meant(row, free, names)} for row in rows]
    return rows


def _meant(row: Values, free: dict[uuid.UUID, ProductVariant], names: tuple[str, ...]) -> uuid.UUID | None:
    """The key of the size with the same values under these names, which is then not free any more."""
    told = [row.get(name) for name in names]
    same = (key for key, held in free.items() if any(told) and told == [getattr(held, name) for name in names])
    found = next(same, None)
    if found is not None:
        del free[found]
    return found


def _plain(value: Any) -> Any:
    """A value as a snapshot writes it."""
    match value:
        case Decimal():
            return snapshot.decimal(value)
        case uuid.UUID():
            return str(value)
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
    return value


def _stands(sent: Any, now: Any) -> bool:
    """Whether everything that was sent is there; of a group of fields what was not sent counts for nothing."""
    match sent:
        case dict():
            # Nobody is told of by empty fields.
            return all(_stands(value, now.get(name)) for name, value in sent.items()) if now else not any(sent.values())
        case list():
            return len(sent) == len(now) and all(_stands(*pair) for pair in zip(sent, now, strict=True))
    return bool(sent == now)
