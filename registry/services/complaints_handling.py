"""Closing a report about a product. The reporter stays hidden from the producer in every outcome."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Answer, require
from accounts.states import Action
from registry import notices, permissions
from registry.errors import Conflict, NotReady
from registry.models import Complaint
from registry.states import ComplaintOutcome as O
from registry.states import EntryState

from .entries import change_entry

if TYPE_CHECKING:
    from accounts.models import User

# The step of the entry that goes with an outcome, and the state in which it is already there.
_ENTRY_STEPS = {O.SUSPENDED: ("suspend", EntryState.SUSPENDED), O.WITHDRAWN: ("withdraw", EntryState.WITHDRAWN)}


def may_handle(user: User, complaint: Complaint) -> Answer:
    """Whether the user answers reports about this product: officers of its area, never the producer itself."""
    return permissions.may_on_entry(user, Action.COMPLAINT_HANDLE, complaint.entry)


def outcomes_for(user: User, complaint: Complaint) -> dict[str, Answer]:
    """The answer for every outcome: suspending and withdrawing also need the right over the entry."""
    handle = may_handle(user, complaint)
    hide = permissions.may_on_entry(user, Action.ENTRY_SUSPEND, complaint.entry)
    return {outcome: (hide if handle and outcome in _ENTRY_STEPS else handle) for outcome in O.values}


@transaction.atomic
def handle_complaint(
    *, actor: User, complaint: Complaint, outcome: str, answer: str, to_producer: str = "", review_on: dt.date | None = None
) -> Complaint:
    """Close a report with an outcome and an answer the reporter reads; a suspension needs a review day.

    `to_producer` is what the producer reads (for a correction, and as the reason of a suspension or withdrawal).
    Raises Refused, Conflict when it is already closed, NotReady when words or a day are missing.
    """
    fresh = Complaint.objects.select_for_update(of=("self",)).select_related("entry__product__producer").get(pk=complaint.pk)
    require(outcomes_for(actor, fresh)[outcome])
    if fresh.outcome:
        words = _("It is already closed: %(outcome)s.") % {"outcome": fresh.get_outcome_display()}
        raise Conflict(words, current=fresh)
    if not answer.strip():
        raise NotReady(_("Write an answer for the person who reported it."))
    if outcome != O.ANSWERED and not to_producer.strip():
        raise NotReady(_("Write what the producer should know or mend. Do not name who reported it."))
    fresh.outcome, fresh.answer = outcome, answer.strip()
    fresh.handled_by, fresh.handled_at = actor, timezone.now()
    fresh.full_clean(exclude=["entry"])
    fresh.save(update_fields=["outcome", "answer", "handled_by", "handled_at"])
    _carry_out(actor, fresh, to_producer.strip(), review_on)
    return fresh


def _carry_out(actor: User, complaint: Complaint, words: str, review_on: dt.date | None) -> None:
    entry, product = complaint.entry, complaint.entry.product
    if complaint.outcome == O.CORRECTION:
        notices.tell_producer(product.producer, kind="correction_asked", product=product, note=words)
    step, there = _ENTRY_STEPS.get(O(complaint.outcome), ("", ""))
    if step and entry.state != there:
        change_entry(actor=actor, entry=entry, name=step, reason=words, review_on=review_on)
