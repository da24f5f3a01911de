"""The stars of a catalogue entry, given and taken by whoever evaluates (an upper app). The only writer of these columns.

A revised version keeps the stars of its product until they expire; whether they are still valid is computed from the day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from registry.feed import record_change
from registry.models import CatalogueEntry


def award_stars(*, entry: CatalogueEntry, stars: int, until: dt.date, award: dict[str, Any]) -> CatalogueEntry:
    """Show stars (1 to 5, valid until the end of a WITA day) and log the change, inside the caller's transaction."""
    return _write(entry, "stars_awarded", stars=stars, stars_until=until, award=award)


def revoke_stars(*, entry: CatalogueEntry, reason: str) -> CatalogueEntry:
    """Take the stars away and leave a tombstone in the change feed, inside the caller's transaction."""
    return _write(entry, "stars_revoked", stars=0, stars_until=None, award={"revoked": reason})


def _write(entry: CatalogueEntry, kind: str, **columns: Any) -> CatalogueEntry:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("stars change inside the transaction of what gives or takes them")
    for name, value in columns.items():
        setattr(entry, name, value)
    entry.changed_at = timezone.now()
    entry.save(update_fields=[*columns, "changed_at"])
    record_change(kind=kind, subject_kind="product", subject_code=entry.code)
    return entry
