"""Up to 500 drafts in one request: all of them or none, or each by itself; a result for every item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from drf_standardized_errors.formatter import flatten_errors
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Answer
from accounts.states import Action
from common.api.errors import Contradiction, wrong
from common.api.strict import taken
from partners.writing import write
from registry import permissions
from registry.codes import read_product_code
from registry.models import Category, Producer, Product
from registry.queries.delegated import latest_submissions, numbered, producers_coded, whole
from registry.services import delegated, intake
from registry.services.drafts import reloaded

from . import draft_shape as shape
from . import schema_drafts as schema
from .draft_fields import ATOMIC, RESULTS, BulkItem, BulkWrite
from .drafts import DraftView, Row, producer_of, values_in
from .words import in_words, told

CREATED, CHANGED, UNCHANGED, REFUSED, NOT_WRITTEN = RESULTS


class DraftBulk(DraftView):
    @extend_schema(**schema.BULK)
    @write(what=gettext_lazy("Wrote many products at once"))
    def post(self, request: Request) -> Response:
        sent = taken(BulkWrite, request.data)
        batch = Batch(self, sent["items"], is_atomic=sent["mode"] == ATOMIC)
        with transaction.atomic():
            batch.run()
            if batch.failed:
                transaction.set_rollback(True)
        return Response(batch.told(), status=422 if batch.failed else 200)


@dataclass
class Batch:
    """One request's items on their way: read, told apart into begun and changed, written, told."""

    view: DraftView
    items: list[Row]
    is_atomic: bool
    sent: dict[int, Row] = field(default_factory=dict)
    errors: dict[int, APIException] = field(default_factory=dict)
    held: dict[int, Product] = field(default_factory=dict)  # drafts under lock as they stand, by primary key
    done: dict[int, tuple[str, int]] = field(default_factory=dict)  # what became of an item, and its product

    @property
    def failed(self) -> bool:
        """Whether all of it is taken back."""
        return self.is_atomic and bool(self.errors)

    def run(self) -> None:
        self.read()
        intake.one_at_a_time(self.view.access.partner)  # before looking which numbers are there already
        found = self.known()
        fresh = {index: sent for index, sent in self.sent.items() if found.get(index) is None and index not in self.errors}
        drafts = self.drafts(fresh)
        if self.failed:
            return
        self.held = intake.hold(producers=[draft.producer for draft in drafts.values()], products=list(found.values()))
        self.start(drafts)
        for index, product in found.items():
            if index not in self.errors:
                self.change(index, product)

    def read(self) -> None:
        """Check every item by itself; one serializer reads them all."""
        reader = BulkItem(context={"categories": set(Category.objects.offered().values_list("slug", flat=True))})
        for index, item in enumerate(self.items):
            try:
                self.sent[index] = dict(reader.run_validation(item))
            except APIException as error:
                self.errors[index] = error

    def known(self) -> dict[int, Product]:
        """The drafts that exist already, by their code or the partner's number."""
        codes = {index: read_product_code(sent["code"]) for index, sent in self.sent.items() if "code" in sent}
        by_code = {
            product.code: product for product in self.view.products().filter(code__in=set(codes.values())).select_related("producer")
        }
        self.errors |= {index: NotFound(_("No product of yours has this code.")) for index, code in codes.items() if code not in by_code}
        found = {index: by_code[code] for index, code in codes.items() if code in by_code}
        by_number = self.numbered()
        rest = {index: sent.get("external_id") for index, sent in self.sent.items() if index not in codes}
        found |= {index: by_number[value] for index, value in rest.items() if value in by_number}
        for index, product in found.items():
            if self.sent[index].get("producer", product.producer.code) != product.producer.code:
                self.errors[index] = Contradiction(_("This product belongs to another producer than the one you name."), "other_producer")
        return found

    def numbered(self) -> dict[str, Product]:
        values = {sent["external_id"] for sent in self.sent.values() if "external_id" in sent}
        return numbered(self.view.access.partner, values, self.view.products())

    def drafts(self, fresh: dict[int, Row]) -> dict[int, intake.NewDraft]:
        """What is to be begun, each with its producer; the producers are read at once."""
        wanted = {sent["producer"] for sent in fresh.values() if "producer" in sent}
        producers = producers_coded(wanted)
        answers: dict[str, Answer] = {}
        made = {}
        for index, sent in fresh.items():
            try:
                made[index] = intake.NewDraft(self.producer(sent, producers, answers), values_in(sent), sent.get("external_id", ""))
            except APIException as error:
                self.errors[index] = error
        return made

    def producer(self, sent: Row, producers: dict[str, Producer], answers: dict[str, Answer]) -> Producer:
        code = sent.get("producer", "")
        if not code:
            raise wrong("producer", _("A new product needs the code of its producer."), "required")
        found = producers.get(code)
        if found is None:
            return producer_of(self.view.request.user, code)
        if code not in answers:
            answers[code] = permissions.may_on_producer(self.view.request.user, Action.PRODUCT_EDIT, found)
        return found if answers[code] else producer_of(self.view.request.user, code)

    def start(self, drafts: dict[int, intake.NewDraft]) -> None:
        """Begin them all; what meets another row is refused and, item by item, the rest begun."""
        if not drafts:
            return
        order = list(drafts)
        access = self.view.access
        try:
            with told():
                made = intake.start_drafts(actor=self.view.request.user, partner=access.partner, drafts=list(drafts.values()))
        except intake.Faults as faults:
            self.errors |= {order[place]: in_words(error) for place, error in faults.errors.items()}
            if not self.is_atomic:
                self.start({index: draft for index, draft in drafts.items() if index not in self.errors})
            return
        except APIException as error:
            self.errors |= dict.fromkeys(order, error)
            return
        self.held |= {product.pk: product for product in made}
        self.done |= {index: (CREATED, product.pk) for index, product in zip(order, made, strict=True)}

    def change(self, index: int, found: Product) -> None:
        sent, actor = self.sent[index], self.view.request.user
        expected = shape.version_of_tag(sent["if_match"]) if sent.get("if_match") else ""
        try:
            with transaction.atomic(), told():
                product = self.held.pop(found.pk, None) or reloaded(found)
                if "code" in sent and sent.get("external_id"):
                    delegated.set_number(actor=actor, partner=self.view.access.partner, product=product, value=sent["external_id"])
                is_changed = delegated.change_held(actor=actor, product=product, values=values_in(sent), expected=expected)
        except APIException as error:
            self.errors[index] = error
            return
        self.done[index] = (CHANGED if is_changed else UNCHANGED, found.pk)
        if not is_changed:
            self.held[found.pk] = product

    def told(self) -> Row:
        done = {} if self.failed else self.done
        keys = {key for _status, key in done.values()}
        products = whole(keys - self.held.keys()) | {key: self.held[key] for key in keys & self.held.keys()}
        trips = latest_submissions(products.values())
        tags = {key: (product.code, shape.etag_of(product, trips.get(key))) for key, product in products.items()}
        results = [self.result(index, tags) for index in range(len(self.items))]
        written = sum(status != UNCHANGED for status, _key in done.values())
        return {"written": written, "refused": len(self.errors), "results": results}

    def result(self, index: int, tags: dict[int, tuple[str, str]]) -> Row:
        sent = self.sent.get(index, {})
        row: Row = {"index": index, "status": NOT_WRITTEN, "code": None, "external_id": sent.get("external_id"), "etag": None, "errors": []}
        if index in self.errors:
            return row | {"status": REFUSED, "errors": list(_errors(self.errors[index]))}
        if self.failed or index not in self.done:
            return row
        status, key = self.done[index]
        code, tag = tags[key]
        return row | {"status": status, "code": code, "etag": tag}


def _errors(error: APIException) -> Iterable[Row]:
    """The errors of one item in the shape every error has."""
    for one in flatten_errors(error.detail):
        yield {"code": str(one.code), "detail": str(one.detail), "attr": one.attr}
