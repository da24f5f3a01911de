"""Figures of the programme: coverage by region and pillar, the way of submissions, publications by month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from regions.models import Level, Region

from . import coverage
from .models import CatalogueEntry, Submission

Row = dict[str, Any]
MONTHS = 24
# Which regions coverage is told of, by the level asked for.
BELOW = {Level.PROVINCE: Level.REGENCY, Level.REGENCY: Level.DISTRICT, Level.DISTRICT: Level.VILLAGE}


def of_region(region: Region) -> Row:
    """The figures of a province, regency or district."""
    shown = CatalogueEntry.objects.published().within_region(region.code)
    return {
        "region": region.code,
        "products": shown.count(),
        "pillars": _tally(shown, "pillar"),
        "coverage": [_place(place) for place in coverage.places_below(region.code, BELOW[Level(region.level)])],
        # Below the province a handful of submissions would tell which village waits for its answer.
        "submissions": _tally(Submission.objects.all(), "state") if region.level == Level.PROVINCE else None,
        "published_by_month": _by_month(shown),
    }


def _tally(rows: Any, column: str) -> dict[str, int]:
    return dict(rows.order_by(column).values_list(column).annotate(number=Count("pk")))


def _place(place: coverage.Place) -> Row:
    return {"region": place.code, "name": place.name, "villages": place.villages, "villages_with_product": place.covered}


def _by_month(rows: Any) -> list[Row]:
    """How many products were first published in each of the last 24 months (WITA)."""
    months = rows.filter(first_published_at__gte=_first_month()).annotate(month=TruncMonth("first_published_at")).order_by("month")
    found = months.values_list("month").annotate(number=Count("pk"))
    return [{"month": f"{timezone.localtime(month):%Y-%m}", "products": number} for month, number in found]


def _first_month() -> dt.datetime:
    """The beginning (WITA) of the first of the months that are told; this month is the last."""
    now = timezone.localtime()
    month = now.year * 12 + now.month - MONTHS
    return now.replace(year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
