"""Reads of what partners get, by statements written out: composing them anew for each request would cost as much as running them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

# Two statements, one for each language; no value of a request becomes part of them.
_BY_CODE = {
    language: (
        f"SELECT entry.state, entry.revision, entry.changed_at, told.form, told.text_{language} "  # noqa: S608 - constants
        "FROM registry_catalogueentry entry JOIN registry_representation told ON told.entry_id = entry.id WHERE entry.code = %s"
    )
    for language in ("id", "en")
}
_BY_CODES = {
    language: (
        f"SELECT entry.code, entry.state, told.text_{language} "  # noqa: S608 - constants
        "FROM registry_catalogueentry entry JOIN registry_representation told ON told.entry_id = entry.id WHERE entry.code = ANY(%s)"
    )
    for language in ("id", "en")
}
_TEXTS = {
    language: f"SELECT entry_id, text_{language} FROM registry_representation WHERE entry_id = ANY(%s)"  # noqa: S608 - constants
    for language in ("id", "en")
}
_NEWEST = "SELECT seq, at FROM registry_change ORDER BY seq DESC LIMIT 1"


class Told(NamedTuple):
    """An entry as partners may get it: where it stands and its text in one language."""

    state: str
    revision: int
    changed_at: dt.datetime
    form: int
    text: str


def by_code(code: str, language: str) -> Told | None:
    """The entry of one code in any state."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE[language], [code])
        row = cursor.fetchone()
    return Told(*row) if row else None


def by_codes(codes: set[str], language: str) -> dict[str, tuple[str, str]]:
    """State and text of the entries of these codes."""
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODES[language], [list(codes)])
        return {code: (state, text) for code, state, text in cursor.fetchall()}


def texts(entries: Sequence[int], language: str) -> list[str]:
    """The texts of these entries (their numbers), in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS[language], [list(entries)])
        found = dict(cursor.fetchall())
    return [found[pk] for pk in entries]


def newest_change() -> tuple[int, dt.datetime | None]:
    """Number and moment of the last change, which the log never forgets; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        return cursor.fetchone() or (0, None)
