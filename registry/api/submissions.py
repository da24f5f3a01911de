"""Submissions of the producers that delegated to the partner: their state, what was sent back and why, what happened."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api.errors import wrong
from common.api.views import ApiView, limit_of, page_by
from partners.permissions import needs_scope
from registry.codes import read_product_code
from registry.models import Submission
from registry.queries.delegated import known_as, numbers_of, with_story
from registry.states import WRITABLE_STATES, SubmissionState

from . import draft_shape as shape
from . import schema_drafts as schema

STATES = (*SubmissionState.values, shape.AWAITING)


class SubmissionView(ApiView):
    permission_classes = (needs_scope("submissions:read"),)

    def rows(self) -> Any:
        return Submission.objects.for_user(self.request.user)

    def told(self, submissions: list[Submission]) -> list[dict[str, Any]]:
        numbers = numbers_of(self.request.auth.partner, [row.product for row in submissions])
        return [shape.whole(row, external_id=numbers.get(row.product_id, "")) for row in submissions]


class SubmissionList(SubmissionView):
    parameters: ClassVar[frozenset[str]] = frozenset({"state", "product", "producer", "external_id", "changed_since", "limit", "cursor"})

    @extend_schema(**schema.SUBMISSION_LIST)
    def get(self, request: Request) -> HttpResponse:
        found, following = page_by(request, with_story(self.asked()), "number", limit=limit_of(request))
        return self.by_content({"results": self.told(found), "next": following})

    def asked(self) -> Any:
        sent, rows = self.request.query_params, self.rows()
        if "state" in sent:
            rows = _in_state(rows, sent["state"])
        if "product" in sent:
            rows = rows.filter(product__code=read_product_code(sent["product"]))
        if "producer" in sent:
            rows = rows.filter(product__producer__code=sent["producer"])
        if "external_id" in sent:
            rows = known_as(rows, self.request.auth.partner, sent["external_id"], path="product__")
        return rows.filter(changed_at__gte=_moment(sent["changed_since"])) if "changed_since" in sent else rows


def _in_state(rows: Any, state: str) -> Any:
    if state not in STATES:
        raise wrong("state", _("Offered are: %(offered)s.") % {"offered": ", ".join(STATES)})
    if state == shape.AWAITING:
        return rows.filter(head_asked_at__isnull=False)
    return rows.filter(state=state, head_asked_at=None) if state in WRITABLE_STATES else rows.filter(state=state)


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not is_aware(found):
        raise wrong("changed_since", _("Write the time with its offset, for example 2026-11-24T08:00:00+08:00."))
    return found


class SubmissionDetail(SubmissionView):
    @extend_schema(**schema.SUBMISSION)
    def get(self, request: Request, number: str) -> HttpResponse:
        found = with_story(self.rows()).filter(number=number.upper()).first()
        if found is None:
            raise NotFound(_("No submission of a producer that delegated to you has this number."))
        return self.by_content(self.told([found])[0])
