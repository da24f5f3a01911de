"""Reads of products."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.search import TrigramSimilarity

from regions.queries import within

from .base import ScopedQuerySet, producer_reach

SIMILAR_FROM = 0.45


class ProductQuerySet(ScopedQuerySet):
    reach = producer_reach("producer__")

    def with_parts(self) -> Self:
        """Products with everything a snapshot or a form needs, in a constant number of queries."""
        return self.select_related("producer__region", "enterprise", "category__parent", "contact").prefetch_related(
            "variants", "chain", "photos__image", "permits"
        )

    def similar(self, name: str, *, regency_code: str, exclude_pk: int | None = None) -> Self:
        """Products of any pillar in one regency whose name is nearly the same, nearest first."""
        from registry.text import fold  # noqa: PLC0415 - kept beside its only use

        near = self.filter(within("producer__region__code", regency_code)).exclude(pk=exclude_pk)
        key = fold(name)
        return (
            near.filter(name_key__trigram_similar=key)
            .annotate(near=TrigramSimilarity("name_key", key))
            .filter(near__gte=SIMILAR_FROM)
            .select_related("producer__region")
            .order_by("-near", "pk")
        )
