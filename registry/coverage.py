"""Figures of the public site: products, pillars, and how many villages show one. True at the moment they name.

A village counts once it owns a published OVOP product; participants do not count (docs/flagship-and-coverage.md).
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Left
from django.utils import timezone

from accounts.states import Pillar
from regions.models import Level, Region

from . import facets
from .models import CatalogueEntry, FeedCounter, Participant
from .states import PUBLIC_ENTRY_STATES

# The tiles of the map in reading order, and the key printed in each.
TILES: dict[str, str] = {
    "53.15": "MBr",
    "53.10": "Mgr",
    "53.19": "MTm",
    "53.16": "Ngk",
    "53.07": "Skk",
    "53.06": "FTm",
    "53.13": "Lbt",
    "53.05": "Alr",
    "53.09": "Ngd",
    "53.08": "End",
    "53.03": "TTU",
    "53.04": "Bel",
    "53.18": "SBD",
    "53.12": "SBr",
    "53.17": "STg",
    "53.11": "STm",
    "53.71": "KKu",
    "53.01": "Kpg",
    "53.02": "TTS",
    "53.21": "Mlk",
    "53.20": "SRj",
    "53.14": "RNd",
}
# From which percentage on a tile has its shade.
SHADES = ((45, 5), (30, 4), (20, 3), (10, 2), (0, 1))

_KEY, _LOCK = "catalogue-summary-2", "catalogue-summary-lock"
_KEEP = 300
_REGENCY, _DISTRICT, _VILLAGE = 5, 8, 13


@dataclass(frozen=True)
class Place:
    """One region with its villages: how many there are and how many show a product."""

    code: str
    name: str
    full_name: str = ""
    villages: int = 0
    covered: int = 0
    products: int = 0

    @property
    def share(self) -> float:
        """Percent of the villages that show a product; 0 where there are no villages."""
        return 100 * self.covered / self.villages if self.villages else 0.0

    @property
    def share_words(self) -> str:
        """Whole percent; a share too small for one is told as "<1", one short of all never as 100."""
        if 0 < self.share < 1:
            return "<1"
        return str(min(round(self.share), 99 if self.covered < self.villages else 100))

    @property
    def shade(self) -> int:
        return next(shade for start, shade in SHADES if self.share >= start)

    @property
    def tile(self) -> str:
        return self.code.replace(".", "")

    @property
    def abbreviation(self) -> str:
        return TILES.get(self.code, self.name[:3])


@dataclass(frozen=True)
class Summary:
    """The figures of the whole catalogue at one moment; `counts` are the facets without any filter."""

    at: dt.datetime
    counts: facets.Counts
    regencies: tuple[Place, ...] = ()
    pillars: Mapping[str, int] = field(default_factory=dict)
    helping: int = 0  # villages that show no product of their own but have agreed part in a shown one

    @property
    def total(self) -> int:
        return self.counts.total

    @property
    def villages(self) -> int:
        return sum(place.villages for place in self.regencies)

    @property
    def covered(self) -> int:
        return sum(place.covered for place in self.regencies)

    @property
    def taking_part(self) -> int:
        """Villages that own a shown product or have part in one; told beside coverage, never as coverage."""
        return self.covered + self.helping

    @property
    def tiles(self) -> list[Place]:
        """The regencies in the order of the map."""
        order = list(TILES)
        return sorted(self.regencies, key=lambda place: (order.index(place.code) if place.code in TILES else 99, place.code))

    def regency(self, code: str) -> Place | None:
        return next((place for place in self.regencies if place.code == code), None)


def summary() -> Summary:
    """The figures of now. Counted again after a change of the catalogue, by one request at a time.

    Counting may take at most a twentieth of the time: a catalogue that takes 0.2 s to count is up to 4 s behind.
    """
    seq = FeedCounter.objects.filter(pk=1).values_list("last_seq", flat=True).first() or 0
    stamp = (seq, timezone.localdate().isoformat())
    kept = cache.get(_KEY)
    if kept and (kept["stamp"] == stamp or time.time() < kept["rest"]) and time.time() < kept["until"]:
        return kept["summary"]
    if kept and not cache.add(_LOCK, 1, 20):
        return kept["summary"]
    return _count_and_keep(stamp)


def _count_and_keep(stamp: tuple[int, str]) -> Summary:
    started = time.time()
    made = count()
    took = time.time() - started
    cache.set(_KEY, {"stamp": stamp, "summary": made, "rest": started + 20 * took, "until": started + _KEEP}, 2 * _KEEP)
    cache.delete(_LOCK)
    return made


def count() -> Summary:
    """Count the whole catalogue and the villages of today's tree."""
    counts = facets.count(CatalogueEntry.objects.published(), limit=None)
    products = counts.values.get("regency", {})
    regencies = tuple(
        Place(place.code, place.name, place.full_name, place.villages, place.covered, products.get(place.code, 0))
        for place in places_below(settings.PROVINCE_CODE, Level.REGENCY)
    )
    pillars = {pillar: counts.values.get("pillar", {}).get(pillar, 0) for pillar in Pillar.values}
    return Summary(timezone.now(), counts, regencies, pillars, _helping())


def _helping() -> int:
    """How many villages have agreed part in a shown product of somebody else and show no OVOP product of their own."""
    shown = Participant.objects.agreed().filter(producer__pillar=Pillar.OVOP, product__entry__state__in=PUBLIC_ENTRY_STATES)
    own = CatalogueEntry.objects.published().filter(pillar=Pillar.OVOP, region_code=OuterRef("producer__region_id"))
    return shown.exclude(Exists(own)).aggregate(number=Count("producer__region_id", distinct=True))["number"]


def places_below(code: str, level: Level) -> list[Place]:
    """The regions of one level in the province or a regency, by name, with all their villages and those that show an OVOP product."""
    length = {Level.REGENCY: _REGENCY, Level.DISTRICT: _DISTRICT, Level.VILLAGE: _VILLAGE}[level]
    rows = Region.objects.in_force().within(code)
    villages = _tally(rows.filter(level=Level.VILLAGE), "code", length)
    owning = CatalogueEntry.objects.published().filter(pillar=Pillar.OVOP)
    if len(code) == _REGENCY:
        owning = owning.filter(regency_code=code)
    covered = _tally(owning, "region_code", length)
    return [
        Place(region.code, region.name, region.full_name, villages.get(region.code, 0), covered.get(region.code, 0))
        for region in rows.filter(level=level).only("code", "name", "full_name").order_by("name", "code")
    ]


def _tally(rows: Any, column: str, length: int) -> dict[str, int]:
    """How many different codes of `column` lie below each region whose code has `length` characters."""
    groups = rows.order_by().values(above=Left(column, length)).annotate(number=Count(column, distinct=True))
    return {row["above"]: row["number"] for row in groups}
