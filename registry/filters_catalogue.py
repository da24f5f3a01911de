"""The one filterset of the public catalogue: pages and partner reads narrow entries by the same names and rules."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, reduce
from operator import or_
from typing import Any, cast

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxInput
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scope import NOTHING
from accounts.states import Pillar
from regions.models import Region
from regions.queries import within

from . import awards, coverage, facets, search
from .facets import FACETS, Counts
from .models import CatalogueEntry, Category
from .queries.catalogue import RANKED, CatalogueEntryQuerySet
from .states import ChainStep, MeasureUnit, PermitKind

# How many characters the codes of these levels have.
_REGENCY, _DISTRICT = 5, 8
STARS = [(str(number), str(number)) for number in range(awards.MOST, 0, -1)]


class CatalogueFilter(filters.FilterSet):
    """Narrows published entries; `category` takes groups and categories, a category narrows its own group.

    A value that is not offered does not narrow: it is left out and named in `form.errors`.
    """

    # How many matches of a search are ranked.
    ranked = RANKED

    q = filters.CharFilter(method="filter_q", label=_("Search"))
    pillar = filters.MultipleChoiceFilter(choices=Pillar, distinct=False, label=_("Programme"))
    regency = filters.CharFilter(method="filter_place", label=_("Regency or city"))
    district = filters.CharFilter(method="filter_place", label=_("District"))
    category = filters.MultipleChoiceFilter(method="filter_category", distinct=False, label=_("Category"))
    permit = filters.ChoiceFilter(choices=PermitKind, method="filter_permit", label=_("Valid permit"))
    available = filters.BooleanFilter(method="filter_available", widget=CheckboxInput, label=_("Made this month"))

    stars = filters.MultipleChoiceFilter(choices=STARS, method="filter_stars", distinct=False, label=awards.NAME)

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, queryset: QuerySet | None = None, **kwargs: Any):
        base = CatalogueEntry.objects.published() if queryset is None else queryset
        super().__init__(_tidy(data), base, **kwargs)
        if "category" in self.filters:
            # Asked only when a category is chosen.
            self.filters["category"].extra["choices"] = lambda: [(category.slug, category.name) for category in self.categories]

    @cached_property
    def categories(self) -> list[Category]:
        """All categories, groups with their own, in order; one query."""
        return list(Category.objects.in_order())

    @cached_property
    def summary(self) -> coverage.Summary:
        return coverage.summary()

    @cached_property
    def search(self) -> search.Search:
        """How the search was understood; nothing where it holds no letter or figure."""
        return search.read(self.values.get("q", ""))

    @cached_property
    def values(self) -> dict[str, Any]:
        """What narrows: the valid values that are not empty."""
        if not self.filters:
            return {}
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in ("", None, [], False)}

    @property
    def qs(self) -> QuerySet:
        return self.rows()

    def rows(self, *, without: str = "") -> QuerySet:
        """The entries under all filters, or under all but one."""
        rows = self.queryset
        for name in self._narrowing(without):
            rows = self.filters[name].filter(rows, self.values[name])
        return rows

    @property
    def by_relevance(self) -> Iterable[QuerySet]:
        """What a search found, best first: the sets to be read one after another (one, unless more match than are ranked)."""
        rows = cast("CatalogueEntryQuerySet", self.rows())
        if self.matches > self.ranked:
            return rows.by_relevance_of_many(self.search.text, self.search.query, ranked=self.ranked)
        return [rows.by_relevance(self.search.text, self.search.query)]

    @property
    def matches(self) -> int:
        """How many entries are found."""
        return self.counts.total

    def _narrowing(self, without: str) -> list[str]:
        """The filters in use but for one; a district goes with its regency."""
        left_out = {without, "district"} if without == "regency" else {without}
        return [name for name in self.values if name not in left_out]

    def filter_q(self, rows: CatalogueEntryQuerySet, name: str, value: str) -> QuerySet:
        return rows.search(self.search.query) if self.search else rows

    def filter_place(self, rows: CatalogueEntryQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(**{f"{name}_code": value})

    def filter_category(self, rows: CatalogueEntryQuerySet, name: str, value: list[str]) -> QuerySet:
        chosen = [category for category in self.categories if category.slug in value]
        narrowed = {category.parent.slug for category in chosen if category.parent}
        groups = [category.slug for category in chosen if not category.parent and category.slug not in narrowed]
        return rows.filter(Q(category_group__in=groups) | Q(category__in=[category.slug for category in chosen if category.parent]))

    def filter_permit(self, rows: CatalogueEntryQuerySet, name: str, value: str) -> QuerySet:
        return rows.with_permit(value, timezone.localdate())

    def filter_available(self, rows: CatalogueEntryQuerySet, name: str, value: bool) -> QuerySet:
        return rows.made_in(timezone.localdate().month)

    def filter_stars(self, rows: CatalogueEntryQuerySet, name: str, value: list[str]) -> QuerySet:
        return rows.with_stars([int(number) for number in value], timezone.localdate())

    @cached_property
    def counts(self) -> Counts:
        """How many entries are found, and for each filter how many each of its choices would leave under the other filters.

        One query for each filter in use and one for all others; none where nothing is filtered.
        """
        used = [name for name in FACETS if name in self.values]
        found = self._count("", [name for name in FACETS if name not in used])
        values = dict(found.values)
        for name in used:
            values |= self._count(name, [name]).values
        return Counts(found.total, found.is_more, values)

    def _count(self, without: str, names: list[str]) -> Counts:
        if not self._narrowing(without):
            known = self.summary.counts
            return Counts(known.total, known.is_more, {name: known.values.get(name, {}) for name in names})
        return facets.count(self.rows(without=without), names, limit=self._exact)

    @property
    def _exact(self) -> int:
        """Up to how many matches are counted exactly: all of them as long as the catalogue holds no more than EXACT."""
        return facets.EXACT_SEARCHED if self.search and self.summary.total > facets.EXACT else facets.EXACT


def _tidy(data: QueryDict | None) -> QueryDict:
    """The query without what cannot be meant: NUL, codes that are none, a district outside the regency that was chosen."""
    query = QueryDict(mutable=True)
    for name, values in (data or QueryDict()).lists():
        query.setlist(name, [value.replace("\x00", "")[:200] for value in values])
    district, regency = query.get("district", ""), query.get("regency", "")
    if district and not district.startswith(f"{regency}."):
        query.pop("district")
    return query


class PartnerFilter(CatalogueFilter):
    """What partners narrow by besides what the pages offer. Nothing is guessed: the door refuses what is not valid."""

    # The best matches are one page here, and to read all of them there are other orders. Of the others so many are ranked.
    ranked = 500
    largest = 200  # page

    region = filters.CharFilter(method="filter_region", label=_("Region of any level; a former code stands for what followed it"))
    producer = filters.CharFilter(field_name="producer_code", label=_("Producer"))
    flagship = filters.BooleanFilter(field_name="is_flagship", label=_("Current flagship"))
    stage = filters.MultipleChoiceFilter(choices=ChainStep, method="filter_stage", distinct=False, label=_("Step of the value chain"))
    price_min = filters.NumberFilter(field_name="price_from", lookup_expr="gte", label=_("Lowest price from (rupiah)"))
    price_max = filters.NumberFilter(field_name="price_from", lookup_expr="lte", label=_("Lowest price up to (rupiah)"))
    capacity_min = filters.NumberFilter(field_name="capacity_peak", lookup_expr="gte", label=_("Made a month, at least"))
    capacity_unit = filters.ChoiceFilter(choices=MeasureUnit, label=_("Unit of the capacity"))
    updated_since = filters.IsoDateTimeFilter(field_name="changed_at", lookup_expr="gte", label=_("Changed since"))

    def __init__(self, data: QueryDict, queryset: QuerySet | None = None, **kwargs: Any):
        # Only the filters that were sent are built: most requests send none or one of twenty.
        self.base_filters = {name: one for name, one in self.base_filters.items() if name in data}  # type: ignore[has-type]  # the metaclass of the library makes it
        super().__init__(data, queryset, **kwargs)

    @property
    def by_relevance(self) -> Iterable[QuerySet]:
        """Names that begin with the words, in their order, then the best others: nothing is counted, since there is one page."""
        others = cast("CatalogueEntryQuerySet", self.rows(without="q"))
        return others.best_page(self.search.text, self.search.query, size=self.largest, ranked=self.ranked)

    def filter_region(self, rows: CatalogueEntryQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(reduce(or_, (_inside(code) for code in self.regions), NOTHING))

    def filter_stage(self, rows: CatalogueEntryQuerySet, name: str, value: list[str]) -> QuerySet:
        return rows.filter(chain_steps__overlap=value)

    @cached_property
    def regions(self) -> list[str]:
        """The codes in force that answer for the region asked for."""
        return list(Region.objects.resolve(self.values["region"]).values_list("code", flat=True))


def _inside(code: str) -> Q:
    """The entries in a region, by the column of its level."""
    column = {_REGENCY: "regency_code", _DISTRICT: "district_code"}.get(len(code))
    return Q(**{column: code}) if column else within("region_code", code)
