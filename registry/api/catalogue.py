"""The published catalogue: lists, one product, its photos and permits, producers, categories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api import fields
from common.api.conditions import State, is_conditional, unchanged
from common.api.errors import Gone, wrong, wrong_cursor
from common.api.views import ApiView, limit_of, next_page
from partners.trail import note_bulk_read
from registry import paging, representation
from registry.codes import read_product_code
from registry.filters_catalogue import PartnerFilter
from registry.models import CatalogueEntry, Category, Producer
from registry.queries.representations import Told, by_code, page_of_all, state_of_code, texts
from registry.showcase import HIDDEN
from registry.states import EntryState

from . import producer as producers
from . import schema
from .state import catalogue_state

BEST = "relevance"
ORDERS = (*paging.PARTNER_ORDERS, BEST)
USUAL = "code"
_SHAPE = frozenset({"fields", "limit", "cursor", "sort"})


class ProductList(ApiView):
    parameters: ClassVar[frozenset[str]] = _SHAPE | frozenset(PartnerFilter.base_filters)

    @extend_schema(**schema.PRODUCT_LIST)
    def get(self, request: Request) -> HttpResponse:
        sort, found = _order(request), filtered(request)
        wanted, limit = wanted_of(request), limit_of(request)
        state = catalogue_state()
        return self.conditional(state, lambda: self._page(request, found, sort, limit, wanted) | {"as_of": state.parts[0]})

    def _page(self, request: Request, found: PartnerFilter, sort: str, limit: int, wanted: frozenset[str]) -> dict[str, Any]:
        if "cursor" not in request.query_params:
            note_bulk_read(request, what=gettext_lazy("Began to read the list of products"))
        rows, following = (_read(_best(found, limit)), "") if sort == BEST else _after(request, found, sort, limit)
        told = [_sparse(text, wanted) for text in rows] if wanted else representation.told_in_turn(rows)
        return {"results": told, "next": next_page(request, following)}


def _order(request: Request) -> str:
    sort = request.query_params.get("sort", USUAL)
    if sort not in ORDERS:
        raise wrong("sort", _("Offered are: %(offered)s.") % {"offered": ", ".join(ORDERS)})
    if sort == BEST and "q" not in request.query_params:
        raise wrong("sort", _("The best matches are those of a search: send q as well."))
    if sort == BEST and "cursor" in request.query_params:
        raise wrong("cursor", _("The best matches have one page. Read all of them with another order."))
    return sort


def filtered(request: Request) -> PartnerFilter:
    """The entries asked for; a value that is not valid is refused by name."""
    found = PartnerFilter(request.query_params)
    if found.filters and not found.form.is_valid():
        name, errors = next(iter(found.form.errors.items()))
        raise wrong(name, errors[0])
    return found


def wanted_of(request: Request) -> frozenset[str]:
    """The fields of a product that were asked for; none named means all."""
    return fields.chosen(request, "fields", representation.FIELDS)


def _sparse(text: str, wanted: frozenset[str]) -> dict[str, Any]:
    return fields.only(representation.read(text), wanted)


def _best(found: PartnerFilter, limit: int) -> list[int]:
    if not found.search:
        return []
    best: list[int] = []
    for rows in found.by_relevance:  # the next set is made only where this one does not fill the page
        best += rows.values_list("pk", flat=True)[: limit - len(best)]
        if len(best) == limit:
            break
    return best


def _read(numbers: list[int]) -> list[str]:
    """The wide texts are read for the rows of the page alone, after these are sorted."""
    return texts(numbers, representation.language())


def _after(request: Request, found: PartnerFilter, sort: str, limit: int) -> tuple[list[str], str]:
    query, order = request.query_params.copy(), paging.PARTNER_ORDERS[sort]
    cursor = query.pop("cursor", [""])[-1]
    try:
        if not found.filters and order.column != "price_key":
            return _whole(order, cursor, limit)
        return _narrowed(query, found, order, cursor, limit)
    except paging.StaleCursor:
        raise wrong_cursor() from None


def _whole(order: paging.Order, cursor: str, limit: int) -> tuple[list[str], str]:
    """A page of the whole catalogue: what mirrors ask for, in one statement written out."""
    place = paging.place_of(cursor, order, "") if cursor else None
    rows = page_of_all(order.column, descending=order.descending, place=place, size=limit + 1, language=representation.language())
    following = paging.cursor_at(rows[limit - 1][1], rows[limit - 1][0], order) if len(rows) > limit else ""
    return [text for _pk, _value, text in rows[:limit]], following


def _narrowed(query: Any, found: PartnerFilter, order: paging.Order, cursor: str, limit: int) -> tuple[list[str], str]:
    narrowed = "&".join(sorted(f"{name}={value}" for name in found.filters for value in query.getlist(name)))
    rows = found.qs.with_price_key() if order.column == "price_key" else found.qs
    rows = rows.values_list("pk", order.column, named=True)
    found_rows, following = paging.keyset(rows, order, cursor=cursor, size=limit, query=narrowed)
    return _read([row.pk for row in found_rows]), following


def shown(entry: Told | None) -> Told:
    """The entry that was found; 410 with the reason once it is hidden, 404 for a code nobody has."""
    if entry is None:
        raise NotFound(_("No product has this code."))
    if entry.state in HIDDEN:
        raise Gone(_("This product is not shown now: %(state)s.") % {"state": EntryState(entry.state).label}, entry.state)
    return entry


def state_of(entry: Told) -> State:
    return State((entry.revision, entry.form), entry.changed_at)


class OfProduct(ApiView):
    """What is told of one product."""

    def told(self, code: str, make: Callable[[Told], Any]) -> HttpResponse:
        code = read_product_code(code)
        if is_conditional(self.request):
            # Whoever holds the present form of this revision holds what is told: only the present form has its tag.
            held = unchanged(self.request, state_of(shown(state_of_code(code, representation.FORM))))
            if held is not None:
                return held
        entry = shown(by_code(code, representation.language()))
        return self.conditional(state_of(entry), lambda: make(entry))


class ProductDetail(OfProduct):
    parameters = frozenset({"fields", "expand"})

    @extend_schema(**schema.PRODUCT)
    def get(self, request: Request, code: str) -> HttpResponse:
        wanted, expand = wanted_of(request), fields.chosen(request, "expand", ("producer",))
        return self.told(code, lambda entry: _product(code, entry, wanted, expand))


def _product(code: str, entry: Told, wanted: frozenset[str], expand: frozenset[str]) -> Any:
    """The product as it is stored; with what it is expanded by, or of it the fields asked for."""
    if not wanted and not expand:
        return representation.told(entry.text)
    row = representation.read(entry.text)
    if expand:
        row |= {"producer": producers.of_entry(CatalogueEntry.objects.coded(read_product_code(code)).get())}
    return fields.only(row, wanted)


class ProductPhotos(OfProduct):
    @extend_schema(**schema.PHOTOS)
    def get(self, request: Request, code: str) -> HttpResponse:
        return self.told(code, lambda entry: {"results": representation.read(entry.text)["photos"]})


class ProductPermits(OfProduct):
    @extend_schema(**schema.PERMITS)
    def get(self, request: Request, code: str) -> HttpResponse:
        return self.told(code, lambda entry: {"results": representation.read(entry.text)["permits"]})


class ProducerList(ApiView):
    parameters = frozenset({"limit", "cursor", "pillar", "region"})

    @extend_schema(**schema.PRODUCER_LIST)
    def get(self, request: Request) -> HttpResponse:
        found, limit = filtered(request), limit_of(request)
        return self.conditional(catalogue_state(), lambda: producers.page(request, found.qs, limit))


class ProducerDetail(ApiView):
    @extend_schema(**schema.PRODUCER)
    def get(self, request: Request, code: str) -> HttpResponse:
        entries = producers.entries_of(code)
        if not entries:
            present = Producer.objects.formerly(code)
            if present is None:
                raise NotFound(_("No producer with a shown product has this code."))
            return HttpResponsePermanentRedirect(reverse("api_producer", args=[present]))
        state = State(tuple((entry.revision, entry.representation.form) for entry in entries), max(entry.changed_at for entry in entries))
        return self.conditional(state, lambda: producers.whole(entries))


class CategoryList(ApiView):
    @extend_schema(**schema.CATEGORIES)
    def get(self, request: Request) -> HttpResponse:
        return self.by_content({"results": [_category(row) for row in Category.objects.in_order()]})


def _category(row: Category) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "group": row.parent.slug if row.parent else None,
        "name": row.name,
        "is_food": row.is_food,
        "required_permits": row.required_permits,
        "useful_permits": row.useful_permits,
        "is_offered": row.is_active,
    }
