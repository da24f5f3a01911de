"""The register of physical samples and the sessions at which they are judged. The only writer of `Sample.state`."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, permissions
from evaluations.errors import NotReady
from evaluations.models import Criterion, Entrant, Round, Sample, TastingSession
from evaluations.states import EntrantState, JudgedBy, Phase, SampleState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from accounts.permissions import Allowed

HANDLING = (Phase.DOCUMENTS, Phase.SAMPLES, Phase.SCORING)
_DIGITS = (900, 9_000, 90_000)  # how many numbers of three, four and five digits there are


def judged_by_sample(round: Round, rows: QuerySet[Entrant]) -> QuerySet[Entrant]:
    """Those of these products whose instrument has a criterion that is judged by a sample."""
    criteria = Criterion.objects.filter(judged_by=JudgedBy.SAMPLE, section__instrument__in=round.families.values("instrument"))
    wanted = Q(pk__in=[])
    for instrument, family in criteria.values_list("section__instrument", "section__family").distinct():
        wanted |= Q(instrument=instrument, family=family) if family else Q(instrument=instrument)
    return rows.filter(wanted)


@transaction.atomic
def ask_samples(*, actor: User, round: Round, entrants: Iterable[Entrant]) -> int:
    """Ask for a sample of each of these products; each gets a blind number drawn by lot, once in the round.

    Those asked before, out, or hidden from the actor are left as they are. Returns how many were asked for. Raises
    NotReady outside the phases of samples, Refused.
    """
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    allowed = require(permissions.may_run(actor, fresh))
    _check_phase(fresh)
    rows = fresh.entrants.visible_to(actor).filter(pk__in=[entrant.pk for entrant in entrants], sample=None)
    picked = list(rows.exclude(state=EntrantState.OUT))
    numbers = _blind_numbers(fresh, len(picked))
    Sample.objects.bulk_create(
        Sample(round=fresh, entrant=entrant, blind_number=number) for entrant, number in zip(picked, numbers, strict=True)
    )
    for entrant in picked:
        events.record(round=fresh, entrant=entrant, kind="sample_asked", actor=actor, mandate=allowed.mandate)
    return len(picked)


def _check_phase(round: Round) -> None:
    if round.phase not in HANDLING:
        raise NotReady(_("Samples are handled from the check of documents until scoring ends."))


def _blind_numbers(round: Round, count: int) -> list[int]:
    """So many numbers nobody has in this round, by lot: their order tells nothing about the order of asking."""
    taken = set(round.samples.values_list("blind_number", flat=True))
    size = next((size for size in _DIGITS if len(taken) + count <= size // 2), _DIGITS[-1])
    first = size // 9
    free = [number for number in range(first, first + size) if number not in taken]
    return secrets.SystemRandom().sample(free, count)


def _locked(actor: User, sample: Sample) -> tuple[Sample, Allowed]:
    """The round, the product, then the sample, under lock; for those who run the round and may see the product."""
    round = Round.objects.select_for_update(of=("self",)).get(pk=sample.round_id)
    entrant = Entrant.objects.select_for_update(of=("self",)).select_related("round").get(pk=sample.entrant_id)
    allowed = require(permissions.may_handle(actor, entrant))
    _check_phase(round)
    fresh = Sample.objects.select_for_update(of=("self",)).select_related("entrant__round", "round").get(pk=sample.pk)
    return fresh, allowed


@transaction.atomic
def receive_sample(*, actor: User, sample: Sample, condition: str, received_on: dt.date | None = None) -> Sample:
    """Note that a sample came in, on which day and in what condition; a second note replaces the first. Raises NotReady, Refused."""
    fresh, allowed = _locked(actor, sample)
    day = received_on or timezone.localdate()
    if day > timezone.localdate() or day < fresh.asked_on:
        raise NotReady(_("A sample comes in on a day since it was asked for, and not in the future."))
    if not condition.strip():
        raise NotReady(_("Write in what condition the sample came in."))
    fresh.state, fresh.received_on, fresh.condition = SampleState.RECEIVED, day, condition.strip()
    fresh.save(update_fields=["state", "received_on", "condition"])
    detail = {"received_on": day.isoformat()}
    events.record(
        round=fresh.round,
        entrant=fresh.entrant,
        kind="sample_received",
        actor=actor,
        mandate=allowed.mandate,
        comment=fresh.condition,
        detail=detail,
    )
    return fresh


@transaction.atomic
def miss_sample(*, actor: User, sample: Sample, reason: str) -> Sample:
    """Note that a sample did not come in, and why: its criteria then follow the instrument's rule for what cannot be judged.

    One that was received stays so once products are being scored. Raises NotReady, Refused.
    """
    fresh, allowed = _locked(actor, sample)
    if fresh.state == SampleState.RECEIVED and fresh.round.phase == Phase.SCORING:
        raise NotReady(_("This sample came in and is being judged."))
    if not reason.strip():
        raise NotReady(_("Write why the sample did not come in."))
    fresh.state, fresh.received_on, fresh.condition, fresh.session = SampleState.MISSING, None, reason.strip(), None
    fresh.save(update_fields=["state", "received_on", "condition", "session"])
    events.record(
        round=fresh.round, entrant=fresh.entrant, kind="sample_missing", actor=actor, mandate=allowed.mandate, comment=fresh.condition
    )
    return fresh


@transaction.atomic
def plan_session(
    *, actor: User, round: Round, name: str, place: str, starts_at: dt.datetime, samples: Iterable[Sample] = ()
) -> TastingSession:
    """Plan a sitting at which these received samples are judged under their blind numbers. Raises NotReady, Refused."""
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    allowed = require(permissions.may_run(actor, fresh))
    _check_phase(fresh)
    if not name.strip() or not place.strip():
        raise NotReady(_("A session has a name and a place."))
    session = TastingSession.objects.create(round=fresh, name=name.strip(), place=place.strip(), starts_at=starts_at)
    rows = fresh.samples.for_user(actor).filter(pk__in=[sample.pk for sample in samples], state=SampleState.RECEIVED)
    Sample.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(session=session)
    events.record(round=fresh, kind="session_planned", actor=actor, mandate=allowed.mandate, comment=session.name)
    return session
