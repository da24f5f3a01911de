"""The address of this portal, for links that leave it."""

from __future__ import annotations

from django.conf import settings


def site() -> str:
    """Scheme and host, without a slash at the end."""
    return str(settings.SITE_URL).rstrip("/")
