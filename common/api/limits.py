"""How many requests the caller has left, as the throttle noted it on Django's own request."""

from __future__ import annotations

from typing import Any

_NAMES = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def rate_headers(request: Any) -> dict[str, str]:
    """The RateLimit headers of a response (requests a minute, left, seconds to the next minute); none when nobody counted."""
    noted = getattr(getattr(request, "_request", request), "rate_limit", None)
    return dict(zip(_NAMES, map(str, noted), strict=True)) if noted else {}
