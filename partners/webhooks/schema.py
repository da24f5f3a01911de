"""Shapes of the webhooks' resources: what is sent, what is taken, and how the OpenAPI document describes both."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from common.api.docs import CURSOR, LIMIT, errors, page_of, parameter, path_parameter, rows_of, write_errors, writing
from common.api.strict import StrictSerializer
from partners.states import AttemptError, MessageState, PauseReason

from .events import EVENTS, PING
from .targets import LONGEST_URL

Operation = dict[str, Any]
_KEY = path_parameter("key", "Key of the webhook.")
_EVENTS = s.ListField(
    child=s.ChoiceField(list(EVENTS)),
    allow_empty=False,
    max_length=100,
    help_text="What it hears of: product.* and region.changed come from /changes, submission.* of producers that delegated to you.",
)


class NewWebhookSerializer(StrictSerializer):
    url = s.CharField(
        max_length=LONGEST_URL, help_text="https address that takes the POSTs, at a public host, on port 443 or one from 1024 on."
    )
    events = _EVENTS
    description = s.CharField(max_length=150, required=False, allow_blank=True, help_text="What it is for, in your words.")


class WebhookChangeSerializer(StrictSerializer):
    url = s.CharField(max_length=LONGEST_URL, required=False, help_text="The new address; messages that wait go there.")
    events = s.ListField(child=s.ChoiceField(list(EVENTS)), allow_empty=False, max_length=100, required=False, help_text="All it hears of.")
    description = s.CharField(max_length=150, required=False, allow_blank=True, help_text="What it is for, in your words.")


class WebhookSerializer(s.Serializer):
    key = s.UUIDField(help_text="Its key, in the addresses below it.")
    url = s.CharField(help_text="Where the messages go.")
    events = s.ListField(child=s.CharField(), help_text="What it hears of.")
    description = s.CharField(allow_blank=True, help_text="What it is for.")
    state = s.ChoiceField(["active", "failing", "paused"], help_text="failing: the last attempt failed, and it is tried on.")
    pause_reason = s.ChoiceField(
        PauseReason.values,
        allow_null=True,
        help_text="Why it is paused: partner, officer, failing (nothing delivered for three days), gone (it answered 410).",
    )
    paused_at = s.DateTimeField(allow_null=True, help_text="Since when it is paused.")
    failing_since = s.DateTimeField(allow_null=True, help_text="First failure since the last success.")
    last_delivered_at = s.DateTimeField(allow_null=True, help_text="When something was delivered last.")
    former_secret_until = s.DateTimeField(allow_null=True, help_text="Until then messages are signed with the former secret too.")
    created_at = s.DateTimeField(help_text="When it was registered.")


class IssuedWebhookSerializer(WebhookSerializer):
    secret = s.CharField(help_text="The secret of the signatures, shown only in this answer. Keep it like a password.")


class AttemptSerializer(s.Serializer):
    at = s.DateTimeField(help_text="When the answer had come or the attempt had failed.")
    status = s.IntegerField(allow_null=True, help_text="Status of the answer; null when none came.")
    error = s.ChoiceField(
        AttemptError.values,
        allow_null=True,
        help_text="What went wrong: name, refused, connection, tls, timeout, rubbish, redirect, secret.",
    )
    milliseconds = s.IntegerField(help_text="How long it took.")
    answer = s.CharField(allow_blank=True, help_text="The first 2,000 characters of the answer.")


class DeliverySerializer(s.Serializer):
    id = s.UUIDField(help_text="Id of the event: the same in every attempt and replay, and in Ovop-Delivery.")
    event = s.CharField(help_text="Name of the event; ping for a test.")
    state = s.ChoiceField(MessageState.values, help_text="waiting (for its next attempt), delivered, or failed (given up; replay it).")
    created_at = s.DateTimeField(help_text="When the message was written.")
    delivered_at = s.DateTimeField(allow_null=True, help_text="When it was taken.")
    next_at = s.DateTimeField(allow_null=True, help_text="When it is tried next.")
    body = s.DictField(help_text="What is sent.")
    attempts = AttemptSerializer(many=True, help_text="Every attempt, the first one first.")


class ReplaySerializer(StrictSerializer):
    since = s.DateTimeField(help_text="From this moment on (RFC 3339 with offset).")
    until = s.DateTimeField(help_text="Up to this moment.")


class ReplayedSerializer(s.Serializer):
    count = s.IntegerField(help_text="How many messages are delivered again.")


_SECURED = errors(401, 403, 404)
_WRITTEN = write_errors(404)
_DELETED: dict[int, Any] = {204: None, **_WRITTEN}
_TAGS = ["webhooks"]

LIST: Operation = {
    "operation_id": "webhooks_list",
    "tags": _TAGS,
    "summary": "The own webhooks",
    "description": "All of them, in the order in which they were registered; there are at most 20.",
    "parameters": [],
    "responses": {200: rows_of("WebhookRows", WebhookSerializer), **errors(401, 403)},
}
CREATE: Operation = {
    "operation_id": "webhooks_create",
    "tags": _TAGS,
    "summary": "Register an address that is told of events",
    "description": "It hears of what is committed from now on. The secret is shown once, in this answer.",
    "request": NewWebhookSerializer,
    "parameters": writing("POST"),
    "responses": {201: IssuedWebhookSerializer, **write_errors()},
}
READ: Operation = {
    "operation_id": "webhooks_get",
    "tags": _TAGS,
    "summary": "One webhook and how it is doing",
    "description": "One webhook and how it is doing.",
    "parameters": [_KEY],
    "responses": {200: WebhookSerializer, **_SECURED},
}
CHANGE: Operation = {
    "operation_id": "webhooks_change",
    "tags": _TAGS,
    "summary": "Change address, events or description",
    "description": "What is not named stays.",
    "parameters": [_KEY, *writing("PATCH")],
    "request": WebhookChangeSerializer,
    "responses": {200: WebhookSerializer, **_WRITTEN},
}
DELETE: Operation = {
    "operation_id": "webhooks_delete",
    "tags": _TAGS,
    "summary": "Remove a webhook",
    "description": "Nothing more is sent and its secret is forgotten.",
    "parameters": [_KEY, *writing("DELETE")],
    "responses": _DELETED,
}


def _act(name: str, summary: str, description: str, answer: Any, *, status: int = 200, request: Any = None) -> Operation:
    """One act on one webhook."""
    return {
        "operation_id": f"webhooks_{name}",
        "tags": _TAGS,
        "summary": summary,
        "description": f"{description}",
        "parameters": [_KEY, *writing("POST")],
        "request": request,
        "responses": {status: answer, **_WRITTEN},
    }


PING_IT = _act(
    "ping",
    "Send a test",
    f"A message with the event `{PING}` is sent once, also while the webhook is paused; its deliveries tell what came back.",
    DeliverySerializer,
    status=202,
)
PAUSE = _act("pause", "Pause a webhook", "What waits and what happens meanwhile is kept as failed and can be replayed.", WebhookSerializer)
RESUME = _act("resume", "Resume a paused webhook", "It hears of what happens from now on; replay what it missed.", WebhookSerializer)
ROTATE = _act(
    "rotate",
    "Make a new secret",
    "Shown once, in this answer. For 24 hours every message carries two signatures, with the new and the former secret.",
    IssuedWebhookSerializer,
)
REPLAY = _act(
    "replay",
    "Deliver a span of time again",
    "Every delivered or failed message written in it, under its id: a receiver knows what it has already. The log reaches back 30 days.",
    ReplayedSerializer,
    status=202,
    request=ReplaySerializer,
)
DELIVERIES: Operation = {
    "operation_id": "webhooks_deliveries",
    "tags": _TAGS,
    "summary": "What was sent and what came back",
    "description": "The log of 30 days, newest first.",
    "parameters": [
        _KEY,
        parameter("state", "Only messages in this state.", enum=MessageState.values),
        parameter("event", "Only this event.", enum=[*EVENTS, PING]),
        LIMIT,
        CURSOR,
    ],
    "responses": {200: page_of("DeliveryPage", DeliverySerializer), **_SECURED},
}
