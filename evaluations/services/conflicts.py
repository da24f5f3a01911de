"""Writing conflicts of interest: refreshed from what is on record, or declared by the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from evaluations import conflicts
from evaluations.models import Conflict, Entrant, Round
from evaluations.states import ConflictKind

if TYPE_CHECKING:
    from accounts.models import User

# Kinds whose cause the person could take away: once found they stay for the round.
STAYING = (ConflictKind.DECLARED, ConflictKind.ENTERPRISE, ConflictKind.PHONE)


@transaction.atomic
def refresh(*, round: Round) -> list[Conflict]:
    """Bring the computed conflicts of the sitting members up to date; returns those that are new. The caller locks the round.

    Those of people who left the panel stay as they were: they go on hiding until the round is established.
    """
    users = list(round.members.filter(ended_at=None).values_list("user", flat=True))
    found = conflicts.find(round, users)
    known = {(row.entrant_id, row.user_id, row.kind): row.pk for row in Conflict.objects.filter(round=round, user__in=users)}
    gone = [pk for key, pk in known.items() if key not in found and key[2] not in STAYING]
    Conflict.objects.filter(pk__in=gone).delete()
    new = [
        Conflict(round=round, entrant_id=entrant, user_id=user, kind=kind, detail=detail[:300])
        for (entrant, user, kind), detail in sorted(found.items())
        if (entrant, user, kind) not in known
    ]
    return Conflict.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)


def note_declared(*, entrant: Entrant, user: User, reason: str) -> Conflict:
    """Put a declared conflict on record, once; the first reason stays."""
    values = {"round": entrant.round, "detail": reason[:300]}
    row, _made = Conflict.objects.get_or_create(entrant=entrant, user=user, kind=ConflictKind.DECLARED, defaults=values)
    return row
