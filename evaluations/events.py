"""The one way a line gets into a round's log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.middleware import request_id_var

from .models import RoundLogEntry

if TYPE_CHECKING:
    from accounts.models import Mandate, User

    from .models import Entrant, Round

# What happened, in words for the screen. A kind without words is a programming error (tests/evaluations/test_events.py).
WORDS: dict[str, str | Promise] = {
    "round_opened": _("Round opened"),
    "round_changed": _("Settings of the round changed"),
    "phase": _("Phase changed"),
    "extended": _("Closing day moved"),
    "reminded": _("Reminder sent"),
    "entrant_added": _("Product entered"),
    "documents_lacking": _("Documents are lacking"),
    "documents_complete": _("Documents complete"),
    "entrant_out": _("Taken out of the round"),
    "entrant_back": _("Back in the round"),
    "calibration_set": _("Chosen as a common sample product"),
    "sample_asked": _("Sample asked for"),
    "sample_received": _("Sample received"),
    "sample_missing": _("Sample not received"),
    "session_planned": _("Tasting session planned"),
    "visit_noted": _("Visit noted"),
    "member_added": _("Person joined the panel"),
    "member_changed": _("Seat on the panel changed"),
    "member_ended": _("Person left the panel"),
    "conflict_declared": _("Conflict of interest declared"),
    "conflict_found": _("Conflict of interest found, the sheet does not count"),
    "sheet_voided": _("A sheet does not count any more"),
    "recused": _("Reviewer stepped back"),
    "drawn": _("Reviewers drawn"),
    "redrawn": _("Reviewers drawn anew, untouched sheets only"),
    "substituted": _("Substitute named"),
    "extra_reviewer": _("One more reviewer because of the spread"),
    "sheet_sent": _("Sheet sent"),
    "sheet_reopened": _("Sheet opened again"),
    "paper_entered": _("Paper sheet entered"),
    "evidence_asked": _("Evidence asked for"),
    "evidence_answered": _("Evidence answered"),
    "on_agenda": _("Put on the agenda of the Rakor"),
    "meeting_planned": _("Rakor planned"),
    "meeting_closed": _("Rakor closed"),
    "decided": _("Decided by the panel"),
    "follow_up": _("Follow-up noted"),
    "follow_up_settled": _("Follow-up changed"),
    "closed": _("Round closed"),
    "reopened": _("Round opened again"),
    "decreed": _("Decree entered"),
    "decree_revoked": _("Decree revoked"),
    "appeal_raised": _("Producer objected"),
    "appeal_answered": _("Objection answered"),
}


def record(
    *,
    round: Round,
    kind: str,
    actor: User | None,
    mandate: Mandate | None = None,
    entrant: Entrant | None = None,
    comment: str = "",
    detail: dict[str, Any] | None = None,
) -> RoundLogEntry:
    """Write one line of the log, inside the transaction of what it tells."""
    return RoundLogEntry.objects.create(
        round=round,
        entrant=entrant,
        kind=kind,
        actor=actor,
        mandate=mandate,
        comment=comment,
        detail=detail or {},
        request_id=request_id_var.get(),
    )
