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
    sent = Submission.objects.within_region(region.code)
    return {
        "region": region.code,
        "products": shown.count(),
        "pillars": _tally(shown, "pillar"),
        "coverage": [_place(place) for place in coverage.places_below(region.code, BELOW[Level(region.level)])],
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
