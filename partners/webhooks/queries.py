"""Reads of webhooks, their messages and the attempts to deliver them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Q
from django.utils import timezone

from partners.queries import OfProvinceQuerySet
from partners.states import BY_ITSELF, MESSAGES_KEPT, MessageState

from .events import PING

if TYPE_CHECKING:
    from partners.models import Partner


class WebhookQuerySet(OfProvinceQuerySet):
    def kept_by(self, partner: Partner) -> Self:
        """The webhooks of one partner, those removed left out."""
        return self.filter(partner=partner, removed_at=None).select_related("partner").order_by("pk")

    def hearing(self) -> Self:
        """Every webhook for which messages are written, paused ones too: what they miss can be replayed."""
        return self.filter(removed_at=None).select_related("partner")

    def of_service_users(self, users: Iterable[int]) -> Self:
        """Those of the partners with these service accounts."""
        return self.hearing().filter(partner__service_user__in=users, partner__is_active=True)

    def free(self, now: dt.datetime) -> Self:
        """Those that may be delivered to: not paused, of an active partner, and nobody is at it or rests after a failure."""
        free = Q(held_until=None) | Q(held_until__lte=now)
        return self.filter(free, paused_at=None, removed_at=None, partner__is_active=True)

    def with_due(self, now: dt.datetime) -> Self:
        """Free ones with a message that is due."""
        due = Q(messages__state=MessageState.WAITING, messages__next_at__lte=now) & ~Q(messages__event=PING)
        return self.free(now).filter(due).distinct()

    def with_waiting(self) -> Self:
        """With how many messages wait."""
        return self.annotate(waiting=Count("messages", filter=Q(messages__state=MessageState.WAITING)))

    def paused_by_itself(self) -> Self:
        """Those that need somebody: paused because nothing could be delivered."""
        return self.filter(pause_reason__in=BY_ITSELF, removed_at=None, partner__is_active=True)

    def emptied(self) -> Self:
        """Removed ones whose log is gone."""
        return self.filter(removed_at__lt=timezone.now() - MESSAGES_KEPT, messages=None)


class MessageQuerySet(OfProvinceQuerySet):
    def due(self, now: dt.datetime) -> Self:
        """What is to be delivered now, the longest due first; pings have a job of their own."""
        open_ones = Q(webhook__paused_at=None, webhook__removed_at=None, webhook__partner__is_active=True)
        return self.filter(open_ones, state=MessageState.WAITING, next_at__lte=now).exclude(event=PING).order_by("next_at", "pk")

    def sent_to(self, webhook: Any) -> Self:
        """The log of one webhook, newest first, with the attempts."""
        return self.filter(webhook=webhook).prefetch_related("tries").order_by("-pk")

    def between(self, since: dt.datetime, until: dt.datetime) -> Self:
        """Finished messages made in a span of time, which can be replayed."""
        return self.filter(created_at__gte=since, created_at__lte=until).exclude(state=MessageState.WAITING).exclude(event=PING)

    def outdated(self) -> Self:
        """Finished messages older than they are kept."""
        finished = ~Q(state=MessageState.WAITING) | Q(event=PING)
        return self.filter(finished, created_at__lt=timezone.now() - MESSAGES_KEPT)
