"""Visits to makers by officers of the area: what they saw, with photos. Evidence beside the criteria judged by a visit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, permissions
from evaluations.errors import NotReady
from evaluations.models import Entrant, Round, Visit
from evaluations.states import CLOSED_PHASES, EntrantState, Phase
from registry.services import images

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

MAX_PHOTOS = 6
VISITING = tuple(phase for phase in Phase if phase not in (*CLOSED_PHASES, Phase.RAKOR))


def note_visit(*, actor: User, entrant: Entrant, visited_on: dt.date, findings: str, uploads: Sequence[UploadedFile] = ()) -> Visit:
    """Note a visit until scoring ends: day, what was seen, at most six photos. Noted once, never changed.

    Raises NotReady (also for a photo that does not fit), Refused outside the own area and under a conflict of interest.
    """
    require(permissions.may_visit(actor, entrant))
    _check(entrant, visited_on, findings, uploads)
    receipts = [images.receive(upload=upload) for upload in uploads]
    with transaction.atomic():
        round = Round.objects.select_for_update(of=("self",)).get(pk=entrant.round_id)
        fresh = Entrant.objects.select_for_update(of=("self",)).get(pk=entrant.pk)
        allowed = require(permissions.may_visit(actor, fresh))
        if round.phase not in VISITING or fresh.state == EntrantState.OUT:
            raise NotReady(_("Visits are noted until scoring ends, for products that take part."))
        same = fresh.visits.filter(visited_by=actor, visited_on=visited_on, findings=findings.strip()).first()
        if same is not None:  # sent twice is noted once
            return same
        visit = Visit.objects.create(entrant=fresh, visited_on=visited_on, visited_by=actor, findings=findings.strip())
        visit.images.set([images.claim(actor=actor, receipt=receipt) for receipt in sorted(receipts, key=lambda one: one.sha256)])
        events.record(round=round, entrant=fresh, kind="visit_noted", actor=actor, mandate=allowed.mandate)
        return visit


def _check(entrant: Entrant, visited_on: dt.date, findings: str, uploads: Sequence[UploadedFile]) -> None:
    today = timezone.localdate()
    if not today - dt.timedelta(days=365) <= visited_on <= today:
        raise NotReady(_("A visit lies within the last year, not in the future."))
    if not findings.strip():
        raise NotReady(_("Write what you saw."))
    if len(uploads) > MAX_PHOTOS:
        raise NotReady(_("At most %(limit)s photos for one visit.") % {"limit": MAX_PHOTOS})
