"""An instrument as one YAML file. Reading builds no objects and follows no aliases; every value keeps its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from .instrument_files import FaultyFile, FileError, Parsed, check_size, nearest, refuse, take
from .instrument_schema import Content, Place
from .models import Instrument

MAX_DEPTH = 12
MAX_EVENTS = 200_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def dump(content: Content) -> bytes:
    """The file of a content, in the order of the form."""
    text = yaml.dump(content, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=120)
    return text.encode()


def load(data: bytes, *, families: set[str] | None = None) -> Content:
    """The content of a file; raises FaultyFile with all errors and their lines."""
    return take(parse(data), families=families)


def parse(data: bytes) -> Parsed:
    """The file as raw values with their lines; raises FaultyFile where it is no YAML at all."""
    check_size(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(_("The file is not text in UTF-8.")) from None
    builder = Builder()
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if count > MAX_EVENTS:
                raise refuse(_("The file holds too much."))
            builder.take(event)
    except yaml.YAMLError as error:
        raise FaultyFile([*builder.errors, _syntax(error)]) from None
    return Parsed(builder.raw, builder.errors, lambda place: nearest(builder.lines, place))


def _line(number: int) -> str:
    return _("line %(number)d") % {"number": number}


def _syntax(error: yaml.YAMLError) -> FileError:
    mark = getattr(error, "problem_mark", None)
    return FileError(_line(mark.line + 1) if mark else "", _("The file cannot be read from here: check the indents, quotes and signs."))


@dataclass
class _Open:
    """A list or group that is being read."""

    place: Place
    value: Any
    key: str | None = None


@dataclass
class Builder:
    """Raw values from the parser's events, without recursion: texts, None, lists and dicts only."""

    raw: Any = None
    errors: list[FileError] = field(default_factory=list)
    lines: dict[Place, str] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        where = _line(event.start_mark.line + 1) if event.start_mark else ""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise refuse(_("The file holds more than one document."), where)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, where)

    def _node(self, event: Any, where: str) -> None:
        if event.anchor is not None:
            raise refuse(_("Anchors and aliases (& and *) are not taken."), where)
        if event.tag not in (None, "!"):
            raise refuse(_("Tags (!) are not taken."), where)
        if len(self.stack) >= MAX_DEPTH:
            raise refuse(_("The file is nested too deeply."), where)
        if isinstance(event, yaml.ScalarEvent):
            plain_nothing = event.implicit[0] and event.value in _NOTHING and not event.style
            self._scalar(None if plain_nothing else event.value, where)
        else:
            self._collection({} if isinstance(event, yaml.MappingStartEvent) else [], where)

    def _scalar(self, value: str | None, where: str) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            self._key(top, value, where)
        else:
            self._put(value, where)

    def _key(self, top: _Open, key: str | None, where: str) -> None:
        top.key = key or ""
        if top.key in top.value:
            self.errors.append(FileError(where, _("%(name)s stands here a second time") % {"name": top.key}))
        self.lines[*top.place, top.key] = where

    def _collection(self, value: Any, where: str) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            raise refuse(_("The name of a value must be a word."), where)
        self.stack.append(_Open(self._put(value, where), value))

    def _put(self, value: Any, where: str) -> Place:
        """Add a value to the open list or group; returns its place."""
        place: Place = ()
        if not self.stack:
            self.raw = value
        elif isinstance(self.stack[-1].value, dict):
            top = self.stack[-1]
            place, top.value[top.key], top.key = (*top.place, top.key or ""), value, None
        else:
            top = self.stack[-1]
            place = (*top.place, len(top.value))
            top.value.append(value)
        self.lines[place] = where
        return place


def file_name(instrument: Instrument, ending: str) -> str:
    return f"instrumen-{instrument.code}-v{instrument.version}.{ending}"
