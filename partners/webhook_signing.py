"""Secrets of webhooks and the signatures made with them.

A signature needs the secret itself, so it cannot be kept as a hash: it is sealed (Fernet) with a key derived from SECRET_KEY, and
a copy of the database alone signs nothing. When SECRET_KEY changes, SECRET_KEY_FALLBACKS still opens what the former one sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "new_secret", "seal", "signature", "unseal"]


def new_secret() -> str:
    """A new secret as the partner gets it."""
    return f"ovopwh_{secrets.token_urlsafe(32)}"


def seal(text: str) -> str:
    """The secret as it is kept."""
    return _lock(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; raises InvalidToken when it was sealed with a key that is no longer known."""
    return _lock(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed.encode()).decode()


@lru_cache(maxsize=4)
def _lock(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"partners.webhooks").derive(key.encode())


def signature(known: Iterable[str], body: bytes, *, at: int) -> str:
    """The header: the moment, and one `v1` for each secret that counts today."""
    told = f"{at}.".encode() + body
    marks = [f"v1={hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()}" for secret in known]
    return ",".join([f"t={at}", *marks])
