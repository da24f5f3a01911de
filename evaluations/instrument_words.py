"""The words of an instrument's parts on the screen: names of values, of lists, and where something stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.formatting import number

from . import states
from .instrument_difference import Change
from .instrument_schema import Content, Place

LABELS: dict[str, str | Promise] = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "note": gettext_lazy("Note"),
    "is_proposal": gettext_lazy("Proposal, not yet established"),
    "rounding": gettext_lazy("Rounding"),
    "validity_months": gettext_lazy("Stars are valid for (months)"),
    "knock_out_path": gettext_lazy("Path of products that were knocked out"),
    "sample": gettext_lazy("What a criterion counts that cannot be judged"),
    "stars": gettext_lazy("Stars"),
    "from": gettext_lazy("From points"),
    "label": gettext_lazy("Label"),
    "path": gettext_lazy("Development path"),
    "key": gettext_lazy("Key"),
    "advice": gettext_lazy("Advice"),
    "criterion": gettext_lazy("Criterion"),
    "at_most_level": gettext_lazy("At or below level (1 = lowest)"),
    "section": gettext_lazy("Section"),
    "at_least": gettext_lazy("At least (points)"),
    "points": gettext_lazy("Points"),
    "guidance": gettext_lazy("How to judge"),
    "judged_by": gettext_lazy("Judged by"),
    "applies_if": gettext_lazy("Asked only"),
    "otherwise": gettext_lazy("Where it does not apply it"),
    "weight": gettext_lazy("Weight"),
    "source": gettext_lazy("Source of the rule"),
    "description": gettext_lazy("Description"),
    "effect": gettext_lazy("Effect"),
    "kind": gettext_lazy("Kind"),
    "need": gettext_lazy("Need"),
    "family": gettext_lazy("Category family"),
    "order": gettext_lazy("Order"),
}
LISTS: dict[str, str | Promise] = {
    "bands": gettext_lazy("Star bands"),
    "paths": gettext_lazy("Development paths"),
    "path_rules": gettext_lazy("Rules for paths"),
    "minimum_sections": gettext_lazy("Minimums of sections"),
    "sections": gettext_lazy("Section"),
    "variants": gettext_lazy("Family"),
    "criteria": gettext_lazy("Criterion"),
    "levels": gettext_lazy("Level"),
    "evidence": gettext_lazy("Evidence"),
    "unassessable": gettext_lazy("What cannot be judged"),
    "when": gettext_lazy("When"),
}
NEEDS = [("required", gettext_lazy("required")), ("useful", gettext_lazy("useful"))]


def _part(name: str) -> str:
    """One step of a path of the difference: "criteria A1" as words."""
    kind, _space, key = name.partition(" ")
    return f"{LISTS.get(kind, kind)} {key}".strip()


def where_of(change: Change) -> str:
    """Where a change stands, in words."""
    return " › ".join(_part(name) for name in change.where) or _("Settings")


CHOICES: dict[str, dict[str, str | Promise]] = {
    name: dict(choices)
    for name, choices in {
        "judged_by": states.JudgedBy.choices,
        "applies_if": states.AppliesIf.choices,
        "otherwise": states.Uncounted.choices,
        "sample": states.Uncounted.choices,
        "effect": states.LevelEffect.choices,
        "kind": states.EvidenceKind.choices,
        "need": NEEDS,
    }.items()
}


DECIMALS = frozenset({"points", "from", "at_least", "weight"})


def shown(name: str, value: Any) -> str:
    """A value of the content as a person reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return "–"
    if name in DECIMALS:
        return number(Decimal(str(value)))
    return str(CHOICES.get(name, {}).get(str(value), value))


def where_problem(content: Content, place: Place) -> str:
    """Where a problem stands, in words: section, criterion, level."""
    words, at, kind = [], content, ""
    for part in place:
        at = _inside(at, part)
        if isinstance(part, int):
            words.append(f"{LISTS.get(kind, kind)} {_code(at) or part + 1}")
        elif part not in LISTS:
            words.append(str(LABELS.get(part, part)))
        kind = str(part)
    return " › ".join(words) or str(LISTS.get(kind, kind))


def _inside(at: Any, part: str | int) -> Any:
    try:
        return at[part]
    except (KeyError, IndexError, TypeError):
        return None


def _code(at: Any) -> str:
    return str(next((at[name] for name in ("code", "family", "key") if at.get(name)), "")) if isinstance(at, dict) else ""
