"""Reads of the public catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Self

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db.models import Case, Count, F, Func, IntegerField, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Collate, Concat

from accounts.scope import Reach
from registry.states import PUBLIC_ENTRY_STATES

from .base import ScopedQuerySet

# How many matches of a search are ranked: each costs reading its vector.
RANKED = 2000
# Stands for "price on request" in the price order: after every price.
NO_PRICE = 9_000_000_000_000_000_000


class _SHA256(Func):
    """PostgreSQL's own function; Django's needs the extension pgcrypto."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = TextField()


class CatalogueEntryQuerySet(ScopedQuerySet):
    reach = Reach(region="region_code", pillar="pillar", unit="producer_code")

    def published(self) -> Self:
        """What lists, searches and counts of the public site show."""
        return self.filter(state__in=PUBLIC_ENTRY_STATES)

    def fingerprints(self) -> list[dict[str, Any]]:
        """For each regency how many entries it has and the SHA-256 over their lines "code:revision", in the order of codes.

        By their bytes: every language sorts so, while the order of the database follows its locale.
        """
        lines = Concat("code", Value(":"), Cast("revision", TextField()), output_field=TextField())
        joined = StringAgg(lines, delimiter="\n", order_by=Collate("code", "C"))
        rows = self.order_by("regency_code").values("regency_code")
        return list(rows.annotate(count=Count("pk"), sha256=_SHA256(joined)))

    def coded(self, code: str) -> Self:
        """The entry of one public code in any state: its page and the check say what became of it."""
        return self.filter(code=code)

    def search(self, query: SearchQuery | CombinedSearchQuery) -> Self:
        """Entries that match a query of `registry.search`."""
        return self.filter(search_vector=query)

    def by_relevance(self, words: str, query: SearchQuery | CombinedSearchQuery) -> Self:
        """The very name first, then names that begin so, then the best match; ranks every match, so for at most RANKED of them.

        `words` are folded.
        """
        first = Case(When(name_key=words, then=0), When(name_key__startswith=words, then=1), default=2, output_field=IntegerField())
        return self.annotate(first=first, near=SearchRank(F("search_vector"), query)).order_by("first", "-near", "name_key", "pk")

    def named(self, words: str) -> Self:
        """Entries whose name begins with the folded words, in the order of names: the very name comes first."""
        return self.filter(name_key__gte=words, name_key__lt=f"{words}{{").order_by("name_key", "pk")

    def by_relevance_of_many(self, words: str, query: SearchQuery | CombinedSearchQuery, *, ranked: int = RANKED) -> list[Self]:
        """The sets to be read one after another where more match than are ranked.

        Names that begin with the words, in their order; then, of `ranked` of the other matches, the best.
        """
        return [self.named(words), self._best_others(words, query, ranked)]

    def best_page(self, words: str, query: SearchQuery | CombinedSearchQuery, *, size: int, ranked: int) -> Iterator[Self]:
        """Of the entries under every filter but the words the sets of the one page of best matches.

        Of the first `size` names that begin with the words those that match, in their order; then the best others. The names are
        found before they are matched: asked for both at once, PostgreSQL takes them for independent and reads every match.
        """
        begin_so = self.named(words).values("pk")[:size]
        yield type(self)(self.model).filter(pk__in=begin_so).search(query).order_by("name_key", "pk")
        yield self.search(query)._best_others(words, query, ranked)

    def _best_others(self, words: str, query: SearchQuery | CombinedSearchQuery, ranked: int) -> Self:
        """Of `ranked` matches whose name does not begin with the words the best."""
        others = self.exclude(name_key__gte=words, name_key__lt=f"{words}{{").order_by().values("pk")[:ranked]
        return type(self)(self.model).filter(pk__in=others).by_relevance(words, query)

    def with_permit(self, kind: str, today: dt.date) -> Self:
        """Entries that show a permit of this kind which is valid on the day."""
        return self.filter(permit_kinds__contains=[kind], **{f"permits_until__{kind}__gte": today.isoformat()})

    def with_stars(self, numbers: list[int], today: dt.date) -> Self:
        """Entries with one of these numbers of stars, valid on the day; expired stars are none."""
        return self.filter(stars__in=numbers, stars_until__gte=today)

    def made_in(self, month: int) -> Self:
        """Entries made in this month of the year and not paused."""
        return self.filter(months__contains=[month], state="listed")

    def with_price_key(self) -> Self:
        """Adds `price_key`, by which the price order and its cursor go."""
        return self.annotate(price_key=Coalesce("price_from", Value(NO_PRICE)))
