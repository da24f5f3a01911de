"""What the two file formats of an instrument share: how an error of a file is said, and how a file becomes content or errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .instrument_checks import problems_in
from .instrument_content import settled
from .instrument_schema import Content, Place, Problem, read_content

MAX_BYTES = 2 * 1024 * 1024
MAX_ERRORS = 200


@dataclass(frozen=True)
class FileError:
    """One fault of a file: `where` is "line 12" or "Kriteria!D5", empty where the whole file is meant."""

    where: str
    message: str | Promise


class FaultyFile(Exception):
    """A file that cannot be taken, with all its errors at once."""

    def __init__(self, errors: list[FileError]):
        super().__init__(f"{len(errors)} errors")
        self.errors = errors[:MAX_ERRORS]


def refuse(message: str | Promise, where: str = "") -> FaultyFile:
    return FaultyFile([FileError(where, message)])


def check_size(data: bytes) -> None:
    """Raises FaultyFile for an empty file or one that no instrument needs."""
    if not data.strip():
        raise refuse(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise refuse(_("The file is too large. At most 2 MB are possible."))


@dataclass(frozen=True)
class Parsed:
    """A file as raw values, its own errors, and where each place of the content stands in it."""

    raw: Any
    errors: list[FileError]
    where: Callable[[Place], str]


def take(parsed: Parsed, *, families: set[str] | None) -> Content:
    """The content of a file; raises FaultyFile with all errors. With `families` it must also be ready to be published."""
    content, shape = read_content(parsed.raw)
    errors = [*parsed.errors, *(_said(problem, parsed) for problem in shape)]
    if not errors and families is not None:
        errors = [_said(problem, parsed) for problem in problems_in(content, families=families)]
    if errors:
        raise FaultyFile(errors)
    return settled(content)


def _said(problem: Problem, parsed: Parsed) -> FileError:
    return FileError(parsed.where(problem.place), f"{_name(problem.place)}: {problem.message}" if problem.place else problem.message)


def _name(place: Place) -> str:
    """The last name of a place, for a person who looks at the file."""
    return next((str(part) for part in reversed(place) if isinstance(part, str)), "")


def nearest(places: dict[Place, str], place: Place) -> str:
    """Where a place stands, or the nearest part around it."""
    for length in range(len(place), -1, -1):
        if place[:length] in places:
            return places[place[:length]]
    return ""
