"""A borrowed phone: the session ends with the browser and after 30 idle minutes, and nothing stays on the phone."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

FLAG = "borrowed"
SEEN = "borrowed_seen"
IDLE_SECONDS = 30 * 60
NOTE_EVERY = 60


def mark_borrowed(request: HttpRequest) -> None:
    """Make the session of this request one of a borrowed phone."""
    request.session[FLAG] = True
    request.session[SEEN] = int(time.time())
    request.session.set_expiry(0)


def is_borrowed(request: HttpRequest) -> bool:
    """Whether this session belongs to a borrowed phone; asks nothing of the database for a visitor without a session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and bool(request.session.get(FLAG))


def has_been_idle(request: HttpRequest) -> bool:
    """Whether the last page of a borrowed phone lies 30 minutes or more back."""
    return time.time() - request.session.get(SEEN, 0) >= IDLE_SECONDS


def note_seen(request: HttpRequest) -> None:
    """Remember that the phone is in use; written once a minute at most."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) >= NOTE_EVERY:
        request.session[SEEN] = now
