"""A producer as a unit that mandates are held over."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.units import Unit
from regions.queries import within

from .models import Producer


def _unit(producer: Producer) -> Unit:
    return Unit(label=producer.name, region_code=producer.region_id, pillar=producer.pillar, is_demo=producer.is_demo)


def producer_unit(code: str) -> Unit | None:
    """The unit behind a producer's public code; None when there is none."""
    return producer_units([code]).get(code)


def producer_units(codes: Iterable[str]) -> dict[str, Unit]:
    """The units behind many codes in one query; unknown codes are missing."""
    rows = Producer.objects.filter(code__in=list(codes)).only("code", "name", "pillar", "region_id", "is_demo")
    return {producer.code: _unit(producer) for producer in rows}


def producer_codes_within(region_codes: Iterable[str], pillar: str) -> QuerySet:
    """The codes of all producers inside these regions, of one pillar when it is named."""
    area = Q(pk__in=[])
    for code in region_codes:
        area |= within("region__code", code)
    rows = Producer.objects.filter(area)
    return (rows.filter(pillar=pillar) if pillar else rows).values("code")
