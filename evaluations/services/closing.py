"""Closing a round and opening it again. With services/rounds.py the only writer of `Round.phase`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, permissions, results
from evaluations.errors import Conflict, NotReady
from evaluations.models import Decree, Entrant, Result, ResultSet, Round
from evaluations.states import Phase

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 500


def locked(round_pk: int, expected: int) -> Round:
    """The round under lock, as the actor saw it. Raises Conflict when somebody moved it meanwhile."""
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=round_pk)
    if fresh.lock_version != expected:
        raise Conflict(
            _("The round was changed meanwhile. Its phase is now “%(phase)s”.") % {"phase": fresh.get_phase_display()}, current=fresh
        )
    return fresh


def move(round: Round, phase: str) -> Round:
    """Write the phase of a locked round."""
    round.phase = phase
    round.lock_version += 1
    round.save(update_fields=["phase", "lock_version"])
    return round


@transaction.atomic
def close_round(*, actor: User, round: Round, expected: int) -> ResultSet:
    """Compute and freeze the results of all products still in the running.

    Only the chair, only in the Rakor phase. Sheets that were not sent do not count. Raises NotReady with the products
    that still need a decision or have no sheet, Conflict when somebody was faster, Refused.
    """
    fresh = locked(round.pk, expected)
    allowed = require(permissions.may_chair(actor, fresh))
    if fresh.phase != Phase.RAKOR:
        raise NotReady(_("Results are made at the end of the Rakor. The phase is now “%(phase)s”.") % {"phase": fresh.get_phase_display()})
    gathered = results.gather(fresh)
    _check_ready(fresh, gathered)
    made = _freeze(actor, fresh, results.build(fresh, gathered))
    move(fresh, Phase.CLOSED)
    detail = {"version": made.version, "sha256": made.sha256, "products": len(gathered)}
    events.record(round=fresh, kind="closed", actor=actor, mandate=allowed.mandate, detail=detail)
    return made


def _check_ready(round: Round, gathered: dict[int, results.Inputs]) -> None:
    if not gathered:
        raise NotReady(_("No product is in the running, so there is nothing to close."))
    undecided = list(round.entrants.filter(pk__in=gathered).disputed())
    if undecided:
        raise NotReady(_("These products are on the agenda and not yet decided."), needs=undecided)
    empty = [pk for pk, inputs in gathered.items() if not inputs["sheets"] and not (inputs["decision"] or {}).get("consensus")]
    if empty:
        raise NotReady(_("Nobody has sent a sheet for these products."), needs=list(Entrant.objects.filter(pk__in=empty)))


def _freeze(actor: User, round: Round, rows: list[Result]) -> ResultSet:
    version = round.result_sets.count() + 1
    round.result_sets.filter(superseded_at=None).update(superseded_at=timezone.now())
    whole = results.digest_of_set(row.sha256 for row in rows)
    made = ResultSet.objects.create(round=round, version=version, sha256=whole, closed_by=actor)
    for row in rows:
        row.result_set = made
    Result.objects.bulk_create(rows, batch_size=BATCH)
    return made


@transaction.atomic
def reopen_round(*, actor: User, round: Round, expected: int, reason: str) -> Round:
    """Back from closed to the Rakor, with a reason; the next close makes a new version, the old one stays.

    Only the chair, and only while no decree in force stands on the results. Raises NotReady, Conflict, Refused.
    """
    fresh = locked(round.pk, expected)
    allowed = require(permissions.may_chair(actor, fresh))
    if not reason.strip():
        raise NotReady(_("Write why the round is opened again."))
    if Decree.objects.filter(result_set__round=fresh, revoked_at=None).exists():
        raise NotReady(_("A decree stands on these results. The province has to revoke it first."))
    if fresh.phase not in (Phase.CLOSED, Phase.ESTABLISHED):
        raise NotReady(_("The round is not closed."))
    move(fresh, Phase.RAKOR)
    events.record(round=fresh, kind="reopened", actor=actor, mandate=allowed.mandate, comment=reason.strip())
    return fresh
