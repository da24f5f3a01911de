"""The whole result of a product, for the partner its producer delegated to: what the producer itself reads, without who judged."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from accounts.states import Action
from common.api.views import ApiView
from partners.permissions import needs_scope
from registry.codes import read_product_code

from . import api_schema as schema
from .models import Entrant, Result
from .own_result import OwnResult, SectionLine

Row = dict[str, Any]


class OwnResultDetail(ApiView):
    permission_classes = (needs_scope("evaluations:read"),)

    @extend_schema(**schema.OWN_RESULT)
    def get(self, request: Request, key: str, code: str) -> HttpResponse:
        rows = Entrant.objects.for_user(request.user, Action.PRODUCT_EDIT).filter(round__code=key, code=read_product_code(code))
        entrant = rows.select_related("round", "instrument").first()
        own = OwnResult(entrant) if entrant else None
        if own is None or own.result is None:
            raise NotFound(_("No established result of a producer that delegated to you stands here."))
        return self.by_content(_told(own, own.result))


def _told(own: OwnResult, result: Result) -> Row:
    return {
        "code": own.entrant.code,
        "name": own.entrant.name,
        "producer": own.entrant.producer_code,
        "stars": result.stars,
        "valid_until": own.until.isoformat() if result.stars else None,
        "points": None if result.total is None else str(result.total),
        "sections": [_section(line) for line in own.sections],
        "comments": own.comments,
    }


def _section(line: SectionLine) -> Row:
    remarks = [{"criterion": row.code, "name": row.name, "texts": texts} for row, texts in line.remarks]
    told = {"code": line.section.code, "name": line.section.name, "points": f"{line.points:f}", "most": f"{line.most:f}"}
    return told | {"remarks": remarks}
