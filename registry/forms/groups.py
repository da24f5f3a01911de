"""The controls of each field of a step, and what they mean to the services. A group is one key of `steps.values_of`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from registry.models import Enterprise, Product
from registry.states import ChainStep

from . import parts

MAX_VARIANTS = 12
NOTHING = object()  # nothing readable was typed, so nothing is written
_VARIANT = re.compile(r"variants-(\d{1,3})-")


class Group:
    """One form for one field; the controls carry the name of the field."""

    form_class: type[parts.PartForm]
    prefixed = False

    def __init__(self, key: str, product: Product, data: QueryDict | None, blanks: int = 0):
        self.key, self.product, self.data = key, product, data
        self.forms = self.build(blanks)

    def build(self, blanks: int) -> list[parts.PartForm]:
        return [self.make(self.form_class, self.key if self.prefixed else None, self.stored())]

    def make(self, form_class: type[parts.PartForm], prefix: str | None, stored: Any, **kwargs: Any) -> parts.PartForm:
        # Ids are those of the names, so that an error can be jumped to.
        return form_class(self.data, prefix=prefix, initial=form_class.initial_of(stored), use_required_attribute=False, **kwargs)

    def stored(self) -> Any:
        return self.product

    @property
    def form(self) -> parts.PartForm:
        return self.forms[0]

    def value(self) -> Any:
        """What to write; NOTHING when it cannot be read."""
        return self.form.values().get(self.key, NOTHING)

    def owns(self, name: str) -> bool:
        """Whether a control of this name belongs here."""
        return name == self.key or name.startswith(f"{self.key}-")

    def __iter__(self) -> Iterator[BoundField]:
        for form in self.forms:
            yield from form


class NestedGroup(Group):
    """Several columns in one form under a prefix; a column that cannot be read keeps what is stored."""

    prefixed = True

    def value(self) -> Any:
        typed = self.form.values()
        broken = {name: value for name, value in self.form.initial_of(self.stored()).items() if name in self.form.errors}
        return broken | typed


class MakerGroup(NestedGroup):
    form_class = parts.MakerForm

    def build(self, blanks: int) -> list[parts.PartForm]:
        others = [maker for maker in self.makers() if maker.pk != self.product.enterprise_id]
        return [self.make(self.form_class, self.key, self.stored(), makers=others)]

    def makers(self) -> list[Enterprise]:
        return list(self.product.producer.enterprises.all())

    def stored(self) -> Enterprise | None:
        return self.product.enterprise

    def value(self) -> Any:
        return self.form.values() or NOTHING


class ContactGroup(NestedGroup):
    form_class = parts.ContactForm

    def stored(self) -> Any:
        return self.product.contact

    def value(self) -> Any:
        typed, contact = self.form.values(), self.stored()
        if "phone" not in typed:
            typed["phone"] = contact.phone if contact else ""
        if "name" not in typed:
            typed["name"] = contact.name if contact else ""
        return typed


class CapacityGroup(NestedGroup):
    form_class = parts.CapacityForm


class VariantsGroup(Group):
    """Rows of sizes. Which rows there are is read from the names that came, so a row left out is a row removed."""

    def build(self, blanks: int) -> list[parts.PartForm]:
        stored = [variant for variant in self.product.variants.all() if variant.is_active]
        if self.data is not None:
            return [self.make(parts.VariantForm, f"variants-{index}", None) for index in self.indexes()]
        rows = [self.row(index, variant) for index, variant in enumerate(stored)]
        return rows + [self.row(len(rows) + extra, None) for extra in range(max(blanks, 0 if rows else 1))]

    def row(self, index: int, variant: Any) -> parts.PartForm:
        form = self.make(parts.VariantForm, f"variants-{index}", variant)
        form.initial["key"] = variant.key if variant else uuid.uuid4()
        return form

    def indexes(self) -> list[int]:
        found = {int(match[1]) for name in self.data if (match := _VARIANT.match(name))}
        return sorted(found)[:MAX_VARIANTS]

    def value(self) -> Any:
        return [row for form in self.forms if form.is_filled and (row := self.row_value(form)) is not None]

    def row_value(self, form: parts.PartForm) -> dict[str, Any] | None:
        """A row as far as it can be read; a new one without a unit cannot be kept yet, a known one keeps what it has."""
        row = form.values()
        known = {variant.key for variant in self.product.variants.all()}
        return row if "unit" in row or row.get("key") in known else None


class ChainGroup(Group):
    """Five rows, one a step; a row that cannot be read keeps what is stored."""

    def build(self, blanks: int) -> list[parts.PartForm]:
        known = {stage.step: stage for stage in self.product.chain.all()}
        return [self.step_form(step, known.get(step.value)) for step in ChainStep]

    def step_form(self, step: ChainStep, stage: Any) -> parts.PartForm:
        form = self.make(parts.ChainForm, f"chain-{step.value}", stage)
        form.step, form.stage = step, stage
        return form

    def value(self) -> Any:
        return [row for form in self.forms if (row := self.row_value(form)) is not None]

    @staticmethod
    def row_value(form: Any) -> dict[str, Any] | None:
        if not form.is_filled:
            return None
        row = (form.initial_of(form.stage) if form.errors else {}) | form.values()
        whole = row.get("price_after") is not None and row.get("place")
        return {"step": form.step.value, **row} if whole else None


class FixedGroup(Group):
    """One form chosen by the key."""

    def build(self, blanks: int) -> list[parts.PartForm]:
        return [self.make(SINGLE[self.key], None, self.stored())]


SINGLE: dict[str, type[parts.PartForm]] = {
    "name": parts.NameForm,
    "category": parts.CategoryForm,
    "summary": parts.SummaryForm,
    "place_note": parts.PlaceForm,
    "price_on_request": parts.OnRequestForm,
    "story": parts.StoryForm,
    "raw_material": parts.RawMaterialForm,
    "raw_material_origin": parts.OriginForm,
    "replaces_import": parts.ReplacesForm,
    "shares_public": parts.SharesForm,
    "months": parts.MonthsForm,
}
MANY: dict[str, Callable[..., Group]] = {
    "maker": MakerGroup,
    "contact": ContactGroup,
    "variants": VariantsGroup,
    "chain": ChainGroup,
    "capacity": CapacityGroup,
}


def group_for(key: str, product: Product, data: QueryDict | None = None, blanks: int = 0) -> Group:
    """The controls of one field of the working copy, bound to what was typed or showing what stands."""
    return MANY.get(key, FixedGroup)(key, product, data, blanks)


def has_controls(key: str) -> bool:
    """Whether a field is written in a form; photos and permits are lists of their own."""
    return key in SINGLE or key in MANY


def comparable(value: Any) -> Any:
    """A typed value in the shape of the stored one, so that two can be held beside each other."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {name: comparable(inner) for name, inner in value.items()}
    return [comparable(inner) for inner in value] if isinstance(value, list | tuple) else value


def differs(stored: Any, typed: Any) -> bool:
    """Whether a typed value says something else than the stored one; what was not typed says nothing."""
    typed = comparable(typed)
    if isinstance(typed, dict):
        return any((stored or {}).get(name) != value for name, value in typed.items() if name not in ("key", "known") and (stored or value))
    if isinstance(typed, list) and any(isinstance(row, dict) for row in typed):
        return len(stored or []) != len(typed) or any(differs(old, new) for old, new in zip(stored, typed, strict=True))
    return stored != typed and bool(stored or typed)  # nothing, however it is written, is nothing
