"""The shape of an instrument as plain content: what a YAML file, an Excel file, a form and the tables all mean by it.

Content is nested dicts and lists; points are canonical decimal text ("17.5"), so that the same content is always the same
bytes. A place in it is a path of keys and positions: ("sections", 0, "criteria", 2, "points").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import scoring, states

Place = tuple[str | int, ...]
Content = dict[str, Any]
SHARED = ""  # the "family" of a section that all families share

_DECIMAL = re.compile(r"^[0-9]{1,3}(?:[.,][0-9]{1,4})?$")
_INTEGER = re.compile(r"^[0-9]{1,4}(?:\.0)?$")
_SLUG = re.compile(r"^[-a-zA-Z0-9_]+$")
_CODE = re.compile(r"^[A-Z][0-9]{0,2}$")
_YES = frozenset({"true", "yes", "ya", "1"})
_NO = frozenset({"false", "no", "tidak", "0"})
# Control characters, halves of pairs, unassigned and private ones, and the line ends only Unicode knows.
_UNSEEN = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    place: Place
    message: str | Promise


class Unreadable(ValueError):
    """A value that does not fit its field, with the reason in words for the screen."""

    def __init__(self, message: str | Promise):
        super().__init__(message)
        self.message = message


def text(raw: str, *, limit: int, many_lines: bool = False) -> str:
    """One text, cleaned of the spaces around it; refuses what cannot be seen."""
    value = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(sign) in _UNSEEN and sign not in "\n\t" for sign in value):
        raise Unreadable(_("holds a character that cannot be shown"))
    if not many_lines:
        value = " ".join(value.split())
    if len(value) > limit:
        raise Unreadable(_("has %(count)d characters; at most %(limit)d are possible") % {"count": len(value), "limit": limit})
    return value


def matching(raw: str, *, pattern: re.Pattern[str], limit: int, words: str | Promise) -> str:
    value = raw.strip()
    if len(value) > limit or not pattern.match(value) or value.endswith("\n"):
        raise Unreadable(words)
    return value


slug = partial(matching, pattern=_SLUG, words=_("may hold letters, figures and hyphens only"))
code = partial(matching, pattern=_CODE, limit=3, words=_("must be one capital letter, for a criterion with a number: A, A1, B12"))


def decimal(raw: str, *, least: str = "0", most: str = "100") -> str:
    """A decimal with at most two places, as canonical text: "17,50" becomes "17.5"."""
    if not _DECIMAL.match(raw.strip()):
        raise Unreadable(_("must be a number, for example 17,5"))
    value = Decimal(raw.strip().replace(",", "."))
    if value != round(value, 2):
        raise Unreadable(_("may have two decimals at most"))
    if not Decimal(least) <= value <= Decimal(most):
        raise Unreadable(_("must lie between %(least)s and %(most)s") % {"least": least, "most": most})
    return plain(value)


def plain(value: Decimal) -> str:
    """The shortest text of a decimal, without an exponent."""
    shown = f"{value:f}"
    return (shown.rstrip("0").rstrip(".") or "0") if "." in shown else shown


def whole(raw: str, *, least: int, most: int) -> int:
    if not _INTEGER.match(raw.strip()):
        raise Unreadable(_("must be a whole number"))
    value = int(raw.strip().split(".")[0])
    if not least <= value <= most:
        raise Unreadable(_("must lie between %(least)s and %(most)s") % {"least": least, "most": most})
    return value


def yes_or_no(raw: str) -> bool:
    word = raw.strip().lower()
    if word not in _YES | _NO:
        raise Unreadable(_("must be true or false"))
    return word in _YES


def choice(raw: str, *, among: tuple[str, ...]) -> str:
    if raw.strip() not in among:
        raise Unreadable(_("must be one of: %(choices)s") % {"choices": ", ".join(among)})
    return raw.strip()


def _of(choices: type[models.TextChoices], *, but: tuple[str, ...] = ()) -> Callable[[str], Any]:
    return partial(choice, among=tuple(value for value in choices.values if value not in but))


@dataclass(frozen=True)
class Field:
    """One value: how it is read, and what stands where nothing is written (`REQUIRED`: something must be)."""

    name: str
    read: Callable[[str], Any]
    default: Any = None
    required: bool = False
    is_text: bool = False


@dataclass(frozen=True)
class Record:
    """One kind of part: its values, the lists and records inside it, and what tells two of them apart."""

    name: str
    fields: tuple[Field, ...]
    lists: Mapping[str, Record] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    ignored: frozenset[str] = frozenset()

    def names(self) -> list[str]:
        return [*(one.name for one in self.fields), *self.records, *self.lists]


def _text(name: str, limit: int, *, blank: bool = False, many_lines: bool = False) -> Field:
    return Field(name, partial(text, limit=limit, many_lines=many_lines), "" if blank else None, required=not blank, is_text=True)


def _need(name: str, read: Callable[[str], Any]) -> Field:
    return Field(name, read, required=True)


_STARS = partial(whole, least=1, most=5)
_KEY = partial(slug, limit=40)

LEVEL = Record(
    "level",
    (
        _need("points", decimal),
        _text("name", 120),
        _text("description", 400, blank=True),
        Field("effect", _of(states.LevelEffect)),
    ),
)
EVIDENCE = Record(
    "evidence",
    (_need("kind", _of(states.EvidenceKind)), _need("need", partial(choice, among=("required", "useful"))), _text("label", 150)),
)
CRITERION = Record(
    "criterion",
    (
        _need("code", code),
        _text("name", 200),
        _text("guidance", 1000, blank=True, many_lines=True),
        Field("judged_by", _of(states.JudgedBy), states.JudgedBy.DOCUMENTS.value),
        Field("applies_if", _of(states.AppliesIf)),
        Field("otherwise", _of(states.Uncounted), states.Uncounted.RESCALE.value),
        Field("weight", partial(decimal, least="0.01", most="99.99"), "1"),
        _text("source", 200, blank=True),
    ),
    lists={"evidence": EVIDENCE, "levels": LEVEL},
    key=("code",),
)
SECTION = Record(
    "section", (_need("code", code), _text("name", 120), _need("points", decimal)), lists={"criteria": CRITERION}, key=("code",)
)
FAMILY = Record(
    "family", (_need("family", partial(slug, limit=60)),), lists={"sections": SECTION}, key=("family",), ignored=frozenset({"name"})
)
PATH = Record("path", (_need("key", _KEY), _text("label", 80), _text("advice", 600, many_lines=True)), key=("key",))
BAND = Record(
    "band",
    (_need("stars", _STARS), _need("from", decimal), _text("label", 80), _need("path", _KEY)),
    key=("stars",),
    unique=(("from",),),
)
WHEN = Record("when", (_need("criterion", code), _need("at_most_level", partial(whole, least=1, most=99))))
PATH_RULE = Record("path_rule", (_need("path", _KEY),), records={"when": WHEN})
MINIMUM = Record("minimum", (_need("stars", _STARS), _need("section", code), _need("at_least", decimal)), key=("stars", "section"))
UNASSESSABLE = Record(
    "unassessable",
    (
        Field("sample", _of(states.Uncounted, but=(states.Uncounted.FULL.value,)), states.Uncounted.LOWEST.value),
        _text("note", 600, blank=True, many_lines=True),
    ),
)
INSTRUMENT = Record(
    "instrument",
    (
        _need("code", _KEY),
        _text("name", 120),
        _text("note", 2000, blank=True, many_lines=True),
        Field("is_proposal", yes_or_no, True),
        Field("rounding", partial(choice, among=(scoring.ROUNDING,)), scoring.ROUNDING),
        Field("validity_months", partial(whole, least=1, most=240), 24),
        Field("knock_out_path", _KEY),
    ),
    records={"unassessable": UNASSESSABLE},
    lists={
        "bands": BAND,
        "paths": PATH,
        "path_rules": PATH_RULE,
        "minimum_sections": MINIMUM,
        "sections": SECTION,
        "variants": FAMILY,
    },
)


def read_content(raw: Any) -> tuple[Content, list[Problem]]:
    """Raw values (texts, None, lists and dicts) as content, with every problem of shape at once.

    Content is whole only where there are no problems.
    """
    problems: list[Problem] = []
    content = _record(INSTRUMENT, raw, (), problems)
    problems += _lost_references(content)
    return content, problems


def raw_of(content: Any) -> Any:
    """Content as a file or a form would say it: texts, None, lists and dicts only."""
    if isinstance(content, dict):
        return {name: raw_of(value) for name, value in content.items()}
    if isinstance(content, list):
        return [raw_of(value) for value in content]
    if isinstance(content, bool):
        return "true" if content else "false"
    return None if content is None else str(content)


def read_part(record: Record, raw: Any, place: Place = ()) -> tuple[Content, list[Problem]]:
    """The same for one part alone."""
    problems: list[Problem] = []
    return _record(record, raw, place, problems), problems


def _record(record: Record, raw: Any, place: Place, problems: list[Problem]) -> Content:
    if not isinstance(raw, dict):
        problems.append(Problem(place, _("must be a group of named values")))
        return {}
    known = {*record.names(), *record.ignored}
    problems += [Problem((*place, name), _("is not a name of this form")) for name in raw if name not in known]
    content = {one.name: _value(one, raw.get(one.name), (*place, one.name), problems) for one in record.fields}
    for name, inner in record.records.items():
        content[name] = _record(inner, {} if raw.get(name) is None else raw[name], (*place, name), problems)
    for name, inner in record.lists.items():
        content[name] = _list(inner, raw.get(name), (*place, name), problems)
    return content


def _list(record: Record, raw: Any, place: Place, problems: list[Problem]) -> list[Content]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        problems.append(Problem(place, _("must be a list")))
        return []
    rows = [_record(record, row, (*place, index), problems) for index, row in enumerate(raw)]
    for names in (record.key, *record.unique):
        problems += _repeated(rows, names, place)
    return rows


def _repeated(rows: list[Content], names: tuple[str, ...], place: Place) -> Iterator[Problem]:
    seen: set[tuple[Any, ...]] = set()
    for index, row in enumerate(rows):
        key = tuple(row.get(name) for name in names)
        if names and None not in key and key in seen:
            words = _("%(value)s stands here a second time") % {"value": " ".join(str(part) for part in key)}
            yield Problem((*place, index, names[-1]), words)
        seen.add(key)


def _value(one: Field, raw: Any, place: Place, problems: list[Problem]) -> Any:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if one.required:
            problems.append(Problem(place, _("is missing")))
        return one.default
    if not isinstance(raw, str):
        problems.append(Problem(place, _("must be one value, not a list or a group")))
        return one.default
    try:
        return one.read(raw)
    except Unreadable as error:
        problems.append(Problem(place, error.message))
        return one.default


def _lost_references(content: Content) -> list[Problem]:
    """Paths that are named but not there; the tables could not hold them."""
    paths = {path["key"] for path in content.get("paths", []) if path}
    named: list[tuple[Place, Any]] = [(("bands", index, "path"), band.get("path")) for index, band in enumerate(content.get("bands", []))]
    named += [(("path_rules", index, "path"), rule.get("path")) for index, rule in enumerate(content.get("path_rules", []))]
    named.append((("knock_out_path",), content.get("knock_out_path")))
    words = _("names the path %(key)s, which is not in the list of paths")
    return [Problem(place, words % {"key": key}) for place, key in named if key and key not in paths]
