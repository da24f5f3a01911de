"""Products begun by a partner's system, one or five hundred in one go: few statements, whatever their number.

The rules are those of `drafts`: a maker met by its name is not renamed, another person is another contact, the first product
of a producer is its flagship. Everything is looked up and checked before the first row is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate
from accounts.permissions import Allowed, require
from accounts.states import Action
from common.middleware import request_id_var
from partners.models import Partner
from registry import codes, permissions
from registry.errors import NotReady, RegistryError, Taken
from registry.models import (
    Category,
    ChainStage,
    Contact,
    Enterprise,
    ExternalId,
    Producer,
    Product,
    ProductVariant,
    Submission,
    SubmissionEvent,
)
from registry.steps import STEPS
from registry.text import fold

from .contacts import CONSENT_TAKEN_BACK, record_consent
from .drafts import fill_maker, lacking, set_fields

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=models.Model)
# Fields that are more than a column of the product; all others are copied as they are.
_MORE = frozenset({"category", "maker", "contact", "photos", "variants", "chain", "capacity", "permits"})
_PLAIN = tuple(name for step in STEPS for name in step.fields if name not in _MORE)
NUMBER_TAKEN = _("Another product of yours has this number.")


@dataclass(frozen=True)
class NewDraft:
    """One product to begin: whose, with which values (in the words of the steps), under which number of the partner."""

    producer: Producer
    values: dict[str, Any]
    external_id: str = ""


class Faults(Exception):
    """What cannot be taken, by the position of the draft; nothing has been written."""

    def __init__(self, errors: dict[int, ValidationError | RegistryError]):
        super().__init__(errors)
        self.errors = errors


@dataclass
class _Known:
    """What the database holds that matters to the drafts, read once for all of them."""

    categories: dict[str, Category]
    makers: dict[tuple[int, str], Enterprise]
    accounts: dict[tuple[str, str], User]
    barcodes: set[str]
    keys: set[Any]
    started: set[int]  # producers that have a product
    withdrawn: set[tuple[int, str]]  # people, by producer, who took their consent back


@dataclass
class _Rows:
    """The rows to write, table by table."""

    makers: list[Enterprise] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    variants: list[ProductVariant] = field(default_factory=list)
    chain: list[ChainStage] = field(default_factory=list)
    numbers: list[ExternalId] = field(default_factory=list)


@transaction.atomic
def start_drafts(*, actor: User, partner: Partner, drafts: Sequence[NewDraft]) -> list[Product]:
    """Begin these products and return them in the same order, with their parts.

    Raises Refused where the actor may not write, Faults for what cannot stand, draft by draft (a barcode or number that is taken).
    """
    allowed = [require(permissions.may_on_producer(actor, Action.PRODUCT_EDIT, draft.producer)) for draft in drafts]
    _lock(partner, drafts)
    known, rows = _known(drafts), _Rows()
    _check(partner, drafts, known)
    errors: dict[int, ValidationError | RegistryError] = {}
    for index, (draft, code) in enumerate(zip(drafts, _free_codes(len(drafts)), strict=True)):
        try:
            _plan(actor, partner, draft, code, known, rows)
        except (ValidationError, RegistryError) as error:
            errors[index] = error
    if errors:
        raise Faults(errors)
    _write(rows)
    _open(actor, rows.products, allowed)
    found = Product.objects.with_parts().in_bulk([product.pk for product in rows.products])
    return [found[product.pk] for product in rows.products]


def one_at_a_time(partner: Partner) -> None:
    """Let a partner begin products in one transaction after the other, so that a number of its own is never taken twice."""
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def _lock(partner: Partner, drafts: Sequence[NewDraft]) -> None:
    """The partner, then the producers, in order."""
    one_at_a_time(partner)
    hold(producers=[draft.producer for draft in drafts], products=())


def hold(*, producers: Sequence[Producer], products: Sequence[Product]) -> dict[int, Product]:
    """Lock the producers of a batch and then its products, each by primary key, before any of them is written.

    Returns the products as they stand under lock, with their parts, by primary key.
    """
    owners = {row.pk for row in producers} | {row.producer_id for row in products}
    list(Producer.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=owners).order_by("pk"))
    keys = {row.pk for row in products}
    list(Product.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))
    return Product.objects.with_parts().in_bulk(keys)


def _known(drafts: Sequence[NewDraft]) -> _Known:
    producers = {draft.producer.pk: draft.producer for draft in drafts}
    variants = [row for draft in drafts for row in draft.values.get("variants", ())]
    makers = Enterprise.objects.select_for_update().filter(producer__in=producers).order_by("pk")
    return _Known(
        {row.slug: row for row in Category.objects.offered()},
        {(maker.producer_id, maker.name.lower()): maker for maker in makers},
        _accounts(producers.values()),
        set(_taken("barcode", variants).filter(is_active=True).values_list("barcode", flat=True)),
        set(_taken("key", variants).values_list("key", flat=True)),
        set(Product.objects.filter(producer__in=producers).values_list("producer_id", flat=True)),
        {(pk, fold(name)) for pk, name in Contact.objects.taken_back().filter(producer__in=producers).values_list("producer_id", "name")},
    )


def _taken(column: str, variants: list[dict[str, Any]]) -> models.QuerySet[ProductVariant]:
    return ProductVariant.objects.filter(**{f"{column}__in": {row[column] for row in variants if row.get(column)}})


def _accounts(producers: Any) -> dict[tuple[str, str], User]:
    """The accounts of people who hold these units today, by unit and phone number."""
    held = Mandate.objects.current().filter(unit_kind="producer", unit_code__in=[producer.code for producer in producers])
    people = held.filter(user__is_service=False).exclude(user__phone="").select_related("user")
    return {(mandate.unit_code, mandate.user.phone): mandate.user for mandate in people}


def _check(partner: Partner, drafts: Sequence[NewDraft], known: _Known) -> None:
    """Every value that could meet another row; Faults names all that cannot stand."""
    numbers = [draft.external_id for draft in drafts if draft.external_id]
    held = set(ExternalId.objects.filter(partner=partner, value__in=numbers).values_list("value", flat=True))
    barcodes = set(known.barcodes)
    errors: dict[int, ValidationError | RegistryError] = {}
    for index, draft in enumerate(drafts):
        own = [row["barcode"] for row in draft.values.get("variants", ()) if row.get("barcode")]
        if draft.external_id in held:
            errors[index] = Taken(NUMBER_TAKEN)
        elif barcodes & set(own) or len(own) > len(set(own)):
            errors[index] = Taken(_("Another product has this barcode."))
        else:
            held |= {draft.external_id} - {""}
            barcodes |= set(own)
    if errors:
        raise Faults(errors)


def _free_codes(count: int) -> list[str]:
    """Product codes no product has ever had."""
    found: set[str] = set()
    while len(found) < count:
        fresh = {codes.new_product_code() for _number in range(count - len(found))}
        found |= fresh - set(Product.objects.filter(code__in=fresh).values_list("code", flat=True))
    return sorted(found)


def _plan(actor: User, partner: Partner, draft: NewDraft, code: str, known: _Known, rows: _Rows) -> None:
    values, producer = draft.values, draft.producer
    product = Product(producer=producer, code=code, created_by=actor, edited_by=actor, is_flagship=producer.pk not in known.started)
    known.started.add(producer.pk)
    set_fields(product, values, _PLAIN)
    product.name_key = fold(product.name)[:150]
    capacity = values.get("capacity") or {}
    product.capacity_peak, product.capacity_lean = capacity.get("peak"), capacity.get("lean")
    product.capacity_unit = capacity.get("unit", "")
    product.category = known.categories.get(values.get("category") or "")
    product.enterprise = _maker(producer, values.get("maker"), known, rows)
    product.contact = _contact(actor, producer, values.get("contact"), known, rows)
    _clean(product)
    rows.products.append(product)
    rows.variants += [_variant(product, row, place, known) for place, row in enumerate(values.get("variants", ()))]
    rows.chain += [_clean(ChainStage(product=product, **row)) for row in values.get("chain", ())]
    if draft.external_id:
        rows.numbers.append(ExternalId(partner=partner, product=product, value=draft.external_id))


def _maker(producer: Producer, values: dict[str, Any] | None, known: _Known, rows: _Rows) -> Enterprise | None:
    if not values:
        return None
    name = (producer.pk, values["name"].lower())
    met = known.makers.get(name)
    if met is None:
        met = known.makers[name] = _clean(Enterprise(producer=producer, **values))
        rows.makers.append(met)
    elif met.pk is not None:
        fill_maker(met, values)
    else:  # begun by an earlier draft of this batch
        for column, value in lacking(met, values).items():
            setattr(met, column, value)
        _clean(met)
    return met


def _contact(actor: User, producer: Producer, values: dict[str, Any] | None, known: _Known, rows: _Rows) -> Contact | None:
    if not values or not (values.get("name") or values.get("phone")):
        return None
    contact = Contact(producer=producer, name=values.get("name", ""), phone=values.get("phone", ""))
    contact.user = known.accounts.get((producer.code, contact.phone)) if contact.phone else None
    if values.get("consent"):
        if (producer.pk, fold(contact.name)) in known.withdrawn:
            raise NotReady(CONSENT_TAKEN_BACK)
        record_consent(contact, actor)
    rows.contacts.append(_clean(contact))
    return contact


def _variant(product: Product, row: dict[str, Any], position: int, known: _Known) -> ProductVariant:
    given = {name: value for name, value in row.items() if name != "key" or (value and value not in known.keys)}
    known.keys.update(value for name, value in given.items() if name == "key")
    return _clean(ProductVariant(product=product, position=position, **given))


def _clean(row: Row) -> Row:
    """The row with its own values checked; what it refers to has been looked up already, constraints are the database's."""
    relations = [column.name for column in row._meta.fields if column.is_relation]
    row.clean_fields(exclude=relations)
    row.clean()
    return row


def _write(rows: _Rows) -> None:
    """In the order in which they name each other; primary keys reach the rows that wait for them."""
    order: tuple[tuple[type[models.Model], list[Any]], ...] = (
        (Enterprise, rows.makers),
        (Contact, rows.contacts),
        (Product, rows.products),
        (ProductVariant, rows.variants),
        (ChainStage, rows.chain),
        (ExternalId, rows.numbers),
    )
    for model, made in order:
        model._default_manager.bulk_create(made)


def _open(actor: User, products: list[Product], allowed: list[Allowed]) -> None:
    """A submission of each product, with the event that says who began it for whom."""
    submissions = Submission.objects.bulk_create(Submission(product=product) for product in products)
    SubmissionEvent.objects.bulk_create(
        SubmissionEvent(
            submission=submission,
            actor=actor,
            mandate=answer.mandate,
            transition="start",
            detail={"on_behalf": permissions.is_on_behalf(answer.mandate)},
            request_id=request_id_var.get(),
        )
        for submission, answer in zip(submissions, allowed, strict=True)
    )
