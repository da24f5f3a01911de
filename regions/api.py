"""Regions for partners: the tree, the search, one code and what followed it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api.errors import wrong
from common.api.views import ApiView, limit_of, page_by

from . import api_schema as schema
from .models import Level, Region

Row = dict[str, Any]
_MOST = 1000
_LEVELS = {level.name.lower(): level.value for level in Level}


def region_row(region: Region) -> Row:
    return {
        "code": region.code,
        "parent": region.parent_id,
        "level": Level(region.level).name.lower(),
        "kind": region.kind,
        "name": region.name,
        "full_name": region.full_name,
        "postal_code": region.postal_code,
        "ended_on": region.ended_on and region.ended_on.isoformat(),
    }


class RegionList(ApiView):
    parameters = frozenset({"parent", "within", "level", "q", "limit", "cursor"})

    @extend_schema(**schema.REGION_LIST)
    def get(self, request: Request) -> HttpResponse:
        limit, query = limit_of(request, most=_MOST), request.query_params
        level = self._level(query.get("level", ""))
        if "q" in query:
            found = Region.objects.search(query["q"][:100], level, query.get("within"))
            return self.by_content({"results": [region_row(region) for region in found[:limit]], "next": None})
        rows = self._rows(Region.objects.in_force(), level)
        found, following = page_by(request, rows, "code", limit=limit)
        return self.by_content({"results": [region_row(region) for region in found], "next": following})

    def _rows(self, rows: QuerySet, level: int | None) -> QuerySet:
        query = self.request.query_params
        rows = rows.filter(level=level) if level else rows
        rows = rows.filter(parent=query["parent"]) if "parent" in query else rows
        return rows.within(query["within"]) if "within" in query else rows

    @staticmethod
    def _level(name: str) -> int | None:
        if name and name not in _LEVELS:
            raise wrong("level", _("Offered are: %(offered)s.") % {"offered": ", ".join(_LEVELS)})
        return _LEVELS.get(name)


class RegionDetail(ApiView):
    @extend_schema(**schema.REGION)
    def get(self, request: Request, code: str) -> HttpResponse:
        region = Region.objects.coded(code).first()
        if region is None:
            raise NotFound(_("No region has this code."))
        followed = [] if region.ended_on is None else list(Region.objects.resolve(code).order_by("code"))
        steps = region.successions.order_by("day", "new_id")
        changes = [_change(step) for step in steps]
        return self.by_content(region_row(region) | {"successors": [region_row(row) for row in followed], "changes": changes})


def _change(step: Any) -> Row:
    return {"kind": step.kind, "to": step.new_id, "former_name": step.former_name, "decree": step.decree, "day": step.day.isoformat()}


urlpatterns = [
    path("regions", RegionList.as_view(), name="api_regions"),
    path("regions/<str:code>", RegionDetail.as_view(), name="api_region"),
]
