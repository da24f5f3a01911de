"""Writing a product's working copy: starting one, and saving one step of it under its base version."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Denied, require
from accounts.states import Action
from registry import codes, permissions, steps
from registry.errors import Conflict, NotReady
from registry.models import Category, ChainStage, Enterprise, Producer, Product, ProductVariant, Submission
from registry.states import OPEN_STATES, WRITABLE_STATES
from registry.text import fold
from registry.workflow import record_event

from .contacts import write_contact

if TYPE_CHECKING:
    from accounts.models import User

Values = dict[str, Any]


@transaction.atomic
def start_product(*, actor: User, producer: Producer, key: uuid.UUID, name: str = "") -> Product:
    """Start a product of a producer; the same key sent twice gives the same product.

    Raises Refused when the actor may not write for this producer, Conflict when the key belongs to another producer.
    """
    allowed = require(permissions.may_on_producer(actor, Action.PRODUCT_EDIT, producer))
    Producer.objects.select_for_update(of=("self",), no_key=True).get(pk=producer.pk)
    known = Product.objects.filter(key=key).first()
    if known is not None:
        if known.producer_id != producer.pk:
            raise Conflict(_("This form has already been used for another producer. Open a new one."))
        return known
    is_first = not producer.products.exists()
    product = Product(key=key, producer=producer, code=free_code(), name=name, name_key=fold(name), is_flagship=is_first)
    product.created_by = product.edited_by = actor
    product.full_clean(exclude=["enterprise", "category", "contact"])
    product.save()
    submission = Submission.objects.create(product=product)
    record_event(
        submission=submission,
        actor=actor,
        mandate=allowed.mandate,
        transition="start",
        detail={"on_behalf": permissions.is_on_behalf(allowed.mandate)},
    )
    return product


def free_code() -> str:
    """A product code no product has ever had."""
    while True:
        code = codes.new_product_code()
        if not Product.objects.filter(code=code).exists():
            return code


@transaction.atomic
def save_step(*, actor: User, product: Product, step: str, base: str, values: Values) -> Product:
    """Save one step of the working copy and return the product.

    `base` is the base version the form carried; when somebody saved other values meanwhile, Conflict carries what
    stands now and what was typed. Saving what already stands is no conflict. A published product gets an open revision;
    raises NotReady while it lies on a desk, Refused when the actor may not write.
    """
    fresh = locked_for_writing(actor=actor, product=product)
    spec = steps.STEP_BY_KEY[step]
    before = steps.values_of(fresh, spec)
    stale = base != steps.digest(before)[:16]
    with transaction.atomic():
        fresh = write_fields(actor=actor, product=fresh, values=values)
        after = steps.values_of(fresh, spec)
        if stale and after != before:
            raise Conflict(
                _("Somebody changed this part meanwhile. Both are shown; choose what shall stand."), current=before, typed=values
            )
    return fresh


def write_fields(*, actor: User, product: Product, values: Values) -> Product:
    """Write the fields that were sent, of whatever steps, into a product under lock; runs inside the caller's transaction.

    The product returned is read anew.
    """
    fill(actor=actor, product=product, values=values)
    return reloaded(product)


def fill(*, actor: User, product: Product, values: Values) -> None:
    """`write_fields` without reading the product again: what was read ahead of its parts is then out of date."""
    for step in steps.STEPS:
        mine = {field: values[field] for field in step.fields if field in values}
        if mine:
            _WRITERS[step.key](actor, product, mine)
    product.edited_at, product.edited_by = timezone.now(), actor
    product.full_clean()
    product.save()


def locked_for_writing(*, actor: User, product: Product) -> Product:
    """The product under lock with all its parts, an open writable submission ensured; Refused or NotReady otherwise."""
    fresh = locked(product)
    ensure_writable(actor=actor, product=fresh)
    return fresh


def locked(product: Product) -> Product:
    """The product under lock with all its parts."""
    Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
    return reloaded(product)


def ensure_writable(*, actor: User, product: Product) -> None:
    """An open writable submission of a product under lock, opened where there is none; Refused or NotReady otherwise."""
    allowed = require(permissions.may_write(actor, product))
    submission = Submission.objects.filter(product=product, state__in=OPEN_STATES).first()
    writable = permissions.is_writable(submission)
    if isinstance(writable, Denied):
        raise NotReady(writable.reason)
    if submission is None:
        submission = Submission.objects.create(product=product)
        record_event(submission=submission, actor=actor, mandate=allowed.mandate, transition="start")


def touch(product: Product, actor: User) -> None:
    """Note who changed a part of the working copy that is a row of its own, and when."""
    product.edited_at, product.edited_by = timezone.now(), actor
    product.save(update_fields=["edited_at", "edited_by"])


def reloaded(product: Product) -> Product:
    """The product as it stands in the database, with everything a step or snapshot needs."""
    return Product.objects.with_parts().get(pk=product.pk)


def open_submission(product: Product) -> Submission | None:
    """The one open submission of a product, if there is one."""
    return Submission.objects.filter(product=product, state__in=OPEN_STATES).select_related("current_version", "head_asked_by").first()


@transaction.atomic
def reopen(*, actor: User, product: Product) -> Submission:
    """Open a new submission of a rejected, cancelled or withdrawn product under its same code; an open one is returned as it is."""
    fresh = locked_for_writing(actor=actor, product=product)
    return Submission.objects.get(product=fresh, state__in=WRITABLE_STATES)


def set_fields(product: Product, values: Values, names: tuple[str, ...]) -> None:
    """Copy the named values that were sent onto the row; what was not sent stays."""
    for name in names:
        if name in values:
            setattr(product, name, values[name])


def _write_about(actor: User, product: Product, values: Values) -> None:
    set_fields(product, values, ("name", "summary"))
    product.name_key = fold(product.name)[:150]
    if "category" in values:
        slug = values["category"]
        product.category = Category.objects.offered().get(slug=slug) if slug else None


def _write_maker(actor: User, product: Product, values: Values) -> None:
    set_fields(product, values, ("place_note",))
    if values.get("maker"):
        product.enterprise = _enterprise(product, values["maker"])
    if "contact" in values:
        product.contact = write_contact(actor=actor, product=product, values=values["contact"])


def _enterprise(product: Product, values: Values) -> Enterprise:
    """The maker with the values written: the one named by `known`, or the one of this name, or the product's own renamed.

    A maker that other products or permits use is never renamed; a new name is then a new maker. Meeting another maker by
    its name alone (it may be half typed) fills what is empty there and overwrites nothing.
    """
    own = Enterprise.objects.select_for_update().filter(producer=product.producer)
    chosen = own.filter(pk=values.get("known") or 0).first()
    met = None if chosen else own.filter(name__iexact=values["name"]).first()
    if met is not None and met.pk != product.enterprise_id:
        return fill_maker(met, values)
    maker = chosen or met or _own_maker(product) or Enterprise(producer=product.producer)
    return _written(maker, values)


def _own_maker(product: Product) -> Enterprise | None:
    """The product's maker when nothing else uses it, so that correcting its name is no new maker."""
    maker = product.enterprise
    if maker is None or maker.permits.exists() or maker.products.exclude(pk=product.pk).exists():
        return None
    return maker


def fill_maker(maker: Enterprise, values: Values) -> Enterprise:
    """Add to a maker what it does not say yet."""
    missing = lacking(maker, values)
    return _written(maker, missing) if missing else maker


def lacking(maker: Enterprise, values: Values) -> Values:
    """Of these values what the maker does not say yet."""
    empty = ("", None)
    return {name: value for name, value in values.items() if getattr(maker, name, "x") in empty and value not in empty}


def _written(maker: Enterprise, values: Values) -> Enterprise:
    for name, value in values.items():
        if name != "known":
            setattr(maker, name, value)
    maker.full_clean()
    maker.save()
    return maker


def _write_price(actor: User, product: Product, values: Values) -> None:
    set_fields(product, values, ("price_on_request",))
    if "variants" not in values:
        return
    kept = []
    for position, row in enumerate(values["variants"]):
        kept.append(_variant(product, row, position).pk)
    product.variants.exclude(pk__in=kept).update(is_active=False)


def _variant(product: Product, row: Values, position: int) -> ProductVariant:
    variant = _known_variant(product, row.get("key")) or ProductVariant(product=product)
    for name in ("label", "net_content", "unit", "price", "barcode"):
        if name in row:
            setattr(variant, name, row[name])
    variant.position, variant.is_active = position, True
    variant.full_clean()
    variant.save()
    return variant


def _known_variant(product: Product, key: uuid.UUID | str | None) -> ProductVariant | None:
    """The product's variant of this key; a new one under the key its sender made, unless another product has it."""
    known = ProductVariant.objects.filter(key=key).first() if key else None
    if known is None:
        return ProductVariant(product=product, key=key) if key else None
    return known if known.product_id == product.pk else None


def _write_story(actor: User, product: Product, values: Values) -> None:
    set_fields(product, values, ("story",))


def _write_chain(actor: User, product: Product, values: Values) -> None:
    set_fields(product, values, ("raw_material", "raw_material_origin", "replaces_import", "shares_public"))
    if "chain" not in values:
        return
    product.chain.exclude(step__in=[row["step"] for row in values["chain"]]).delete()
    for row in values["chain"]:
        stage = product.chain.filter(step=row["step"]).first() or ChainStage(product=product, step=row["step"])
        stage.price_after, stage.place, stage.note = row["price_after"], row["place"], row.get("note", "")
        stage.full_clean()
        stage.save()


def _write_season(actor: User, product: Product, values: Values) -> None:
    set_fields(product, values, ("months",))
    if "capacity" in values:
        capacity = values["capacity"]
        product.capacity_peak, product.capacity_lean = capacity.get("peak"), capacity.get("lean")
        product.capacity_unit = capacity.get("unit") or ""


_WRITERS: dict[str, Callable[[User, Product, Values], None]] = {
    "about": _write_about,
    "maker": _write_maker,
    "price": _write_price,
    "story": _write_story,
    "chain": _write_chain,
    "season": _write_season,
}
