"""Checking a submission: claiming it, marking fields, objecting to what was entered on behalf, telling the sender."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Denied, require
from accounts.states import Action, Role
from registry import permissions, snapshot
from registry.errors import NotReady
from registry.models import FieldFlag, Outreach, Submission, SubmissionEvent
from registry.queries.submissions import TOLD_TRANSITIONS
from registry.states import CLAIM_MINUTES, DESK_STATES
from registry.workflow import locked, record_event

if TYPE_CHECKING:
    from accounts.models import Mandate, User
    from registry.models import Contact


@transaction.atomic
def claim(*, actor: User, submission: Submission) -> Submission:
    """Say "I am checking it" for 30 minutes; saying it again prolongs. Refused while somebody else holds it."""
    fresh = locked(submission.pk)
    allowed = require(permissions.may_claim(actor, fresh))
    is_new = not permissions.holds_claim(actor, fresh)
    fresh.claimed_by, fresh.claimed_until = actor, timezone.now() + dt.timedelta(minutes=CLAIM_MINUTES)
    fresh.save(update_fields=["claimed_by", "claimed_until"])
    if is_new:
        record_event(submission=fresh, actor=actor, mandate=allowed.mandate, transition="claim")
    return fresh


@transaction.atomic
def release(*, actor: User, submission: Submission) -> Submission:
    """Give an own claim back; releasing what one does not hold changes nothing."""
    fresh = locked(submission.pk)
    if permissions.holds_claim(actor, fresh):
        fresh.claimed_by = fresh.claimed_until = None
        fresh.save(update_fields=["claimed_by", "claimed_until"])
        record_event(submission=fresh, actor=actor, mandate=None, transition="release")
    return fresh


@transaction.atomic
def mark_field(*, actor: User, submission: Submission, field: str, reason: str, note: str = "") -> FieldFlag:
    """Mark one field or photo of the version on the desk; marking it again changes reason and note.

    Raises Refused without a claim, NotReady for a field the version does not have.
    """
    fresh = _on_own_desk(actor, submission)
    if field not in dict(snapshot.visible_fields(fresh.sent_version.snapshot)):
        raise NotReady(_("This part is not in the version that was sent."))
    flag = fresh.flags.filter(version_id=fresh.current_version_id, field=field).first()
    flag = flag or FieldFlag(submission=fresh, version=fresh.sent_version, field=field)
    flag.reason, flag.note, flag.raised_by = reason, note, actor
    flag.full_clean()
    flag.save()
    return flag


@transaction.atomic
def unmark_field(*, actor: User, submission: Submission, field: str) -> Submission:
    """Take a mark back before it was sent; a field without a mark stays as it is."""
    fresh = _on_own_desk(actor, submission)
    fresh.flags.filter(version_id=fresh.current_version_id, field=field, sent_at=None).delete()
    return fresh


def _on_own_desk(actor: User, submission: Submission) -> Submission:
    fresh = locked(submission.pk)
    require(permissions.may_decide(actor, fresh))
    require(permissions.holds_claim(actor, fresh))
    fresh.claimed_until = timezone.now() + dt.timedelta(minutes=CLAIM_MINUTES)
    fresh.save(update_fields=["claimed_until"])
    return fresh


@transaction.atomic
def answer_flag(*, actor: User, flag: FieldFlag, reply: str) -> FieldFlag:
    """Answer a mark in words instead of changing the field ("it is right, because …")."""
    fresh = locked(flag.submission_id)
    require(permissions.may_write(actor, fresh.product))
    writable = permissions.is_writable(fresh)
    if isinstance(writable, Denied):
        raise NotReady(writable.reason)
    mine = FieldFlag.objects.get(pk=flag.pk)
    mine.reply = reply
    mine.full_clean()
    mine.save()
    return mine


@transaction.atomic
def object_to_entry(*, actor: User, submission: Submission, words: str) -> Submission:
    """The head objects to what was sent on the head's behalf: it cannot be accepted or published until it comes back."""
    fresh = locked(submission.pk)

    def is_head(mandate: Mandate) -> bool:
        return mandate.role == Role.PRODUCER_HEAD

    allowed = require(permissions.may_on_producer(actor, Action.SUBMISSION_SEND, fresh.product.producer, also=is_head))
    if not fresh.on_behalf or fresh.state not in DESK_STATES:
        raise NotReady(_("There is nothing to object to here: it was not sent on your behalf, or it is already decided."))
    if not words.strip():
        raise NotReady(_("Write what is not right."))
    fresh.objection = words
    fresh.full_clean(exclude=["product"])
    fresh.save(update_fields=["objection"])
    record_event(submission=fresh, actor=actor, mandate=allowed.mandate, transition="object", comment=words)
    return fresh


@transaction.atomic
def record_outreach(
    *, actor: User, event: SubmissionEvent, channel: str, told: Contact | None = None, told_user: User | None = None
) -> Outreach:
    """Record who told the sender of a decision, whom and how; telling twice keeps the first record.

    Raises Refused outside the actor's area, NotReady for an event that is no decision.
    """
    fresh = locked(event.submission_id)
    require(permissions.may_on_producer(actor, Action.SUBMISSION_VERIFY, fresh.product.producer))
    if event.transition not in TOLD_TRANSITIONS:
        raise NotReady(_("Only decisions are told to the sender."))
    outreach, _made = Outreach.objects.get_or_create(
        event=event, defaults={"told_by": actor, "channel": channel, "told": told, "told_user": told_user}
    )
    return outreach
