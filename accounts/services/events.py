"""The append-only log of accounts."""

from __future__ import annotations

from accounts.models import AccountEvent, User
from common.middleware import request_id_var


def record_event(*, user: User, kind: AccountEvent.Kind, actor: User | None, note: str = "") -> AccountEvent:
    """Write one line into the log of an account, in the caller's transaction."""
    return AccountEvent.objects.create(user=user, kind=kind, actor=actor, note=note[:300], request_id=request_id_var.get())
