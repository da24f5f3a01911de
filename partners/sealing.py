"""Texts that have to be read again and must not lie open in the database: secrets of webhooks, answers kept for partners.

Sealed (Fernet) with a key derived from SECRET_KEY, so a copy of the database alone opens nothing. When SECRET_KEY changes,
SECRET_KEY_FALLBACKS still opens what the former one sealed.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(text: str) -> str:
    """The text as it is kept."""
    return _lock(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again; raises InvalidToken when it was sealed with a key that is no longer known."""
    return _lock(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed.encode()).decode()


@lru_cache(maxsize=4)
def _lock(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"partners").derive(key.encode())
