"""The background work of webhooks: one job at a time for each works through what is due and notes how it went.

The lease on the webhook's row (`held_until`) says who is at it. A worker that dies leaves the message as it was: once the lease runs
out somebody delivers it, under the same id. After a failure the whole webhook rests for a while, so that a receiver that is down or
slow costs one attempt now and then instead of one for each message.
"""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.api.render import dumps
from partners.models import Webhook, WebhookAttempt, WebhookMessage
from partners.sealing import InvalidToken, unseal
from partners.states import AttemptError, MessageState, PauseReason

from . import messages
from .post import Answer, post
from .signing import signature

logger = logging.getLogger("ovop.webhooks")

AT_ONCE = 20.0  # seconds a job goes on before others have their turn
LEASE = dt.timedelta(seconds=60)  # more than a job and its last attempt take
RESTS = tuple(dt.timedelta(seconds=seconds) for seconds in (30, 60, 300, 900))
USER_AGENT = "OVOP-NTT-Webhooks/1"
GONE = 410


def deliver_due() -> int:
    """Wake every webhook with something due: retries, and what a worker that died left behind. Returns how many."""
    found = list(Webhook.objects.with_due(timezone.now()))
    for webhook in found:
        messages.wake(webhook)
    return len(found)


def deliver(webhook_id: int) -> int:
    """Deliver what is due for one webhook, one after the other, for a while. Returns how many attempts were made."""
    webhook = _hold(webhook_id)
    if webhook is None:
        return 0
    until, made, is_well = time.monotonic() + AT_ONCE, 0, True
    while is_well and time.monotonic() < until and (message := _next(webhook)):
        is_well = _attempt(message)
        made += 1
    _release(webhook, is_well)
    # Asked after the release: who came meanwhile found the webhook held and went away.
    if is_well and _next(webhook):
        messages.wake(webhook)
    return made


def deliver_ping(message_id: int) -> None:
    """Send a test message, once; it neither waits for others nor counts as a failure of the webhook."""
    found = WebhookMessage.objects.select_related("webhook__partner").filter(pk=message_id, state=MessageState.WAITING)
    for message in found.filter(webhook__removed_at=None, webhook__partner__is_active=True):
        answer = send(message)
        with transaction.atomic():
            _note(message, answer, timezone.now())


def _hold(webhook_id: int) -> Webhook | None:
    """The webhook under a lease of ours; None while somebody else is at it, it rests, or it is paused."""
    now = timezone.now()
    if not Webhook.objects.free(now).filter(pk=webhook_id).update(held_until=now + LEASE):
        return None
    return Webhook.objects.get(pk=webhook_id)


def _next(webhook: Webhook) -> WebhookMessage | None:
    """The message that is due the longest, with its webhook as it stands now."""
    return WebhookMessage.objects.filter(webhook=webhook).due(timezone.now()).select_related("webhook__partner").first()


def _release(webhook: Webhook, is_well: bool) -> None:
    """Give the lease back, or rest after a failure; one that was lost is somebody else's."""
    rest = None
    if not is_well:
        failures = Webhook.objects.values_list("failures", flat=True).get(pk=webhook.pk)
        rest = timezone.now() + RESTS[min(max(failures, 1), len(RESTS)) - 1]
    Webhook.objects.filter(pk=webhook.pk, held_until=webhook.held_until).update(held_until=rest)


def _attempt(message: WebhookMessage) -> bool:
    """One attempt, noted in one transaction after it; True when the receiver took the message."""
    answer = send(message)
    now = timezone.now()
    with transaction.atomic():
        locked = Webhook.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.webhook_id)
        is_given_up = _note(message, answer, now)
        if answer.is_good:
            _well(locked, now)
        else:
            _failing(locked, message, answer, now, is_given_up=is_given_up)
    return answer.is_good


def _note(message: WebhookMessage, answer: Answer, now: dt.datetime) -> bool:
    """Write the attempt down; True when the message is given up."""
    told = {"status": answer.status, "answer": answer.text, "error": answer.error, "milliseconds": answer.milliseconds}
    WebhookAttempt.objects.create(message=message, at=now, **told)
    if answer.is_good:
        messages.delivered(message, now=now)
        return False
    return messages.not_taken(message, now=now)


def _well(webhook: Webhook, now: dt.datetime) -> None:
    if webhook.failing_since is not None:
        messages.hurry(webhook, now=now)
    webhook.failing_since, webhook.failures, webhook.last_delivered_at = None, 0, now
    webhook.save(update_fields=["failing_since", "failures", "last_delivered_at"])


def _failing(webhook: Webhook, message: WebhookMessage, answer: Answer, now: dt.datetime, *, is_given_up: bool) -> None:
    webhook.failing_since, webhook.failures = webhook.failing_since or now, webhook.failures + 1
    webhook.save(update_fields=["failing_since", "failures"])
    if answer.status == GONE:
        pause_by_itself(webhook, PauseReason.GONE)
    elif is_given_up and not _took_any_since(webhook, message.asked_at):
        pause_by_itself(webhook, PauseReason.FAILING)


def _took_any_since(webhook: Webhook, moment: dt.datetime) -> bool:
    """Whether anything was delivered while this message was tried for three days."""
    return webhook.last_delivered_at is not None and webhook.last_delivered_at >= moment


def pause_by_itself(webhook: Webhook, reason: PauseReason) -> None:
    """Stop telling a receiver that does not listen; the partner's page, the staff area and the API say so."""
    if webhook.is_paused:
        return
    webhook.paused_at, webhook.pause_reason = timezone.now(), reason
    webhook.save(update_fields=["paused_at", "pause_reason"])
    messages.give_up([webhook])
    logger.warning("webhook paused", extra={"webhook": str(webhook.key), "reason": reason.value})


def send(message: WebhookMessage) -> Answer:
    """The message as it goes out, signed now."""
    body, at = dumps(message.body), int(time.time())
    try:
        known = secrets_of(message.webhook)
    except InvalidToken:
        return Answer(error=AttemptError.SECRET)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Ovop-Event": message.event,
        "Ovop-Delivery": str(message.key),
        "Ovop-Signature": signature(known, body, at=at),
    }
    return post(message.webhook.url, body, headers)


def secrets_of(webhook: Webhook) -> list[str]:
    """The secret, and the former one for a day after the change."""
    is_both = webhook.former_until is not None and timezone.now() < webhook.former_until
    return [unseal(webhook.secret), *([unseal(webhook.former_secret)] if is_both else [])]


def forget_old() -> dict[str, int]:
    """Delete finished messages of more than 30 days ago, removed webhooks whose log is gone, and secrets that sign no more."""
    former = Webhook.objects.filter(Q(former_until__lte=timezone.now()))
    return {
        "messages": WebhookMessage.objects.outdated().delete()[0],
        "webhooks": Webhook.objects.emptied().delete()[0],
        "secrets": former.update(former_secret="", former_until=None),
    }
