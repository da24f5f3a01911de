"""How one field of a snapshot reads on a screen: its label and its value in words. Shared by desk, workspace and public pages.

`label(field, value)` names a field of `snapshot.visible_fields`; `display(field, value)` answers a `Shown` of lines, a photo or a
permit. A contact's value is a reference: its name and phone are looked up, so show it only to people who may see contacts
(public pages take the contact who agrees from the entry's overlay instead).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.formatting import number, phone, rupiah
from regions.models import Region

from .models import Category, Contact
from .permits import Validity, validity
from .pillars import spec_for
from .states import ChainPlace, ChainStep, LegalForm, MeasureUnit, PermitKind, PhotoKind

LABELS: dict[str, str | Promise] = {
    "name": _("Name of the product"),
    "category": _("Category"),
    "summary": _("About the product"),
    "maker": _("Maker"),
    "place_note": _("Hamlet or place"),
    "contact": _("Contact"),
    "variants": _("Size and price"),
    "price_on_request": _("Price on request"),
    "story": _("Story"),
    "raw_material": _("Main raw material"),
    "raw_material_origin": _("Where the raw material comes from"),
    "replaces_import": _("Incoming goods it can replace"),
    "chain": _("Value chain"),
    "shares_public": _("Shares may be shown to the public"),
    "months": _("Months of production"),
    "capacity": _("Capacity"),
    "producer": _("Profile"),
    "photo": _("Photo"),
    "permit": _("Permit"),
}


@dataclass(frozen=True)
class Shown:
    """A value ready to be shown: `kind` is "lines", "photo" or "permit" (`permit` is its validity today); an empty one has no lines."""

    kind: str = "lines"
    lines: list[str] = field(default_factory=list)
    photo: dict[str, Any] | None = None
    permit: Validity | None = None

    @property
    def is_empty(self) -> bool:
        return not self.lines and self.photo is None and self.permit is None


def label(name: str, value: Any = None) -> str:
    """The words for a field key; a photo or permit is named by what it shows when its value is given."""
    kind, _colon, key = name.partition(":")
    if key and isinstance(value, dict):
        return _part_label(kind, value)
    return str(LABELS[kind])


def _part_label(kind: str, value: dict[str, Any]) -> str:
    if kind == "permit":
        return choice(PermitKind, value["kind"])
    return gettext("Photo: %(shows)s") % {"shows": choice(PhotoKind, value["kind"])}


def choice(choices: type[models.TextChoices], value: str) -> str:
    """The words of one choice; a value no longer offered is shown as it is."""
    return str(choices(value).label) if value in choices.values else value


def display(name: str, value: Any) -> Shown:
    """A value of `snapshot.visible_fields` in words; None (a field that is not there) is empty."""
    kind = name.partition(":")[0]
    if value is None or value == "":
        return Shown()
    if kind == "photo":
        return Shown("photo", photo=value)
    if kind == "permit":
        return _permit(value)
    return Shown(lines=_LINES.get(kind, _text)(value))


def _permit(value: dict[str, Any]) -> Shown:
    answer = validity(value)
    lines = [f"{choice(PermitKind, value['kind'])} {value['number']}", value["issuer"], value["collective"], answer.line]
    return Shown("permit", lines=[line for line in lines if line], permit=answer)


def _text(value: Any) -> list[str]:
    return [line for line in str(value).splitlines() if line.strip()]


def _yes_no(value: bool) -> list[str]:
    return [gettext("Yes") if value else gettext("No")]


def _category(value: str) -> list[str]:
    category = Category.objects.select_related("parent").filter(slug=value).first()
    if category is None:
        return [value]
    return [f"{category.parent.name} · {category.name}" if category.parent else category.name]


def _maker(value: dict[str, Any]) -> list[str]:
    members = {
        gettext("members"): value["members"],
        gettext("of whom women"): value["women"],
        gettext("of whom people with disability"): value["disabled"],
    }
    people = ", ".join(f"{number(count)} {words}" for words, count in members.items() if count is not None)
    since = gettext("Since %(year)s") % {"year": value["founded_year"]} if value["founded_year"] else ""
    nib = f"NIB {value['nib']}" if value["nib"] else ""
    industry = gettext("Industry, not a small maker") if value["is_industry"] else ""
    return [line for line in (value["name"], choice(LegalForm, value["legal_form"]), nib, since, people, industry) if line]


def _contact(value: int) -> list[str]:
    contact = Contact.objects.filter(pk=value).first()
    if contact is None or contact.erased_at:
        return [gettext("Erased at the person's request")]
    consent = gettext("Agrees to be shown to the public") if contact.is_public else gettext("Not shown to the public")
    return [line for line in (contact.name, phone(contact.phone), consent) if line]


def amount(value: str | None, unit: str) -> str:
    """A quantity of a snapshot with its unit: "250 g", "12,5 kg"."""
    return f"{number(Decimal(value))} {choice(MeasureUnit, unit)}".strip() if value else choice(MeasureUnit, unit)


def variant_line(variant: dict[str, Any]) -> str:
    """One variant on one line: name, size, price."""
    size = amount(variant["net_content"], variant["unit"])
    name = f"{variant['label']}, {size}" if variant["label"] else size
    price = rupiah(variant["price"]) if variant["price"] else gettext("price on request")
    barcode = f" ({gettext('barcode')} {variant['barcode']})" if variant["barcode"] else ""
    return f"{name}: {price}{barcode}"


def _chain_line(stage: dict[str, Any]) -> str:
    note = f" ({stage['note']})" if stage["note"] else ""
    return f"{choice(ChainStep, stage['step'])} {choice(ChainPlace, stage['place'])}: {rupiah(stage['price_after'])}{note}"


def month_name(month: int) -> str:
    """The name of a month, 1 to 12, in the reader's language."""
    return date_format(dt.date(2000, month, 1), "F")


def _months(value: list[int]) -> list[str]:
    if not value:
        return []
    return [gettext("All year")] if len(value) == 12 else [", ".join(month_name(month) for month in value)]


def _capacity(value: dict[str, Any]) -> list[str]:
    rows = ((gettext("In season: %(amount)s a month"), value["peak"]), (gettext("Out of season: %(amount)s a month"), value["lean"]))
    return [words % {"amount": amount(figure, value["unit"])} for words, figure in rows if figure is not None]


def _producer(value: dict[str, Any]) -> list[str]:
    region = Region.objects.filter(pk=value["region"]).first()
    place = region.full_name if region else value["region"]
    facts = [fact_line(value["pillar"], key, fact) for key, fact in value["facts"].items() if fact]
    return [line for line in (f"{value['name']} ({value['code']})", place, *_text(value["about"]), *facts) if line]


def fact_line(pillar: str, key: str, value: Any) -> str:
    """One fact only a pillar knows, on one line."""
    return ": ".join(fact_pair(pillar, key, value))


def fact_pair(pillar: str, key: str, value: Any) -> tuple[str, str]:
    """One fact only a pillar knows, in the words of that pillar's profile: what it is, and its value."""
    column = _profile_field(pillar, key)
    words = str(column.verbose_name) if column else key
    chosen = dict(column.flatchoices).get(value, value) if column and column.choices else value
    return f"{words[:1].upper()}{words[1:]}", str(chosen)


def _profile_field(pillar: str, key: str) -> models.Field | None:
    options = spec_for(pillar).profile_form._meta.model._meta
    for name in (key, f"{key}_name"):
        try:
            return options.get_field(name)
        except FieldDoesNotExist:
            continue
    return None


_LINES: dict[str, Callable[[Any], list[str]]] = {
    "category": _category,
    "maker": _maker,
    "contact": _contact,
    "variants": lambda value: [variant_line(variant) for variant in value],
    "price_on_request": _yes_no,
    "shares_public": _yes_no,
    "chain": lambda value: [_chain_line(stage) for stage in value],
    "months": _months,
    "capacity": _capacity,
    "producer": _producer,
}
