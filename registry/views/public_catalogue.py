"""The catalogue: search, filters with counts, orders, pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from accounts.states import Pillar
from common.numbers import sent_number
from regions.models import Level, Region
from registry import paging, showcase
from registry.filters_catalogue import STARS, CatalogueFilter
from registry.pillars import all_specs
from registry.queries.catalogue import RANKED
from registry.states import PermitKind

ORDER_WORDS = {
    "relevance": gettext_lazy("Best match"),
    "newest": gettext_lazy("Newest"),
    "name": gettext_lazy("Name A–Z"),
    "price": gettext_lazy("Lowest price"),
}


@dataclass(frozen=True)
class Choice:
    """One choice of a filter: how many it would leave (None: too many to tell) and whether it is taken."""

    value: str
    label: str
    count: int | None
    chosen: bool = False
    is_inner: bool = False


class CatalogueView(TemplateView):
    template_name = "registry/public/catalogue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = CatalogueFilter(self.request.GET)
        order = self._order(found)
        page = self._page(found, order)
        groups = _choices(found)
        return super().get_context_data(
            found=found,
            typed=found.data.get("q", ""),
            cards=[showcase.card(entry, found.search) for entry in page.rows],
            counts=found.counts,
            groups=groups,
            chips=_chips(found, groups),
            orders=[(name, words, name == order) for name, words in ORDER_WORDS.items() if name != "relevance" or found.search],
            previous=self._address(found, order, page.previous),
            following=self._address(found, order, page.following),
            pairs=_pairs(found),
            **kwargs,
        )

    def _order(self, found: CatalogueFilter) -> str:
        wanted = self.request.GET.get("sort", "")
        if wanted in paging.ORDERS:
            return wanted
        return "relevance" if found.search else "newest"

    def _page(self, found: CatalogueFilter, order: str) -> paging.Page:
        query = self.request.GET
        if order == "relevance":
            wanted = sent_number(query.get("page", ""), digits=5)
            return paging.numbered(found.by_relevance, 1 if wanted is None else wanted, last=RANKED // paging.PAGE)
        rows = found.qs.with_price_key() if order == "price" else found.qs
        return paging.page(rows, paging.ORDERS[order], after=query.get("after", ""), before=query.get("before", ""))

    def _address(self, found: CatalogueFilter, order: str, place: dict[str, str]) -> str:
        if not place:
            return ""
        sort = [("sort", order)] if self.request.GET.get("sort") else []
        return "?" + urlencode([*_pairs(found), *sort, *place.items()])


def _pairs(found: CatalogueFilter, *, without: tuple[str, str] | None = None) -> list[tuple[str, str]]:
    """The filters in use as pairs of the query, but for one."""
    pairs = []
    for name, value in found.values.items():
        words = value if isinstance(value, list) else ["on" if value is True else value]
        pairs += [(name, word) for word in words if (name, word) != without]
    return pairs


def _query(found: CatalogueFilter, *, without: tuple[str, str] | None = None) -> str:
    pairs = _pairs(found, without=without)
    return f"?{urlencode(pairs)}" if pairs else "."


def _choices(found: CatalogueFilter) -> dict[str, list[Choice]]:
    """Every filter's choices in the order of the screen."""
    slogans = {spec.pillar: spec.unit_word for spec in all_specs()}
    pillars = [(pillar.value, f"{pillar.label} – {slogans.get(pillar, '')}") for pillar in Pillar]
    return {
        "pillar": [_choice(found, "pillar", value, label) for value, label in pillars],
        "regency": [_choice(found, "regency", place.code, place.name) for place in found.summary.regencies],
        "district": _district_choices(found),
        "category": _category_choices(found),
        "permit": [_choice(found, "permit", kind.value, str(kind.label)) for kind in PermitKind if kind != PermitKind.OTHER],
        "stars": [_choice(found, "stars", value, _star_words(int(value))) for value, _number in STARS],
        "available": [_choice(found, "available", "on", _("Made this month"))],
    }


def _star_words(number: int) -> str:
    return ngettext("%(number)s star", "%(number)s stars", number) % {"number": number}


def _choice(found: CatalogueFilter, name: str, value: str, label: str, *, is_inner: bool = False) -> Choice:
    counts = found.counts.values.get(name)
    taken = found.values.get(name, ())
    chosen = taken is True or value == taken or (isinstance(taken, list) and value in taken)
    return Choice(value, label, None if counts is None else counts.get(value, 0), chosen, is_inner)


def _district_choices(found: CatalogueFilter) -> list[Choice]:
    """The districts of the regency that was chosen; none before that."""
    regency = found.values.get("regency")
    if not regency:
        return []
    rows = Region.objects.in_force().within(regency).filter(level=Level.DISTRICT).order_by("name").values_list("code", "name")
    return [_choice(found, "district", code, name) for code, name in rows]


def _category_choices(found: CatalogueFilter) -> list[Choice]:
    """The groups, and below a group that is open its categories."""
    taken = found.values.get("category", [])
    open_groups = {category.parent_id or category.pk for category in found.categories if category.slug in taken}
    choices = []
    for group in (category for category in found.categories if not category.parent_id):
        choices.append(_choice(found, "category", group.slug, group.name))
        if group.pk in open_groups:
            inner = (category for category in found.categories if category.parent_id == group.pk)
            choices += [_choice(found, "category", category.slug, category.name, is_inner=True) for category in inner]
    return choices


def _chips(found: CatalogueFilter, groups: dict[str, list[Choice]]) -> list[tuple[str, str]]:
    """What narrows now, in words, each with the address without it."""
    labels = {(name, choice.value): choice.label for name, choices in groups.items() for choice in choices}
    chips = []
    for name, value in _pairs(found):
        words = f"“{value}”" if name == "q" else labels.get((name, value), value)
        chips.append((words, _query(found, without=(name, value))))
    return chips
