"""A round's life from opening to the Rakor. With services/closing.py the only writer of `Round.phase`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from common.formatting import date_long
from evaluations import events, permissions
from evaluations.errors import NotReady
from evaluations.models import AgendaItem, Instrument, Round, RoundFamily, Sheet
from evaluations.queries.instruments import families_of
from evaluations.states import AgendaReason, EntrantState, PanelRole, Phase, SheetState

from .closing import locked, move

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import User
    from evaluations.queries.rounds import EntrantQuerySet

ORDER = (Phase.ENTRY, Phase.DOCUMENTS, Phase.SAMPLES, Phase.SCORING, Phase.RAKOR)
# What may still be changed once products are being scored: how sheets are shown, not how they are made.
ALWAYS_OPEN = frozenset({"name", "quorum", "appeal_days", "spread_threshold"})

RESERVED = frozenset({"baru"})  # words of addresses


def free_code(name: str) -> str:
    """A key for the address from a name; with a number behind it when another round has it."""
    base = slugify(name)[:34] or "periode"
    taken = set(Round.objects.filter(code__startswith=base).values_list("code", flat=True)) | RESERVED
    return next(code for code in (base, *(f"{base}-{number}" for number in range(2, 100_000))) if code not in taken)


@transaction.atomic
def open_round(*, actor: User, families: Mapping[str, Instrument], **fields: Any) -> Round:
    """Open a round; `families` says which published instrument each category family is judged by.

    Raises ValidationError for fields that do not hold, NotReady for an instrument that is not in force or has no part
    for its family, Refused to all but the province.
    """
    allowed = require(permissions.may_manage(actor))
    made = Round(created_by=actor, **fields)
    made.full_clean()
    made.save()
    _set_families(made, families)
    events.record(round=made, kind="round_opened", actor=actor, mandate=allowed.mandate)
    return made


def _set_families(round: Round, families: Mapping[str, Instrument]) -> None:
    if not families:
        raise NotReady(_("Choose an instrument for at least one category family."))
    for family, instrument in families.items():
        if not Instrument.objects.in_force().filter(pk=instrument.pk).exists() or family not in families_of(instrument):
            words = _("“%(instrument)s” is not in force or has no part for “%(family)s”.")
            raise NotReady(words % {"instrument": instrument, "family": family})
    round.families.exclude(family__in=families).delete()
    for family, instrument in families.items():
        RoundFamily.objects.update_or_create(round=round, family=family, defaults={"instrument": instrument})


@transaction.atomic
def change_round(*, actor: User, round: Round, expected: int, families: Mapping[str, Instrument] | None = None, **fields: Any) -> Round:
    """Change the settings of a round; families only before products have entered, most fields only before scoring.

    Raises ValidationError, NotReady, Conflict, Refused.
    """
    allowed = require(permissions.may_manage(actor))
    fresh = locked(round.pk, expected)
    changed = {name: value for name, value in fields.items() if getattr(fresh, name) != value}
    scored = fresh.phase not in (Phase.ENTRY, Phase.DOCUMENTS, Phase.SAMPLES)
    if scored and (families is not None or set(changed) - ALWAYS_OPEN):
        raise NotReady(_("Scoring has begun: only the name, the quorum, the threshold and the days to object can still change."))
    if families is not None:
        if fresh.entrants.exists() and dict(families) != {row.family: row.instrument for row in fresh.families.all()}:
            raise NotReady(_("Products have entered already, so their instruments stay as they are."))
        _set_families(fresh, families)
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.full_clean()
    fresh.lock_version += 1
    fresh.save()
    detail = {"fields": sorted(changed)}
    events.record(round=fresh, kind="round_changed", actor=actor, mandate=allowed.mandate, detail=detail)
    return fresh


# --- from phase to phase --------------------------------------------------------------------------------------------


@transaction.atomic
def advance(*, actor: User, round: Round, expected: int) -> Round:
    """Take the round into its next phase; closing is a service of its own. Raises NotReady with what is missing, Conflict, Refused."""
    fresh = locked(round.pk, expected)
    allowed = require(permissions.may_run(actor, fresh))
    target = next_phase(fresh)
    if target is None:
        raise NotReady(_("The next step is closing the round; the chair does it."))
    if what_is_missing(fresh, target):
        seen = what_is_missing(fresh, target, actor) or [_("Something is missing that others on the panel can see. Ask them.")]
        raise NotReady(seen[0], needs=seen)
    if target == Phase.RAKOR:
        _agenda_of_few(fresh)
    former = fresh.phase
    move(fresh, target)
    events.record(round=fresh, kind="phase", actor=actor, mandate=allowed.mandate, detail={"from": former, "to": target})
    return fresh


@transaction.atomic
def go_back(*, actor: User, round: Round, expected: int, reason: str) -> Round:
    """One phase back, with a reason; nothing that was entered is lost. Not once the round is closed."""
    fresh = locked(round.pk, expected)
    allowed = require(permissions.may_run(actor, fresh))
    if fresh.phase not in ORDER[1:]:
        raise NotReady(_("From this phase there is no way back."))
    if not reason.strip():
        raise NotReady(_("Write why the round goes back a phase."))
    former = fresh.phase
    move(fresh, ORDER[ORDER.index(Phase(former)) - 1])
    detail = {"from": former, "to": fresh.phase}
    events.record(round=fresh, kind="phase", actor=actor, mandate=allowed.mandate, comment=reason.strip(), detail=detail)
    return fresh


def next_phase(round: Round) -> Phase | None:
    """The phase after the present one; None where closing comes next or the round is closed."""
    if round.phase not in ORDER[:-1]:
        return None
    return ORDER[ORDER.index(Phase(round.phase)) + 1]


def what_is_missing(round: Round, target: str, user: User | None = None) -> list[Any]:
    """What has to be done before the round may enter a phase, in words; empty when nothing is.

    For a `user` the products that a conflict hides from that person are not counted.
    """
    rows = round.entrants.visible_to(user) if user else round.entrants.all()
    checks: dict[str, Callable[[Round, EntrantQuerySet], list[Any]]] = {
        Phase.DOCUMENTS: _before_documents,
        Phase.SAMPLES: _before_samples,
        Phase.SCORING: _before_scoring,
        Phase.RAKOR: _before_rakor,
    }
    return checks[target](round, rows)


def _before_documents(round: Round, rows: EntrantQuerySet) -> list[Any]:
    return [] if rows.exists() else [_("No product has entered yet.")]


def _before_samples(round: Round, rows: EntrantQuerySet) -> list[Any]:
    waiting = rows.taking_part().exclude(state=EntrantState.COMPLETE).count()
    return [_("%(count)s products are not yet found complete or taken out.") % {"count": waiting}] if waiting else []


def _before_scoring(round: Round, rows: EntrantQuerySet) -> list[Any]:
    missing = _before_samples(round, rows)
    seats = set(round.members.filter(ended_at=None).values_list("role", flat=True))
    if PanelRole.CHAIR not in seats:
        missing.append(_("The panel has no chair."))
    bare = rows.taking_part().filter(~Exists(Sheet.objects.reviews().filter(entrant=OuterRef("pk")))).count()
    if bare:
        missing.append(_("%(count)s products have no reviewer. Draw the reviewers first.") % {"count": bare})
    return missing


def _before_rakor(round: Round, rows: EntrantQuerySet) -> list[Any]:
    """Until the closing day every sheet has to be sent; after it the Rakor goes on with those that were."""
    if timezone.localdate() > round.scoring_closes_on:
        return []
    waiting = Sheet.objects.reviews().filter(entrant__in=rows.taking_part(), state=SheetState.OPEN).count()
    words = _("%(count)s sheets are not sent, and scoring is open until %(day)s.")
    return [words % {"count": waiting, "day": date_long(round.scoring_closes_on)}] if waiting else []


def _agenda_of_few(round: Round) -> None:
    """Products with fewer sheets than the round asks for go on the agenda."""
    sent = Count("sheets", filter=Q(sheets__kind="review", sheets__state=SheetState.SUBMITTED))
    few = round.entrants.taking_part().annotate(sent=sent).filter(sent__lt=round.reviewers_per_product)
    items = [AgendaItem(entrant=entrant, reason=AgendaReason.FEW_SHEETS) for entrant in few]
    AgendaItem.objects.bulk_create(items, ignore_conflicts=True)


@transaction.atomic
def extend(*, actor: User, round: Round, expected: int, closes_on: dt.date, reason: str) -> Round:
    """Move the closing day (WITA, until 23.59) of a round in scoring to a later day, with a reason everybody reads.

    Raises NotReady, Conflict, Refused.
    """
    fresh = locked(round.pk, expected)
    allowed = require(permissions.may_run(actor, fresh))
    if fresh.phase != Phase.SCORING:
        raise NotReady(_("Only scoring can be extended."))
    if closes_on < timezone.localdate() or closes_on <= fresh.scoring_closes_on:
        raise NotReady(_("Name a day after the present closing day, and not in the past."))
    if not reason.strip():
        raise NotReady(_("Write why; all reviewers read it."))
    detail = {"from": fresh.scoring_closes_on.isoformat(), "to": closes_on.isoformat()}
    fresh.scoring_closes_on = closes_on
    fresh.lock_version += 1
    fresh.save(update_fields=["scoring_closes_on", "lock_version"])
    events.record(round=fresh, kind="extended", actor=actor, mandate=allowed.mandate, comment=reason.strip(), detail=detail)
    return fresh
