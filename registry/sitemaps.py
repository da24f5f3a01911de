"""What search engines are told of: the pages of the site, the regencies, and every published product."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from . import coverage
from .models import CatalogueEntry


class PageSitemap(Sitemap):
    """The pages that are always there."""

    changefreq = "weekly"

    def items(self) -> list[str]:
        return ["home", "catalogue", "map", "data", "about", "how_to_join", "help", "accessibility", "privacy", "check_code"]

    def location(self, item: str) -> str:
        return reverse(item)


class RegencySitemap(Sitemap):
    changefreq = "daily"

    def items(self) -> list[str]:
        return [place.code for place in coverage.summary().regencies]

    def location(self, item: str) -> str:
        return reverse("regency", args=[item])


class EntrySitemap(Sitemap):
    """Reads its rows page by page: the index does not ask for the latest change of all of them."""

    limit = 10_000

    def get_latest_lastmod(self) -> None:
        return None


class ProducerSitemap(EntrySitemap):
    def items(self) -> QuerySet:
        rows = CatalogueEntry.objects.published().order_by("producer_code").values("producer_code")
        return rows.annotate(changed=Max("changed_at"))

    def location(self, item: dict[str, Any]) -> str:
        return reverse("producer", args=[item["producer_code"]])

    def lastmod(self, item: dict[str, Any]) -> dt.datetime:
        return item["changed"]


class ProductSitemap(EntrySitemap):
    def items(self) -> QuerySet:
        return CatalogueEntry.objects.published().order_by("pk").only("code", "changed_at")

    def location(self, item: CatalogueEntry) -> str:
        return reverse("product", args=[item.code])

    def lastmod(self, item: CatalogueEntry) -> dt.datetime:
        return item.changed_at


SITEMAPS: dict[str, type[Sitemap]] = {
    "halaman": PageSitemap,
    "kabupaten": RegencySitemap,
    "pembuat": ProducerSitemap,
    "produk": ProductSitemap,
}
