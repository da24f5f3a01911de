"""Figures of the programme: coverage by region and pillar, the way of submissions, publications by month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api.views import ApiView
from regions.models import Level, Region
from registry import coverage
from registry.models import CatalogueEntry, Submission

from . import schema

Row = dict[str, Any]
MONTHS = 24
_BELOW = {Level.PROVINCE: Level.REGENCY, Level.REGENCY: Level.DISTRICT, Level.DISTRICT: Level.VILLAGE}


class Statistics(ApiView):
    parameters = frozenset({"region"})

    @extend_schema(**schema.STATISTICS)
    def get(self, request: Request) -> HttpResponse:
        code = request.query_params.get("region", settings.PROVINCE_CODE)
        region = Region.objects.in_force().coded(code).first()
        if region is None or region.level not in _BELOW:
            raise NotFound
        return self.by_content(_answer(region))


def _answer(region: Region) -> Row:
    shown = CatalogueEntry.objects.published().within_region(region.code)
    sent = Submission.objects.within_region(region.code)
    return {
        "region": region.code,
        "products": shown.count(),
        "pillars": _tally(shown, "pillar"),
        "coverage": [_place(place) for place in coverage.places_below(region.code, Level(_BELOW[Level(region.level)]))],
        "submissions": _tally(sent, "state"),
        "published_by_month": _by_month(shown),
    }


def _tally(rows: Any, column: str) -> dict[str, int]:
    return dict(rows.order_by(column).values_list(column).annotate(number=Count("pk")))


def _place(place: coverage.Place) -> Row:
    return {"region": place.code, "name": place.name, "villages": place.villages, "villages_with_product": place.covered}


def _by_month(rows: Any) -> list[Row]:
    """How many products were first published in each of the last 24 months (WITA)."""
    since = timezone.now() - dt.timedelta(days=MONTHS * 31)
    months = rows.filter(first_published_at__gte=since).annotate(month=TruncMonth("first_published_at")).order_by("month")
    found = months.values_list("month").annotate(number=Count("pk"))
    return [{"month": f"{timezone.localtime(month):%Y-%m}", "products": number} for month, number in found]
