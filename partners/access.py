"""What a valid token says of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Credential, Partner


@dataclass(frozen=True)
class Access:
    """Which partner asks, with which credential and which scopes; `request.auth` of the API's views."""

    partner: Partner
    credential: Credential
    scopes: frozenset[str]
    is_trial: bool


def access_of(request: Any) -> Access | None:
    """The access of a request of the API; None for somebody without a token."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, Access) else None
