"""Secrets of webhooks and the signatures made with them. A signature needs the secret itself, so it is sealed, not hashed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable


def new_secret() -> str:
    """A new secret as the partner gets it."""
    return f"ovopwh_{secrets.token_urlsafe(32)}"


def signature(known: Iterable[str], body: bytes, *, at: int) -> str:
    """The header: the moment, and one `v1` for each secret that counts today."""
    told = f"{at}.".encode() + body
    marks = [f"v1={hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()}" for secret in known]
    return ",".join([f"t={at}", *marks])
