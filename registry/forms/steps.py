"""One step of the product form: its groups of controls, its base version, and the two sides of a conflict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.formatting import phone
from registry import presentation, steps
from registry.models import Product

from .groups import NOTHING, Group, comparable, differs, group_for, has_controls

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Difference:
    """One field two devices wrote differently: what stands, what was typed, both in words."""

    key: str
    label: str
    stored: list[str]
    typed: list[str]


class StepForm:
    """The form of one step, or of some of its fields. Valid fields are saved beside ones that cannot be read."""

    def __init__(
        self,
        *,
        product: Product,
        step: steps.Step,
        data: QueryDict | None = None,
        only: frozenset[str] | None = None,
        without: frozenset[str] = frozenset(),
        blanks: int = 0,
    ):
        self.product, self.step, self.data = product, step, data
        keys = [key for key in step.fields if has_controls(key) and key not in without and (only is None or key in only)]
        self.groups: dict[str, Group] = {key: group_for(key, product, data, blanks) for key in keys}

    @property
    def base_name(self) -> str:
        return f"base-{self.step.key}"

    @property
    def base(self) -> str:
        """The base version this form was made on."""
        return steps.base_version(self.product, self.step)

    @property
    def non_field_errors(self) -> list[str]:
        return []

    def __iter__(self) -> Iterator[BoundField]:
        for group in self.groups.values():
            yield from group

    @property
    def errors(self) -> dict[str, list[str]]:
        """What cannot be read, by name of the control."""
        return {field.html_name: list(field.errors) for field in self if field.errors}

    def values(self) -> dict[str, Any]:
        """What can be read, in the words of the service."""
        [field.errors for field in self]  # run every form's validation
        found = {key: group.value() for key, group in self.groups.items()}
        return {key: value for key, value in found.items() if value is not NOTHING}

    def shown(self) -> dict[str, str]:
        """How the controls read once saved: numbers grouped, phones in local form. What could not be read is left as typed."""
        unread = self.errors
        fresh = {field.html_name: field for field in self.fresh()}
        texts = {name: field.value() for name, field in fresh.items()}
        return {
            name: str(value) for name, value in texts.items() if isinstance(value, str) and name in (self.data or {}) and name not in unread
        }

    def fresh(self) -> StepForm:
        """The same form on what stands now."""
        return StepForm(product=self.product, step=self.step, only=frozenset(self.groups))

    def differences(self, stored: dict[str, Any], typed: dict[str, Any]) -> list[Difference]:
        """The fields two devices wrote differently."""
        unlike = [key for key in typed if differs(stored.get(key), typed[key])]
        return [Difference(key, presentation.label(key), _words(key, stored.get(key)), _words(key, typed[key])) for key in unlike]


def resolved(data: QueryDict, product: Product, step: steps.Step) -> QueryDict:
    """What was typed after the person chose, field by field, whose text shall stand (`choice-<field>`)."""
    mixed = data.copy()
    for key in step.fields:
        if has_controls(key) and mixed.get(f"choice-{key}") == THEIRS:
            stored = group_for(key, product)
            take_stored(mixed, stored, [name for name in mixed if stored.owns(name)])
    return mixed


def take_stored(data: QueryDict, stored: Iterable[BoundField], typed: list[str]) -> None:
    """Put what stands in the place of what was typed under these names."""
    for name in typed:
        del data[name]
    for field in stored:
        value = field.value()
        if isinstance(value, list | tuple):
            data.setlist(field.html_name, [str(one) for one in value])
        elif value not in (None, "", False):
            data[field.html_name] = "on" if value is True else str(value)


def without_row(data: QueryDict, index: str) -> QueryDict:
    """What was typed without one row of sizes."""
    kept = data.copy()
    for name in [name for name in kept if name.startswith(f"variants-{index}-")]:
        del kept[name]
    return kept


_EMPTY: dict[str, dict[str, Any]] = {
    "maker": dict.fromkeys(("name", "legal_form", "nib"), "")
    | dict.fromkeys(("founded_year", "members", "women", "disabled", "is_industry")),
    "variants": {"label": "", "net_content": None, "unit": "", "price": None, "barcode": ""},
    "chain": {"step": "", "place": "", "price_after": None, "note": ""},
    "capacity": {"peak": None, "lean": None, "unit": ""},
}


def _words(key: str, value: Any) -> list[str]:
    """A stored or typed value in words; both come in nearly the same shape."""
    if key == "contact":
        return _contact_words(value)
    value = comparable(value)
    blank = _EMPTY.get(key)
    if blank and isinstance(value, list):
        value = [blank | row for row in value]
    elif blank and isinstance(value, dict):
        value = blank | value
    return presentation.display(key, value).lines or [_("Empty")]


def _contact_words(value: dict[str, Any] | None) -> list[str]:
    if not value or not (value["name"] or value["phone"]):
        return [_("Empty")]
    agrees = _("Agrees to be shown to the public") if value.get("consent") else _("Not shown to the public")
    return [line for line in (value["name"], phone(value["phone"]), agrees) if line]
