"""How credentials are said on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .models import Credential
from .scopes import SCOPES

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
