"""What differs between two versions of an instrument, in lines a person can read; none when and only when they are equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .instrument_schema import INSTRUMENT, Content, Record


@dataclass(frozen=True)
class Change:
    """One difference: the codes that lead to it, the name of the value (empty: the whole part), before and after."""

    where: tuple[str, ...]
    name: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        if self.name == "order":
            return "order"
        if self.name:
            return "changed"
        return "added" if self.before is None else "removed"


def difference(before: Content, after: Content) -> list[Change]:
    """The changes from one content to another."""
    return list(_record(INSTRUMENT, before, after, ()))


def _record(record: Record, before: Content, after: Content, where: tuple[str, ...]) -> Iterator[Change]:
    for one in record.fields:
        if before[one.name] != after[one.name]:
            yield Change(where, one.name, before[one.name], after[one.name])
    for name, inner in record.records.items():
        yield from _record(inner, before[name], after[name], (*where, name))
    for name, inner in record.lists.items():
        yield from _list(name, inner, before[name], after[name], where)


def _list(name: str, record: Record, before: list[Content], after: list[Content], where: tuple[str, ...]) -> Iterator[Change]:
    old, new = _keyed(name, record, before), _keyed(name, record, after)
    for key in [*old, *(key for key in new if key not in old)]:
        inside = (*where, key)
        if key not in new:
            yield Change(inside, "", _title(old[key]), None)
        elif key not in old:
            yield Change(inside, "", None, _title(new[key]))
        else:
            yield from _record(record, old[key], new[key], inside)
    kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
    if kept_before != kept_after:
        yield Change((*where, name), "order", ", ".join(kept_before), ", ".join(kept_after))


def _keyed(name: str, record: Record, rows: list[Content]) -> dict[str, Content]:
    """Rows by what tells them apart: their codes, or their number where they have none."""
    if record.key:
        return {f"{name} " + " ".join(str(row[part]) for part in record.key): row for row in rows}
    return {f"{name} {number}": row for number, row in enumerate(rows, start=1)}


def _title(row: Content) -> str:
    """The words a part is known by."""
    return str(next((row[name] for name in ("name", "label", "advice") if row.get(name)), _("whole part")))
