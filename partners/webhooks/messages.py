"""What becomes of messages: written, delivered, tried again, given up, asked for again. The only writer of `WebhookMessage.state`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.tasks import enqueue
from partners.models import Webhook, WebhookMessage
from partners.states import TRIED_FOR, MessageState

from .events import PING, News

# How long to wait after the first, second ... failed attempt; the last one stands for all that follow.
WAITS = (*(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)), dt.timedelta(hours=6))
DELIVER, DELIVER_PING = "partners.webhooks.delivery.deliver", "partners.webhooks.delivery.deliver_ping"


def retry_at(message: WebhookMessage, *, attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many attempts; None once three days are over, at the end of which lies the last attempt."""
    last = message.asked_at + TRIED_FOR
    return None if now >= last else min(now + WAITS[min(attempts, len(WAITS)) - 1], last)


def write(told: Iterable[tuple[Webhook, News]]) -> int:
    """Write a message for each pair, in the caller's transaction, and wake the delivery; one that stands already stays as it is.

    What a paused webhook misses is written as not delivered, so that a replay finds it.
    """
    pairs = list(told)
    rows = [_message(webhook, news) for webhook, news in pairs]
    WebhookMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    for webhook in {webhook for webhook, _news in pairs if _is_open(webhook)}:
        wake(webhook)
    return len(rows)


def _is_open(webhook: Webhook) -> bool:
    return not webhook.is_paused and webhook.partner.is_active


def _message(webhook: Webhook, news: News) -> WebhookMessage:
    now, key, is_open = timezone.now(), uuid.uuid4(), _is_open(webhook)
    body = {
        "id": str(key),
        "event": news.event,
        "created_at": timezone.localtime(now).isoformat(timespec="seconds"),
        "partner": webhook.partner.code,
        "data": news.data,
    }
    state = MessageState.WAITING if is_open else MessageState.FAILED
    fields = {"webhook": webhook, "event": news.event, "source": news.source, "body": body, "created_at": now, "asked_at": now}
    return WebhookMessage(key=key, state=state, next_at=now if is_open else None, **fields)


def write_ping(webhook: Webhook) -> WebhookMessage:
    """Write a test message and have it sent once; also to a paused webhook."""
    news = News(PING, f"{PING}:{uuid.uuid4()}", {"webhook": str(webhook.key), "portal": settings.SITE_NAME})
    message = _message(webhook, news)
    message.state, message.next_at = MessageState.WAITING, message.created_at
    message.save()
    enqueue(DELIVER_PING, message.pk, key=str(message.key))
    return message


def wake(webhook: Webhook) -> None:
    """Have what is due delivered once the transaction commits. The message itself says what is due: should asking fail, the sweep finds it.

    Not asked for within the transaction: two of them would wait for each other at the key of the job.
    """
    transaction.on_commit(partial(enqueue, DELIVER, webhook.pk, key=str(webhook.pk)), robust=True)


def delivered(message: WebhookMessage, *, now: dt.datetime) -> None:
    """The receiver took it. Also one that was given up meanwhile counts."""
    _set(message, MessageState.DELIVERED, next_at=None, delivered_at=now)


def not_taken(message: WebhookMessage, *, now: dt.datetime) -> bool:
    """The attempt failed: wait for the next one. True when there is none and the message is given up."""
    again = None if message.event == PING else retry_at(message, attempts=message.attempts + 1, now=now)
    state = MessageState.WAITING if again else MessageState.FAILED
    _set(message, state, next_at=again, delivered_at=None, only=MessageState.WAITING)
    return again is None


def _set(message: WebhookMessage, state: MessageState, *, only: str = "", **fields: object) -> None:
    rows = WebhookMessage.objects.filter(pk=message.pk, **({"state": only} if only else {}))
    rows.update(state=state, attempts=F("attempts") + 1, **fields)


def give_up(webhooks: Iterable[Webhook]) -> int:
    """What waits for webhooks that are paused, removed or of a partner switched off is not delivered; a replay brings it back."""
    waiting = WebhookMessage.objects.filter(webhook__in=webhooks, state=MessageState.WAITING).exclude(event=PING)
    return waiting.update(state=MessageState.FAILED, next_at=None)


def hurry(webhook: Webhook, *, now: dt.datetime) -> None:
    """The receiver answers again: what waits for a later attempt is due now."""
    webhook.messages.filter(state=MessageState.WAITING, next_at__gt=now).update(next_at=now)


def ask_again(webhook: Webhook, *, since: dt.datetime, until: dt.datetime) -> int:
    """Have the finished messages of a span of time delivered again under their ids; three days run anew. Returns how many."""
    now = timezone.now()
    rows = WebhookMessage.objects.filter(webhook=webhook).between(since, until)
    fresh = {"attempts": 0, "next_at": now, "asked_at": now, "delivered_at": None}
    count = rows.update(state=MessageState.WAITING, **fresh)
    wake(webhook)
    return count
