"""Filters of the lists of a round: its products, and the published products that may enter it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.scope import NOTHING
from accounts.states import Pillar
from regions.models import Region
from registry.codes import normalise_product_code
from registry.models import CatalogueEntry, Category
from registry.text import fold

from .models import Entrant
from .states import EntrantState


class OfRoundFilter(django_filters.FilterSet):
    """The choices of place and family are those the round's own rows have."""

    q = django_filters.CharFilter(label=_("Name, producer, code or number"), method="search")
    pillar = django_filters.ChoiceFilter(label=_("Pillar"), choices=Pillar.choices, empty_label=_("Every pillar"))
    regency = django_filters.ChoiceFilter(label=_("Regency"), empty_label=_("Every regency"), field_name="regency_code")

    family_column = "family"

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        present = self.queryset.order_by()
        codes = present.values_list("regency_code", flat=True).distinct()
        places = Region.objects.in_force().filter(code__in=codes).order_by("name")
        self.filters["regency"].extra["choices"] = list(places.values_list("code", "name"))
        families = set(present.values_list(self.family_column, flat=True).distinct())
        self.filters["family"].extra["choices"] = [
            (group.slug, group.name) for group in Category.objects.groups() if group.slug in families
        ]


class EntrantFilter(OfRoundFilter):
    """Products of a round."""

    state = django_filters.ChoiceFilter(label=_("Documents"), choices=EntrantState.choices, empty_label=_("Every state"))
    family = django_filters.ChoiceFilter(label=_("Category"), empty_label=_("Every category"))

    class Meta:
        model = Entrant
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value.isascii() and value.isdigit():
            return rows.filter(number=int(value)) if len(value) < 8 else rows.none()
        code = normalise_product_code(value) or "-"
        return rows.filter(Q(name__icontains=value) | Q(producer_name__icontains=value) | Q(code=code))


class ResultFilter(EntrantFilter):
    """Products with a result. Pillar, regency and category choose whom a product is ranked among; a search only finds it."""

    state = None

    @property
    def group(self) -> dict[str, str]:
        """The chosen group, by column of the product."""
        chosen = self.form.cleaned_data if self.is_bound and self.form.is_valid() else {}
        columns = {"pillar": "pillar", "regency": "regency_code", "family": "family"}
        return {column: chosen[name] for name, column in columns.items() if chosen.get(name)}


class EligibleFilter(OfRoundFilter):
    """Published products that may enter a round."""

    family = django_filters.ChoiceFilter(label=_("Category"), empty_label=_("Every category"), field_name="category_group")
    family_column = "category_group"

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        key, code = fold(value), normalise_product_code(value)
        return rows.filter(Q(code=code or "-") | (Q(search_text__contains=key) if key else NOTHING))
