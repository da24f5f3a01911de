"""Reads of what partners get, by statements written out: composing them anew for each request would cost as much as running them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from registry.states import PUBLIC_ENTRY_STATES


def _of_entry(column: str) -> str:
    """A column of an entry's representation. A subselect is planned in half the time of a join of these two tables."""
    return f"(SELECT told.{column} FROM registry_representation told WHERE told.entry_id = entry.id)"  # noqa: S608 - constants


# Two statements, one for each language; no value of a request becomes part of them.
_BY_CODE = {
    language: (
        f"SELECT entry.state, entry.revision, entry.changed_at, {_of_entry('form')}, {_of_entry(f'text_{language}')} "  # noqa: S608 - constants
        "FROM registry_catalogueentry entry WHERE entry.code = %s"
    )
    for language in ("id", "en")
}
# Of the entry alone, for an answer without a body.
_STATE_OF = "SELECT state, revision, changed_at FROM registry_catalogueentry WHERE code = %s"
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
_SHOWN = ", ".join(f"'{state.value}'" for state in PUBLIC_ENTRY_STATES)
# The whole catalogue in an order of its own columns, from its beginning or beyond a place.
_PAGES = {
    (language, column, way, begins): (
        f"SELECT entry.id, entry.{column}, {_of_entry(f'text_{language}')} FROM registry_catalogueentry entry "  # noqa: S608 - constants
        f"WHERE entry.state IN ({_SHOWN}) "
        f"{'' if begins else f'AND (entry.{column}, entry.id) {sign} (%s, %s) '}"
        f"ORDER BY entry.{column} {way}, entry.id {way} LIMIT %s"
    )
    for language in ("id", "en")
    for column in ("code", "revision", "name_key", "first_published_at")
    for way, sign in (("ASC", ">"), ("DESC", "<"))
    for begins in (True, False)
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
    return Told(*row) if row and row[-1] is not None else None


def state_of_code(code: str, form: int) -> Told | None:
    """The same without its text, as if it were told in this form."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE_OF, [code])
        row = cursor.fetchone()
    if row is None:
        return None
    state, revision, changed_at = row
    return Told(state, revision, changed_at, form, "")


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


def page_of_all(column: str, *, descending: bool, place: tuple[Any, int] | None, size: int, language: str) -> list[tuple[int, Any, str]]:
    """Primary key, the column ordered by and text of at most `size` shown entries beyond a place, of the whole catalogue."""
    statement = _PAGES[language, column, "DESC" if descending else "ASC", place is None]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(place or ()), size])
        return [row for row in cursor.fetchall() if row[-1] is not None]


def newest_change() -> tuple[int, dt.datetime | None]:
    """Number and moment of the last change, which the log never forgets; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        return cursor.fetchone() or (0, None)
