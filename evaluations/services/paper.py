"""Sheets filled in on paper: the secretary enters them for the reviewer, marked as such on the sheet and in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, permissions
from evaluations.errors import NotReady
from evaluations.models import Entrant, Round, Sheet
from evaluations.states import SheetKind, SheetState

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def start_paper(*, actor: User, sheet: Sheet) -> Sheet:
    """Open a reviewer's sheet for entering what stands on paper; asked twice is asked once.

    Only those who run the round, without a conflict; only a sheet nobody has written in. Raises Refused, NotReady.
    """
    round = Round.objects.select_for_update(of=("self",)).get(pk=sheet.entrant.round_id)
    Entrant.objects.select_for_update(of=("self",)).get(pk=sheet.entrant_id)
    row = Sheet.objects.select_for_update(of=("self",)).select_related("entrant__round").get(pk=sheet.pk)
    allowed = require(permissions.may_run(actor, round))
    require(permissions.CONFLICT if permissions.has_conflict(actor, row.entrant) else allowed)
    if row.is_paper:
        return row
    if row.kind != SheetKind.REVIEW or row.state != SheetState.OPEN or row.touched_at is not None:
        raise NotReady(_("The reviewer has already written in this sheet, so it is not entered from paper."))
    require(permissions.is_writable(row))
    row.is_paper, row.entered_by = True, actor
    row.save(update_fields=["is_paper", "entered_by"])
    detail = {"sheet": str(row.key), "reviewer": row.reviewer_id}
    events.record(round=round, entrant=row.entrant, kind="paper_entered", actor=actor, mandate=allowed.mandate, detail=detail)
    return row
