"""Edits of an instrument as changes of its content: pure functions, each returns new raw content for `read_content`.

A part is named by codes, not by positions: a form that was made before somebody moved things still means the same part.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from .instrument_schema import SHARED, Content

LISTS = ("bands", "paths", "path_rules", "minimum_sections")


class Gone(LookupError):
    """The part that is to be changed is no longer there."""


@dataclass(frozen=True)
class Address:
    """A section of a family (empty: shared), or a criterion in it. An empty last code means: a new one."""

    family: str
    section: str = ""
    criterion: str | None = None


def _family(content: Content, family: str, *, make: bool = False) -> list[Content]:
    """The list of sections of a family."""
    if family == SHARED:
        return content["sections"]
    for known in content["variants"]:
        if known["family"] == family:
            return known["sections"]
    if not make:
        raise Gone(family)
    content["variants"].append({"family": family, "sections": []})
    return content["variants"][-1]["sections"]


def _index(rows: list[Content], code: str) -> int:
    for index, row in enumerate(rows):
        if row["code"] == code:
            return index
    raise Gone(code)


def _siblings(content: Content, at: Address, *, make: bool = False) -> tuple[list[Content], str]:
    """The list a part stands in, and its code there."""
    sections = _family(content, at.family, make=make)
    if at.criterion is None:
        return sections, at.section
    return sections[_index(sections, at.section)]["criteria"], at.criterion


def part_at(content: Content, at: Address) -> Content:
    """One section or criterion; raises Gone."""
    rows, code = _siblings(content, at)
    return rows[_index(rows, code)]


def with_head(content: Content, values: Content) -> Content:
    """New values of the instrument's own row; its code stays."""
    return {**content, **values, "code": content["code"]}


def with_list(content: Content, name: str, rows: list[Any]) -> Content:
    """One of the short lists replaced as a whole."""
    return {**content, name: rows}


def with_part(content: Content, at: Address, values: Content) -> Content:
    """A section or criterion with new values, or a new one at the end; what `values` leaves out stays."""
    changed = copy.deepcopy(content)
    rows, code = _siblings(changed, at, make=not at.section)
    if code:
        index = _index(rows, code)
        rows[index] = {**rows[index], **values}
    else:
        rows.append({"criteria": [], **values} if at.criterion is None else values)
    return changed


def without_part(content: Content, at: Address) -> Content:
    """A section or criterion taken out with all that is in it; a family without sections goes too."""
    changed = copy.deepcopy(content)
    rows, code = _siblings(changed, at)
    del rows[_index(rows, code)]
    changed["variants"] = [family for family in changed["variants"] if family["sections"]]
    return changed


def moved(content: Content, at: Address, step: int) -> Content:
    """A section or criterion one place up (-1) or down (1) among its own; at the end it stays."""
    changed = copy.deepcopy(content)
    rows, code = _siblings(changed, at)
    index = _index(rows, code)
    rows.insert(max(0, index + step), rows.pop(index))
    return changed
