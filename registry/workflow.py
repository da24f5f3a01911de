"""The submission workflow: one table of transitions, `available()` and `apply()`. The only writer of `Submission.state`.

Every transition runs under a row lock and in one transaction: permission, source state, expected version, guards,
effect, write, event. What leaves the process runs after commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied, require
from accounts.states import Action
from common.middleware import request_id_var

from . import effects, guards, permissions
from .announcing import announce_submission
from .errors import Conflict, NotReady
from .guards import Guard
from .models import Product, Submission, SubmissionEvent
from .states import PARTICIPATION_EVENTS
from .states import SubmissionState as S

if TYPE_CHECKING:
    from accounts.models import Mandate, User


@dataclass(frozen=True)
class Transition:
    """One row of the workflow: from where to where, who may, what must hold, and what it does besides."""

    name: str
    words: str | Promise
    sources: tuple[str, ...]
    target: str
    permission: Callable[[User, Submission], Answer]
    guards: tuple[Guard, ...] = ()
    effect: Callable[[effects.Act], None] = effects.nothing
    after: Callable[[effects.Act], None] = effects.nothing
    needs_input: tuple[Guard, ...] = field(default=())  # guards on what is typed with the decision


TRANSITIONS: dict[str, Transition] = {
    row.name: row
    for row in (
        Transition(
            "submit",
            _("Send"),
            (S.DRAFT, S.RETURNED),
            S.SUBMITTED,
            permissions.may_send,
            (guards.is_complete, guards.photos_fit, guards.flags_answered),
            effects.freeze_version,
            effects.tell_desk,
            (guards.declaration_accepted,),
        ),
        Transition(
            "recall",
            _("Take back"),
            (S.SUBMITTED,),
            S.DRAFT,
            permissions.may_take_back,
            (guards.is_unclaimed,),
            effects.leave_desk,
        ),
        Transition("cancel", _("Cancel this product"), (S.DRAFT, S.RETURNED), S.CANCELLED, permissions.may_take_back),
        Transition(
            "verify",
            _("Accept"),
            (S.SUBMITTED,),
            S.VERIFIED,
            permissions.may_verify,
            (guards.is_claimed, guards.nothing_flagged, guards.no_objection, guards.photos_ready),
            effects.to_publisher,
            effects.tell_publishers,
        ),
        Transition(
            "return",
            _("Send back"),
            (S.SUBMITTED, S.VERIFIED),
            S.RETURNED,
            permissions.may_decide,
            (guards.is_claimed,),
            effects.send_flags,
            effects.tell_sender,
            (guards.has_flag_or_comment,),
        ),
        Transition(
            "reject",
            _("Reject"),
            (S.SUBMITTED, S.VERIFIED),
            S.REJECTED,
            permissions.may_decide,
            (guards.is_claimed,),
            effects.leave_desk,
            effects.tell_sender,
            (guards.has_reason,),
        ),
        Transition(
            "publish",
            _("Publish"),
            (S.VERIFIED,),
            S.PUBLISHED,
            permissions.may_publish,
            (guards.is_claimed, guards.nothing_flagged, guards.no_objection, guards.photos_ready, guards.place_is_exact),
            effects.supersede_former,
            effects.put_in_catalogue,
        ),
    )
}


def answer(user: User, submission: Submission, name: str) -> Answer:
    """Whether the user may take this step now, apart from what is typed with it; `Denied` says why not."""
    row = TRANSITIONS[name]
    if submission.state not in row.sources:
        return Denied(_("This step is not possible while the state is “%(state)s”.") % {"state": submission.get_state_display()})
    allowed = row.permission(user, submission)
    if not allowed:
        return allowed
    for guard in row.guards:
        met = guard(user, submission, {})
        if not met:
            return met
    return allowed


def available(user: User, submission: Submission) -> dict[str, Answer]:
    """The answer for every step that starts in the present state: what the buttons show, with the reason where not."""
    return {name: answer(user, submission, name) for name, row in TRANSITIONS.items() if submission.state in row.sources}


def locked(submission_pk: int) -> Submission:
    """The submission under lock. The product is locked first, everywhere, so that two steps cannot wait for each other."""
    product_id = Submission.objects.values_list("product_id", flat=True).get(pk=submission_pk)
    Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product_id)
    rows = Submission.objects.select_for_update(of=("self",)).select_related("product__producer__region", "current_version", "claimed_by")
    return rows.get(pk=submission_pk)


@transaction.atomic
def apply(*, actor: User, submission: Submission, name: str, expected: int, comment: str = "", **detail: Any) -> Submission:
    """Take one step and return the submission as it then stands.

    Raises Refused (not allowed), Conflict (somebody was faster: the version is not `expected`), NotReady (a guard).
    """
    row = TRANSITIONS[name]
    fresh = locked(submission.pk)
    allowed = _check(row, actor, fresh, expected, detail | {"comment": comment})
    act = effects.Act(actor, allowed.mandate, fresh, row.name, comment, detail)
    from_state, fresh.state = fresh.state, row.target
    row.effect(act)
    fresh.claimed_by = fresh.claimed_until = fresh.head_asked_at = fresh.head_asked_by = None
    fresh.lock_version += 1
    fresh.changed_at = act.at
    fresh.save()
    act.event = _record(act, from_state)
    row.after(act)
    return fresh


def _check(row: Transition, actor: User, fresh: Submission, expected: int, typed: dict[str, Any]) -> Allowed:
    """The whole check under the lock; the mandate of the answer goes into the event."""
    allowed = row.permission(actor, fresh)
    # Whoever may see the product hears who was faster, also when the step taken left the own desk.
    may_know = allowed or permissions.may_on_producer(actor, Action.PRODUCER_VIEW, fresh.product.producer)
    if may_know and (fresh.lock_version != expected or fresh.state not in row.sources):
        raise Conflict(_stale_words(fresh), current=fresh)
    require(allowed)
    for guard in (*row.guards, *row.needs_input):
        met = guard(actor, fresh, typed)
        if isinstance(met, Denied):
            raise NotReady(met.reason)
    return require(allowed)


def _stale_words(fresh: Submission) -> str:
    last = fresh.events.exclude(transition__in=PARTICIPATION_EVENTS).select_related("actor").last()
    if last is None or last.actor is None:
        return str(_("It was changed meanwhile. Its state is now “%(state)s”.") % {"state": fresh.get_state_display()})
    at = timezone.localtime(last.at)
    words = _("%(name)s was faster at %(time)s: the state is now “%(state)s”.")
    return str(words % {"name": last.actor, "time": f"{at:%H.%M}", "state": fresh.get_state_display()})


def _record(act: effects.Act, from_state: str) -> SubmissionEvent:
    return record_event(
        submission=act.submission,
        actor=act.actor,
        mandate=act.mandate,
        transition=act.name,
        from_state=from_state,
        comment=act.comment,
        detail=act.noted,
    )


def record_event(
    *,
    submission: Submission,
    actor: User | None,
    mandate: Mandate | None,
    transition: str,
    from_state: str = "",
    comment: str = "",
    detail: dict[str, Any] | None = None,
) -> SubmissionEvent:
    """Write one line of the submission's history, and tell partners of it; steps without a change of state leave `from_state` empty."""
    event = SubmissionEvent.objects.create(
        submission=submission,
        actor=actor,
        mandate=mandate,
        transition=transition,
        from_state=from_state,
        to_state=submission.state if from_state else "",
        comment=comment,
        version_id=submission.current_version_id,
        detail=detail or {},
        request_id=request_id_var.get(),
    )
    announce_submission(event)
    return event
