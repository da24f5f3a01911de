"""The change log. `record_change` is the last write of its transaction, so commit order equals number order."""

from __future__ import annotations

from django.db import connection, transaction

from .models import Change

_NEXT = """
INSERT INTO registry_feedcounter (id, last_seq) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET last_seq = registry_feedcounter.last_seq + 1
RETURNING last_seq
"""


def record_change(*, kind: str, subject_kind: str, subject_code: str, payload_hash: str = "") -> Change:
    """Append one change; the counter row stays locked until commit, so call it last in the transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record_change must run inside the transaction of the change itself")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        (seq,) = cursor.fetchone()
    return Change.objects.create(seq=seq, kind=kind, subject_kind=subject_kind, subject_code=subject_code, payload_hash=payload_hash)
