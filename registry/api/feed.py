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
from registry import following
from registry.models import CatalogueEntry
from registry.queries.representations import newest_change

from . import schema
from .state import catalogue_state

Row = dict[str, Any]
# When to ask again: at once while a page is full, else after this many seconds.
REST_SECONDS = 60
_USUAL, _MOST = 100, 500


class ChangeList(ApiView):
    parameters = frozenset({"after", "limit"})

    @extend_schema(**schema.CHANGES)
    def get(self, request: Request) -> HttpResponse:
        limit, after = limit_of(request, usual=_USUAL, most=_MOST), self._after(request)
        items, more = following.after(after, limit=limit)
        response = Response({"results": items, "after": items[-1]["seq"] if items else after, "has_more": more})
        if not more:
            response["Retry-After"] = str(REST_SECONDS)
        return response

    @staticmethod
    def _after(request: Request) -> int:
        after, (newest, _at) = sent_number(request.query_params.get("after", "0"), digits=18), newest_change()
        if after is None or after > newest:
            raise wrong("after", _("Send the number of the last change you have; the newest is %(seq)s.") % {"seq": newest})
        if not following.reaches_back_to(after):
            raise Gone(_("Changes are kept for 400 days. Read the whole catalogue again and go on from its as_of."), "cursor_expired")
        return after


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
