"""The change log. `record_change` is the last write of its transaction, so commit order equals number order."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.db import connection, transaction
from django.utils import timezone

from common.tasks import enqueue

from . import representation
from .models import CatalogueEntry, Change

PRODUCT, REGION = "product", "region"
# How long changes can be read back; an older cursor has to begin anew.
KEPT_DAYS = 400
TELL_WEBHOOKS = "registry.jobs.tell_webhooks"

_NEXT = """
INSERT INTO registry_feedcounter (id, last_seq) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET last_seq = registry_feedcounter.last_seq + 1
RETURNING last_seq
"""


def record_change(*, kind: str, subject_kind: str, subject_code: str, payload_hash: str = "") -> Change:
    """Append one change; the counter row stays locked until commit, so call it last in the transaction.

    Whoever waits for the counter may hold any entry. So every entry a transaction writes is under its lock before its first
    change is numbered; the order is producer, product, contact, entries (by primary key), counter. What others refer to is
    locked without its key: the second write of a row in one transaction checks its references again and would wait for them.

    The entry of a product carries the number of its last change as `revision`: what mirrors compare.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record_change must run inside the transaction of the change itself")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        (seq,) = cursor.fetchone()
    if subject_kind == PRODUCT:
        _revise(subject_code, seq)
    _ask_to_tell()
    return Change.objects.create(seq=seq, kind=kind, subject_kind=subject_kind, subject_code=subject_code, payload_hash=payload_hash)


def _ask_to_tell() -> None:
    """Have webhooks told once this transaction is committed, asked for once in it and never under the counter.

    A job asked for earlier could be taken before the commit and miss the change. Should asking fail, the periodic job comes.
    """
    if not any(waiting[1] is _enqueue for waiting in connection.run_on_commit):
        transaction.on_commit(_enqueue, robust=True)


def _enqueue() -> None:
    enqueue(TELL_WEBHOOKS, key="feed")


def _revise(code: str, seq: int) -> None:
    entry = CatalogueEntry.objects.get(code=code)
    entry.revision = seq
    entry.save(update_fields=["revision"])
    representation.write([entry])


def forget_changes(*, now: dt.datetime | None = None) -> int:
    """Delete changes older than 400 days, but never the last one: it says where the log stands. Returns how many.

    Up to the first that is kept, whatever a clock said behind it: the log has no gaps.
    """
    day = (now or timezone.now()) - dt.timedelta(days=KEPT_DAYS)
    kept = Change.objects.filter(at__gte=day).order_by("seq").first() or Change.objects.order_by("seq").last()
    if kept is None:
        return 0
    with pgtrigger.ignore("registry.Change:append_only"):
        return Change.objects.filter(seq__lt=kept.seq).delete()[0]
