"""The change log as those read it who follow the registry: each change with its subject as it stands now."""

from __future__ import annotations

from typing import Any

from regions.models import RegionSuccession

from . import representation
from .feed import PRODUCT
from .models import Change
from .queries.representations import by_codes
from .states import PUBLIC_ENTRY_STATES

Row = dict[str, Any]


def after(seq: int, *, limit: int) -> tuple[list[Row], bool]:
    """At most `limit` changes after a number, in the order of commits, and whether there are more."""
    found = list(Change.objects.after(seq)[: limit + 1])
    return _items(found[:limit]), len(found) > limit


def reaches_back_to(seq: int) -> bool:
    """Whether every change after this number can still be read."""
    return Change.objects.reaches_back_to(seq)


def _items(changes: list[Change]) -> list[Row]:
    """Each change with its subject as it stands now: applying one twice, or a later one first, ends in the same."""
    products = by_codes({change.subject_code for change in changes if change.subject_kind == PRODUCT}, representation.language())
    regions = _regions({change.subject_code for change in changes if change.subject_kind != PRODUCT})
    return [_item(change, products, regions) for change in changes]


def _regions(codes: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {code: [] for code in codes}
    for old, new in RegionSuccession.objects.filter(old__in=codes).order_by("day", "new_id").values_list("old_id", "new_id"):
        found[old].append(new)
    return found


def _item(change: Change, products: dict[str, tuple[str, str]], regions: dict[str, list[str]]) -> Row:
    row: Row = {"seq": change.seq, "kind": change.kind, "at": representation.moment(change.at)}
    row |= {"subject": change.subject_kind, "code": change.subject_code, "state": None, "product": None, "successors": None}
    if change.subject_kind != PRODUCT:
        return row | {"successors": regions[change.subject_code]}
    state, text = products[change.subject_code]
    return row | {"state": state, "product": representation.told(text) if state in PUBLIC_ENTRY_STATES else None}
