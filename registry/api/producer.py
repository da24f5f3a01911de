"""How partners read a producer: what its page shows, taken from its latest published product."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from rest_framework.request import Request

from common.api import fields
from common.api.views import page_by
from registry import representation
from registry.models import CatalogueEntry

Row = dict[str, Any]


def entries_of(code: str) -> list[CatalogueEntry]:
    """The shown products of a producer, its flagship first."""
    rows = CatalogueEntry.objects.published().filter(producer_code=code)
    return list(rows.select_related("representation").order_by("-is_flagship", "name_key", "pk"))


def of_entry(entry: CatalogueEntry) -> Row:
    """The producer as this product was approved with it."""
    told = entry.payload["producer"]
    return {
        "code": entry.producer_code,
        "name": told["name"],
        "pillar": entry.pillar,
        "about": told["about"],
        "facts": {name: value for name, value in told["facts"].items() if value},
        "region": {"code": entry.region_code, "regency": entry.regency_code, "name": entry.overlay.get("place", "")},
        "page": representation.address("producer", entry.producer_code),
    }


def whole(entries: list[CatalogueEntry]) -> Row:
    """A producer with its shown products."""
    latest = max(entries, key=lambda entry: entry.published_at)
    return of_entry(latest) | {"products": [_summary(entry) for entry in entries]}


def _summary(entry: CatalogueEntry) -> Row:
    return fields.only(representation.read(representation.text_of(entry)), representation.SUMMARY_FIELDS)


def page(request: Request, rows: QuerySet, limit: int) -> Row:
    """Producers in the order of their codes."""
    groups = rows.order_by().values("producer_code", "pillar", "region_code").annotate(products=Count("pk"))
    found, following = page_by(request, groups, "producer_code", limit=limit)
    names = _names([group["producer_code"] for group in found])
    return {"results": [_line(group, names) for group in found], "next": following}


def _names(codes: list[str]) -> dict[str, str]:
    rows = CatalogueEntry.objects.published().filter(producer_code__in=codes).order_by("published_at")
    return dict(rows.values_list("producer_code", "payload__producer__name"))


def _line(group: Row, names: dict[str, str]) -> Row:
    code = group["producer_code"]
    return {
        "code": code,
        "name": names.get(code, ""),
        "pillar": group["pillar"],
        "region": group["region_code"],
        "products": group["products"],
        "page": representation.address("producer", code),
    }
