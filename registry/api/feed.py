"""Following the registry: what changed after a number, and the proof that two copies are equal."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.errors import Gone, wrong
from common.api.views import ApiView, limit_of
from common.numbers import sent_number
from regions.models import RegionSuccession
from registry import representation
from registry.feed import PRODUCT
from registry.models import CatalogueEntry, Change
from registry.queries.representations import by_codes
from registry.states import PUBLIC_ENTRY_STATES

from . import schema
from .state import catalogue_state, last_change

Row = dict[str, Any]
# When to ask again: at once while a page is full, else after this many seconds.
REST_SECONDS = 60
_USUAL, _MOST = 100, 500


class ChangeList(ApiView):
    parameters = frozenset({"after", "limit"})

    @extend_schema(**schema.CHANGES)
    def get(self, request: Request) -> HttpResponse:
        limit, after = limit_of(request, usual=_USUAL, most=_MOST), self._after(request)
        found = list(Change.objects.after(after)[: limit + 1])
        changes, more = found[:limit], len(found) > limit
        response = Response({"results": _items(changes), "after": changes[-1].seq if changes else after, "has_more": more})
        if not more:
            response["Retry-After"] = str(REST_SECONDS)
        return response

    @staticmethod
    def _after(request: Request) -> int:
        after = sent_number(request.query_params.get("after", "0"), digits=18)
        if after is None or after > last_change()[0]:
            raise wrong("after", _("Send the number of the last change you have; the newest is %(seq)s.") % {"seq": last_change()[0]})
        if not Change.objects.reaches_back_to(after):
            raise Gone(_("Changes are kept for 400 days. Read the whole catalogue again and go on from its as_of."), "cursor_expired")
        return after


def _items(changes: list[Change]) -> list[Row]:
    """Each change with its subject as it stands now: applying one twice, or a later one first, ends in the same."""
    products = by_codes({change.subject_code for change in changes if change.subject_kind == PRODUCT}, representation.language())
    regions = _regions({change.subject_code for change in changes if change.subject_kind != PRODUCT})
    return [_item(change, products, regions) for change in changes]


def _regions(codes: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {code: [] for code in codes}
    for old, new in RegionSuccession.objects.filter(old__in=codes).order_by("day", "new_id").values_list("old_id", "new_id"):
        found[old].append(new)
    return found


def _item(change: Change, products: dict[str, tuple[str, str]], regions: dict[str, list[str]]) -> Row:
    row: Row = {"seq": change.seq, "kind": change.kind, "at": representation.moment(change.at)}
    row |= {"subject": change.subject_kind, "code": change.subject_code, "state": None, "product": None, "successors": None}
    if change.subject_kind != PRODUCT:
        return row | {"successors": regions[change.subject_code]}
    state, text = products[change.subject_code]
    return row | {"state": state, "product": representation.told(text) if state in PUBLIC_ENTRY_STATES else None}


class Reconcile(ApiView):
    parameters = frozenset({"regency"})

    @extend_schema(**schema.RECONCILE)
    def get(self, request: Request) -> HttpResponse:
        state = catalogue_state()
        return self.conditional(state, lambda: self._answer(request, state.parts[0]))

    @staticmethod
    def _answer(request: Request, seq: object) -> Row:
        rows, regency = CatalogueEntry.objects.published(), request.query_params.get("regency", "")
        rows = rows.filter(regency_code=regency) if regency else rows
        found = [{"regency": row["regency_code"], "count": row["count"], "sha256": row["sha256"]} for row in rows.fingerprints()]
        answer: Row = {"as_of": seq, "regencies": found}
        if regency:
            answer["products"] = list(rows.order_by("code").values("code", "revision"))
        return answer
