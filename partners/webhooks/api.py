"""Webhooks over the API: a partner's system looks after its own; those of others are not found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError as Refusal
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.errors import invalid, wrong, wrong_cursor
from common.api.strict import taken
from common.api.views import ApiView, key_of, limit_of, next_page
from partners.models import Webhook, WebhookAttempt, WebhookMessage
from partners.permissions import needs_scope
from partners.states import MessageState
from partners.writing import DRY_RUN, write

from . import schema, services
from .events import EVENTS, PING

Row = dict[str, Any]


class WebhookView(ApiView):
    """What the doors share: the scope, the partner that asks, its webhook."""

    permission_classes = (needs_scope("webhooks:manage"),)
    write_parameters = frozenset({DRY_RUN})

    def webhook(self, key: str) -> Webhook:
        found = Webhook.objects.kept_by(self.request.auth.partner).filter(key=key_of(key)).first()
        if found is None:
            raise NotFound
        return found


@contextmanager
def told() -> Iterator[None]:
    """What a service complains of, in the API's one shape of errors."""
    try:
        yield
    except Refusal as refusal:
        raise invalid(refusal) from refusal


class WebhookList(WebhookView):
    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> HttpResponse:
        return Response({"results": [row_of(webhook) for webhook in Webhook.objects.kept_by(request.auth.partner)]})

    @extend_schema(**schema.CREATE)
    @write(what=gettext_lazy("Registered a webhook"))
    def post(self, request: Request) -> Response:
        fields = taken(schema.NewWebhookSerializer, request.data)
        with told():
            issued = services.register(actor=request.user, partner=request.auth.partner, **fields)
        return _with_secret(issued, status=201, Location=f"{request.path}/{issued.webhook.key}")


class WebhookDetail(WebhookView):
    @extend_schema(**schema.READ)
    def get(self, request: Request, key: str) -> HttpResponse:
        return Response(row_of(self.webhook(key)))

    @extend_schema(**schema.CHANGE)
    @write(what=gettext_lazy("Changed a webhook"))
    def patch(self, request: Request, key: str) -> Response:
        webhook, fields = self.webhook(key), taken(schema.WebhookChangeSerializer, request.data)
        with told():
            return Response(row_of(services.change(actor=request.user, webhook=webhook, **fields)))

    @extend_schema(**schema.DELETE)
    @write(what=gettext_lazy("Removed a webhook"))
    def delete(self, request: Request, key: str) -> Response:
        with told():
            services.remove(actor=request.user, webhook=self.webhook(key))
        return Response(status=204)


class WebhookPing(WebhookView):
    @extend_schema(**schema.PING_IT)
    @write(what=gettext_lazy("Sent a test to a webhook"))
    def post(self, request: Request, key: str) -> Response:
        with told():
            message = services.ping(actor=request.user, webhook=self.webhook(key))
        return Response(delivery_of(message), status=202)


class WebhookPause(WebhookView):
    @extend_schema(**schema.PAUSE)
    @write(what=gettext_lazy("Paused a webhook"))
    def post(self, request: Request, key: str) -> Response:
        with told():
            return Response(row_of(services.pause(actor=request.user, webhook=self.webhook(key))))


class WebhookResume(WebhookView):
    @extend_schema(**schema.RESUME)
    @write(what=gettext_lazy("Resumed a webhook"))
    def post(self, request: Request, key: str) -> Response:
        with told():
            return Response(row_of(services.resume(actor=request.user, webhook=self.webhook(key))))


class WebhookRotate(WebhookView):
    @extend_schema(**schema.ROTATE)
    @write(what=gettext_lazy("Made a new secret of a webhook"))
    def post(self, request: Request, key: str) -> Response:
        with told():
            return _with_secret(services.rotate_secret(actor=request.user, webhook=self.webhook(key)))


class WebhookReplay(WebhookView):
    @extend_schema(**schema.REPLAY)
    @write(what=gettext_lazy("Delivered messages of a webhook again"))
    def post(self, request: Request, key: str) -> Response:
        webhook, span = self.webhook(key), taken(schema.ReplaySerializer, request.data)
        with told():
            count = services.replay(actor=request.user, webhook=webhook, **span)
        return Response({"count": count}, status=202)


class WebhookDeliveries(WebhookView):
    parameters = frozenset({"state", "event", "limit", "cursor"})

    @extend_schema(**schema.DELIVERIES)
    def get(self, request: Request, key: str) -> HttpResponse:
        log = WebhookMessage.objects.sent_to(self.webhook(key))
        rows, limit = self._narrowed(log), limit_of(request)
        found = list(self._after_cursor(log, rows)[: limit + 1])
        cursor = str(found[limit - 1].key) if len(found) > limit else ""
        return Response({"results": [delivery_of(row) for row in found[:limit]], "next": next_page(request, cursor)})

    def _narrowed(self, rows: Any) -> Any:
        for name, offered in (("state", MessageState.values), ("event", [*EVENTS, PING])):
            value = self.request.query_params.get(name, "")
            if value and value not in offered:
                raise wrong(name, _("Offered are: %(offered)s.") % {"offered": ", ".join(offered)})
            rows = rows.filter(**{name: value}) if value else rows
        return rows

    def _after_cursor(self, log: Any, rows: Any) -> Any:
        """The rows after the message the cursor names, which must be one of this log."""
        cursor = self.request.query_params.get("cursor", "")
        if not cursor:
            return rows
        try:
            last = log.values_list("pk", flat=True).get(key=cursor)
        except (WebhookMessage.DoesNotExist, Refusal) as error:
            raise wrong_cursor() from error
        return rows.filter(pk__lt=last)


def _with_secret(issued: services.IssuedWebhook, *, status: int = 200, **headers: str) -> Response:
    """The only answer that holds a secret; nobody on the way keeps it."""
    return Response(row_of(issued.webhook) | {"secret": issued.secret}, status=status, headers={"Cache-Control": "no-store", **headers})


def _moment(at: dt.datetime | None) -> str | None:
    """RFC 3339 with the offset of WITA; whole microseconds, so that a span of time can be named by what is shown."""
    return timezone.localtime(at).isoformat() if at else None


def row_of(webhook: Webhook) -> Row:
    """A webhook as its partner sees it."""
    return {
        "key": str(webhook.key),
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "state": "paused" if webhook.is_paused else "failing" if webhook.is_failing else "active",
        "pause_reason": webhook.pause_reason or None,
        "paused_at": _moment(webhook.paused_at),
        "failing_since": _moment(webhook.failing_since),
        "last_delivered_at": _moment(webhook.last_delivered_at),
        "former_secret_until": _moment(webhook.former_until),
        "created_at": _moment(webhook.created_at),
    }


def delivery_of(message: WebhookMessage) -> Row:
    """A message with its attempts."""
    return {
        "id": str(message.key),
        "event": message.event,
        "state": str(message.state),
        "created_at": _moment(message.created_at),
        "delivered_at": _moment(message.delivered_at),
        "next_at": _moment(message.next_at),
        "body": message.body,
        "attempts": [_attempt(row) for row in message.tries.all()],
    }


def _attempt(row: WebhookAttempt) -> Row:
    told = {"status": row.status, "error": row.error or None, "milliseconds": row.milliseconds, "answer": row.answer}
    return {"at": _moment(row.at), **told}
