"""Writing many rows at once by COPY, with the keys given by us so that rows can name each other before they are written."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from registry import catalogue

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def reserve(model: type[models.Model], count: int) -> int:
    """The first of `count` keys of a table that nobody else will be given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1) - 1])
    return first


def _plain(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _json(value: Any) -> str:
    return _ENCODER.encode(value).translate(_ESCAPES)


def _array(value: list[Any]) -> str:
    # Only figures and keys of choices: nothing in them needs quotes.
    return "{" + ",".join(map(str, value)) + "}"


def _writer(field: models.Field) -> Any:
    if isinstance(field, models.JSONField):
        return _json
    return _array if isinstance(field, ArrayField) else _plain


def copy(model: type[models.Model], rows: Iterable[dict[str, Any]], *, table: str = "", extra: tuple[str, ...] = ()) -> None:
    """Write rows of a model, keyed by attribute (`producer_id`); what a row leaves out takes the field's default."""
    rows = list(rows)
    numbered = bool(rows) and model._meta.pk.attname in rows[0]
    # The database numbers rows that nobody names; it makes the full-text vector itself.
    fields = [
        field for field in model._meta.concrete_fields if not isinstance(field, SearchVectorField) and (numbered or not field.primary_key)
    ]
    known = [(field.attname, field.get_default, _writer(field)) for field in fields]
    out = io.StringIO()
    for row in rows:
        cells = [write(row[name] if name in row else default()) for name, default, write in known]
        cells += [_plain(row[name]) for name in extra]
        out.write("\t".join(cells) + "\n")
    out.seek(0)
    columns = ", ".join(f'"{name}"' for name in (*(field.column for field in fields), *extra))
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{table or model._meta.db_table}" ({columns}) FROM STDIN', out)


_STAGE = "seed_entry"
_WEIGHTS = ("A", "B", "C", "D")


def copy_entries(model: type[models.Model], rows: list[dict[str, Any]]) -> None:
    """Write catalogue entries; each row brings its `search_texts`, of which the database makes the full-text vector."""
    texts = tuple(f"text_{weight.lower()}" for weight in _WEIGHTS)
    for row in rows:
        row |= {f"text_{weight.lower()}": text for weight, text in row["search_texts"].items()}
    target = model._meta.db_table
    fields = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if not isinstance(field, SearchVectorField))
    config = catalogue.SEARCH_CONFIG
    vector = " || ".join(f"setweight(to_tsvector('{config}', text_{weight.lower()}), '{weight}')" for weight in _WEIGHTS)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE IF NOT EXISTS {_STAGE} (LIKE "{target}") ON COMMIT DROP')
        cursor.execute(f"ALTER TABLE {_STAGE} ALTER search_vector DROP NOT NULL")
        cursor.execute("".join(f"ALTER TABLE {_STAGE} ADD COLUMN IF NOT EXISTS {text} text;" for text in texts))
        copy(model, rows, table=_STAGE, extra=texts)
        cursor.execute(f'INSERT INTO "{target}" ({fields}, search_vector) SELECT {fields}, {vector} FROM {_STAGE}')  # noqa: S608 - names of our own tables
        cursor.execute(f"TRUNCATE {_STAGE}")
