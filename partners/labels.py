"""How credentials and webhooks are said on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Credential, Webhook, WebhookMessage
from .scopes import SCOPES
from .states import BY_ITSELF, MessageState
from .webhooks.events import EVENTS

_BADGES = {Credential.State.WORKING: "active", Credential.State.EXPIRED: "expired", Credential.State.REVOKED: "revoked"}


@dataclass(frozen=True)
class CredentialRow:
    """A credential with the badge of its state and what it opens."""

    credential: Credential
    badge: str
    scopes: list[Any]
    is_working: bool


def scope_words(credential: Credential) -> list[Any]:
    """What a credential opens, as (name, words)."""
    return [(name, SCOPES[name]) for name in credential.scopes if name in SCOPES]


def credential_rows(credentials: Iterable[Credential]) -> list[CredentialRow]:
    """Credentials as lines of a table."""
    return [CredentialRow(row, _BADGES[row.state], scope_words(row), row.state == Credential.State.WORKING) for row in credentials]


@dataclass(frozen=True)
class WebhookRow:
    """A webhook with the badge of its state, its words, and the events it hears of."""

    webhook: Webhook
    badge: str
    state: Any
    events: list[Any]
    is_warning: bool


def webhook_rows(webhooks: Iterable[Webhook]) -> list[WebhookRow]:
    """Webhooks as lines of a table."""
    return [WebhookRow(row, *_state_of(row), [event_words(name) for name in row.events], row.pause_reason in BY_ITSELF) for row in webhooks]


def _state_of(webhook: Webhook) -> tuple[str, Any]:
    if webhook.is_paused:
        return "suspended", _("Paused")
    return ("failed", _("Not reached")) if webhook.is_failing else ("active", _("Works"))


def event_words(name: str) -> Any:
    """An event in words; the test message is none of the table."""
    return EVENTS.get(name, _("Test"))


_MESSAGE_BADGES = {MessageState.WAITING: "waiting", MessageState.DELIVERED: "done", MessageState.FAILED: "failed"}


def message_badge(message: WebhookMessage) -> str:
    return _MESSAGE_BADGES[MessageState(message.state)]
