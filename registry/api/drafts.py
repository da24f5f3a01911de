"""Products partners write for the producers that delegated it to them: list, begin, read, change, send."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import require
from accounts.states import Action
from common.api.errors import wrong
from common.api.strict import taken
from common.api.views import ApiView, limit_of, page_by
from partners.access import Access
from partners.permissions import needs_scope
from partners.writing import DRY_RUN, write
from registry import permissions, representation
from registry.codes import read_product_code
from registry.models import Producer, Product
from registry.queries.delegated import known_as, latest_submissions, numbers_of, producer_coded
from registry.services import delegated, intake

from . import draft_shape as shape
from . import schema_drafts as schema
from .draft_fields import DraftChange, DraftStart, SendWrite
from .words import in_words, told

Row = dict[str, Any]
# Of what is sent, what is no field of the product.
AROUND = ("producer", "external_id", "code", "if_match")


class DraftView(ApiView):
    """Works on the products of producers that delegated to the partner; all others answer 404."""

    permission_classes = (needs_scope("products:write"),)
    write_parameters = frozenset({DRY_RUN})

    @property
    def access(self) -> Access:
        return self.request.auth

    def products(self) -> Any:
        return Product.objects.for_user(self.request.user, Action.PRODUCT_EDIT)

    def product(self, code: str) -> Product:
        found = self.products().with_parts().filter(code=read_product_code(code)).first()
        if found is None:
            raise NotFound(_("No product of a producer that delegated to you has this code."))
        return found

    def told(self, product: Product) -> tuple[Row, str]:
        """A draft as it is answered, and its ETag."""
        submission = latest_submissions([product]).get(product.pk)
        number = numbers_of(self.access.partner, [product]).get(product.pk, "")
        row = shape.draft(product, submission, external_id=number, own=self.request.user.pk)
        return row, shape.etag_of(product, submission)

    def answer(self, product: Product, status: int = 200) -> Response:
        row, tag = self.told(product)
        headers = {"ETag": tag}
        if status == 201:
            headers["Location"] = f"/api/v1/drafts/{product.code}"
        return Response(row, status=status, headers=headers)

    def held(self, row: Row, tag: str) -> HttpResponse:
        """The same with 304 for a client that holds it."""
        unchanged = get_conditional_response(self.request._request, etag=tag)
        return unchanged if unchanged is not None else Response(row, headers={"ETag": tag})

    def hold(self, code: str) -> Product:
        """The draft under lock for a change that names its base by If-Match where it has to."""
        product = self.product(code)
        with told():
            return delegated.hold_for_change(actor=self.request.user, product=product, expected=self.base())

    def base(self) -> str:
        """The version a change was made on, as services compare it; empty where the sender names none."""
        tag = self.request.headers.get("If-Match", "").strip()
        return "" if tag in ("", "*") else shape.version_of_tag(tag)


def values_in(sent: Row) -> Row:
    """The fields of the product among what was sent."""
    return {name: value for name, value in sent.items() if name not in AROUND}


def producer_of(user: Any, code: str) -> Producer:
    """The producer a product is begun for: named by its code, and one that delegated."""
    found = producer_coded(code)
    if found is None:
        raise wrong("producer", _("No producer has this code."))
    with told():
        require(permissions.may_on_producer(user, Action.PRODUCT_EDIT, found))
    return found


class DraftList(DraftView):
    parameters: ClassVar[frozenset[str]] = frozenset({"producer", "external_id", "limit", "cursor"})

    @extend_schema(**schema.DRAFT_LIST)
    def get(self, request: Request) -> HttpResponse:
        rows = self.products().select_related("producer")
        asked = request.query_params
        rows = rows.filter(producer__code=asked["producer"]) if "producer" in asked else rows
        if "external_id" in asked:
            rows = known_as(rows, self.access.partner, asked["external_id"])
        found, following = page_by(request, rows, "code", limit=limit_of(request))
        return Response({"results": self.lines(found), "next": following})

    def lines(self, products: list[Product]) -> list[Row]:
        numbers, trips = numbers_of(self.access.partner, products), latest_submissions(products)
        return [_line(row, numbers.get(row.pk), shape.brief(trips.get(row.pk))) for row in products]

    @extend_schema(**schema.DRAFT_START)
    @write(what=gettext_lazy("Began a product"))
    def post(self, request: Request) -> Response:
        sent = taken(DraftStart, request.data)
        producer = producer_of(request.user, sent["producer"])
        draft = intake.NewDraft(producer, values_in(sent), sent.get("external_id", ""))
        try:
            with told():
                (product,) = intake.start_drafts(actor=request.user, partner=self.access.partner, drafts=[draft])
        except intake.Faults as faults:
            raise in_words(faults.errors[0]) from faults
        return self.answer(product, 201)


def _line(product: Product, number: str | None, submission: Row | None) -> Row:
    return {
        "code": product.code,
        "external_id": number,
        "producer": product.producer.code,
        "name": product.name,
        "submission": submission,
        "edited_at": representation.moment(product.edited_at),
    }


class DraftDetail(DraftView):
    @extend_schema(**schema.DRAFT)
    def get(self, request: Request, code: str) -> HttpResponse:
        return self.held(*self.told(self.product(code)))

    @extend_schema(**schema.DRAFT_CHANGE)
    @write(what=gettext_lazy("Changed a product"))
    def patch(self, request: Request, code: str) -> Response:
        product, sent = self.product(code), taken(DraftChange, request.data)
        with told():
            changed = delegated.change_draft(
                actor=request.user,
                partner=self.access.partner,
                product=product,
                values=values_in(sent),
                expected=self.base(),
                external_id=sent.get("external_id", ""),
            )
        return self.answer(changed)


class DraftSend(DraftView):
    permission_classes = (needs_scope("submissions:send"),)

    @extend_schema(**schema.DRAFT_SEND)
    @write(what=gettext_lazy("Sent a product, or asked the head to send it"))
    def post(self, request: Request, code: str) -> Response:
        product, sent = self.product(code), taken(SendWrite, request.data)
        with told():
            submission = delegated.send_or_ask(actor=request.user, product=product, declaration=sent["declaration"], expected=self.base())
        number = numbers_of(self.access.partner, [product]).get(product.pk, "")
        return Response(shape.whole(submission, external_id=number))
