"""How partners read a producer: what its page shows, taken from its latest published product."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from common.api import fields
from common.api.errors import wrong
from common.api.views import next_page
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
    """Producers in the order of their codes, from the code after the cursor on; the cursor is that code itself."""
    after = request.query_params.get("cursor", "")
    if len(after) > 40:
        raise wrong("cursor", _("This cursor belongs to another query. Begin with the first page."), "cursor")
    found = rows.filter(producer_code__gt=after).order_by("producer_code").values("producer_code", "pillar", "region_code")
    groups = list(found.annotate(products=Count("pk"))[: limit + 1])
    names = _names([group["producer_code"] for group in groups])
    results = [_line(group, names) for group in groups[:limit]]
    following = groups[limit - 1]["producer_code"] if len(groups) > limit else ""
    return {"results": results, "next": next_page(request, following)}


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
