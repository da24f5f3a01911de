"""What may happen to a catalogue entry after publication. The only writer of `CatalogueEntry.state`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from accounts.states import Action
from registry import catalogue, notices, permissions
from registry.errors import Conflict, NotReady
from registry.feed import record_change
from registry.models import CatalogueEntry, Product, SubmissionEvent
from registry.states import EntryState as E
from registry.states import SubmissionState
from registry.workflow import record_event

if TYPE_CHECKING:
    from accounts.models import Mandate, User


@dataclass(frozen=True)
class EntryStep:
    """One step of an entry's life: from where to where, who may, and whether it needs words."""

    sources: tuple[str, ...]
    target: str
    action: Action
    needs_reason: bool = False


STEPS: dict[str, EntryStep] = {
    "suspend": EntryStep((E.LISTED, E.PAUSED, E.CEASED), E.SUSPENDED, Action.ENTRY_SUSPEND, needs_reason=True),
    "resume": EntryStep((E.SUSPENDED,), E.LISTED, Action.ENTRY_SUSPEND),
    "withdraw": EntryStep((E.LISTED, E.PAUSED, E.CEASED, E.SUSPENDED), E.WITHDRAWN, Action.ENTRY_SUSPEND, needs_reason=True),
    "restore": EntryStep((E.WITHDRAWN,), E.LISTED, Action.ENTRY_SUSPEND),
    "pause": EntryStep((E.LISTED,), E.PAUSED, Action.ENTRY_CEASE),
    "cease": EntryStep((E.LISTED, E.PAUSED), E.CEASED, Action.ENTRY_CEASE),
    "continue": EntryStep((E.PAUSED, E.CEASED), E.LISTED, Action.ENTRY_CEASE),
}


def available(user: User, entry: CatalogueEntry) -> list[str]:
    """The steps the user may take with this entry now."""
    return [name for name, step in STEPS.items() if entry.state in step.sources and permissions.may_on_entry(user, step.action, entry)]


@transaction.atomic
def change_entry(*, actor: User, entry: CatalogueEntry, name: str, reason: str = "", review_on: dt.date | None = None) -> CatalogueEntry:
    """Take one step of an entry's life, logged with the product's submission and in the change feed.

    Raises Refused, Conflict when the state has moved, NotReady when a reason or (for a suspension) a review day is missing.
    """
    step = STEPS[name]
    # The product first, as the workflow does: its history and notices, written below, wait for whoever holds it.
    Product.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.product_id)
    fresh = CatalogueEntry.objects.select_for_update(of=("self",)).select_related("product__producer").get(pk=entry.pk)
    allowed = require(permissions.may_on_entry(actor, step.action, fresh))
    if fresh.state not in step.sources:
        raise Conflict(_("Its state is now “%(state)s”.") % {"state": fresh.get_state_display()}, current=fresh)
    _check_words(step, reason, review_on)
    former, fresh.state = fresh.state, step.target
    fresh.state_reason, fresh.review_on = reason.strip(), review_on
    fresh.changed_at = fresh.state_since = timezone.now()
    # Only what is written here: the rest was frozen when it was published, empty lists included.
    fresh.full_clean(exclude={field.name for field in fresh._meta.fields} - {"state", "state_reason", "review_on"})
    fresh.save(update_fields=["state", "state_reason", "state_since", "review_on", "changed_at"])
    catalogue.show_images(fresh)
    _log(fresh, actor, allowed.mandate, name, former)
    return fresh


def _check_words(step: EntryStep, reason: str, review_on: dt.date | None) -> None:
    if step.needs_reason and not reason.strip():
        raise NotReady(_("Write the reason; the producer reads it."))
    if step.target == E.SUSPENDED and (review_on is None or review_on <= timezone.localdate()):
        raise NotReady(_("Name a day after today on which the suspension is looked at again."))


def _log(entry: CatalogueEntry, actor: User, mandate: Mandate | None, name: str, former: str) -> SubmissionEvent:
    submission = entry.product.submissions.get(state=SubmissionState.PUBLISHED)
    detail = {"entry_from": former, "entry_to": entry.state, "review_on": entry.review_on and entry.review_on.isoformat()}
    event = record_event(submission=submission, actor=actor, mandate=mandate, transition=name, comment=entry.state_reason, detail=detail)
    if name in notices.WORDS:
        notices.tell_producer(entry.product.producer, kind=name, product=entry.product)
    record_change(kind=name, subject_kind="product", subject_code=entry.code)
    return event
