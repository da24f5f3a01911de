"""Products of nearly the same name in one regency, of any pillar: a warning while a name is typed, never a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .models import Product

if TYPE_CHECKING:
    from .models import Producer

FEWEST_LETTERS = 4
MOST_ROWS = 5


@dataclass(frozen=True)
class Similar:
    """What may be told of a product of somebody else: its name, whose it is, and where."""

    name: str
    producer: str
    place: str


def similar_products(*, producer: Producer, name: str, own: Product | None = None) -> list[Similar]:
    """At most five, nearest first; nothing for a name that is still too short to say anything."""
    if len(name.strip()) < FEWEST_LETTERS:
        return []
    rows = Product.objects.similar(name, regency_code=producer.region_id[:5], exclude_pk=own.pk if own else None)
    return [_told(row) for row in rows[:MOST_ROWS]]


def _told(row: Product) -> Similar:
    place = row.producer.region.full_name.removeprefix(f"{row.producer.name}, ")
    return Similar(str(row), row.producer.name, place)
