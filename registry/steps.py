"""The steps in which a product is written, what each holds, and the base version under which it is saved.

The base version of a step is a hash of its current values: a save made on other values than today's is a conflict,
a save of the values that already stand is the same save sent twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .models import Product


@dataclass(frozen=True)
class Step:
    """One screen of the product form; `fields` are the keys of `values_of`; `later` steps may follow after sending."""

    key: str
    title: str | Promise
    fields: tuple[str, ...]
    later: bool = False


STEPS: tuple[Step, ...] = (
    Step("about", _("About the product"), ("name", "category", "summary")),
    Step("maker", _("Maker and place"), ("maker", "place_note", "contact")),
    Step("photos", _("Photos"), ("photos",)),
    Step("price", _("Size and price"), ("variants", "price_on_request")),
    Step("story", _("Story"), ("story",), later=True),
    Step(
        "chain",
        _("Raw material and value chain"),
        ("raw_material", "raw_material_origin", "replaces_import", "chain", "shares_public"),
        later=True,
    ),
    Step("season", _("Season and capacity"), ("months", "capacity"), later=True),
    Step("permits", _("Permits"), ("permits",), later=True),
)
STEP_BY_KEY = {step.key: step for step in STEPS}
MAIN_STEPS = tuple(step for step in STEPS if not step.later)
LATER_STEPS = tuple(step for step in STEPS if step.later)


def step_of_field(field: str) -> Step:
    """The step a field key belongs to; a photo or permit key ("photo:<hash>") belongs to the step of its kind."""
    name = {"photo": "photos", "permit": "permits"}.get(field.partition(":")[0], field)
    return next(step for step in STEPS if name in step.fields)


def values_of(product: Product, step: Step) -> dict[str, Any]:
    """The values of a step as they stand in the working copy: the shape of the snapshot, the contact in the open."""
    from .snapshot import part  # noqa: PLC0415 - snapshot builds on the steps' fields

    return {field: _contact(product) if field == "contact" else part(product, field) for field in step.fields}


def _contact(product: Product) -> dict[str, Any] | None:
    """The person in the open: a snapshot holds a reference only, but two devices writing one phone number must notice."""
    contact = product.contact
    return {"name": contact.name, "phone": contact.phone, "consent": contact.is_public} if contact else None


def base_version(product: Product, step: Step) -> str:
    """The base version a form of this step carries."""
    return digest(values_of(product, step))[:16]


def version_of(product: Product) -> str:
    """The base version of a whole working copy: other values, photos or permits, another version."""
    return digest([values_of(product, step) for step in STEPS])[:20]


def digest(values: Any) -> str:
    """SHA-256 of a value in canonical JSON (sorted keys, no spaces)."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()
