"""A million entries in minutes: what was seeded is copied with SQL, as far as partners read it.

Copies are rows of products, entries, representations and changes under keys and codes of their own; what hangs on them else (versions,
submissions, sizes) is that of the original, so these rows are for reading alone. Constraints between tables and triggers sleep meanwhile.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from registry.models import CatalogueEntry, Change, Product, Representation

SEEDED = 100_000
# The third letter of a code; the original has T.
LETTERS = "ABCDEFGHIJ"


def multiply(times: int) -> None:
    """Add `times` copies of every entry; at most as many as there are letters."""
    steps = {model: model.objects.aggregate(most=Max("pk"))["most"] for model in (Product, CatalogueEntry, Change)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for number, letter in enumerate(LETTERS[:times], start=1):
            _copy(cursor, number, letter, steps)
            print(f"  copy {number} of {times} ...", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copy(cursor: Any, number: int, letter: str, steps: dict[type, int]) -> None:
    product, entry, change = (number * steps[model] for model in (Product, CatalogueEntry, Change))
    coded = f"overlay({{}} placing '{letter}' from 3)"
    code = coded.format("code")
    _insert(cursor, Product, {"id": f"id + {product}", "key": "gen_random_uuid()", "code": code, "is_flagship": "false"}, steps[Product])
    moved = {"id": f"id + {entry}", "product_id": f"product_id + {product}", "code": code, "revision": f"revision + {change}"}
    _insert(cursor, CatalogueEntry, moved, steps[CatalogueEntry])
    texts = {name: f"replace({name}, 'NTT-', 'NT{letter}-')" for name in ("text_id", "text_en")}
    _insert(cursor, Representation, {"entry_id": f"entry_id + {entry}", **texts}, steps[CatalogueEntry])
    subject = f"CASE subject_kind WHEN 'product' THEN {coded.format('subject_code')} ELSE subject_code END"
    _insert(cursor, Change, {"seq": f"seq + {change}", "subject_code": subject}, steps[Change])


def _insert(cursor: Any, model: Any, other: dict[str, str], last: int) -> None:
    """Copy the rows up to `last`, with these columns computed."""
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    values = ", ".join(other.get(column, column) for column in columns)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {model._meta.pk.column} <= %s"
    cursor.execute(statement, [last])
