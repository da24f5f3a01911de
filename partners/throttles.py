"""How often somebody may ask: fixed windows of a minute, counted for all processes together.

A process takes permits in chunks, so that most requests cost no statement. Near the limit the chunks become single
permits; what idle processes still hold is lost for that minute, at most a twentieth of the limit each.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from rest_framework.throttling import BaseThrottle

from .access import access_of
from .models import RateCount
from .validators import address_of

MINUTE = 60
LARGEST_CHUNK = 20

_TAKE = f"""
    INSERT INTO {RateCount._meta.db_table} AS counted (key, minute, used) VALUES (%s, %s, %s)
    ON CONFLICT (key, minute) DO UPDATE SET used = counted.used + excluded.used RETURNING used
"""  # noqa: S608 - the name of our own table


def take_in_database(key: str, minute: int, permits: int) -> int:
    """Add permits to a counter; returns how many were taken in all, these included."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [key, minute, permits])
        return int(cursor.fetchone()[0])


def take_in_redis(key: str, minute: int, permits: int) -> int:
    """The same in Redis, where one is set."""
    name = f"rate:{key}:{minute}"
    cache.add(name, 0, timeout=2 * MINUTE)
    return int(cache.incr(name, permits))


def shared_counter() -> Callable[[str, int, int], int]:
    """Where the counters of all processes lie."""
    backend = str(settings.CACHES["default"]["BACKEND"])
    return take_in_redis if "redis" in backend.lower() else take_in_database


@dataclass
class Held:
    """What one process knows of one key in this minute: permits in hand, and how many all processes have taken."""

    permits: int = 0
    taken: int = 0
    is_full: bool = False


@dataclass(frozen=True)
class Rate:
    """The answer for one request; `reset` in seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limiter:
    """The permits one process holds; thread-safe, and never a statement under its lock."""

    def __init__(self, counter: Callable[[str, int, int], int] | None = None):
        self._counter = counter
        self._lock = threading.Lock()
        self._minute = 0
        self._held: dict[str, Held] = {}

    def ask(self, key: str, limit: int) -> Rate:
        """Use one permit of the key in this minute, if there is one."""
        now = time.time()
        minute = int(now // MINUTE)
        held, wanted = self._use(key, limit, minute)
        if wanted:
            held = self._take(key, limit, minute, wanted)
        remaining = max(0, limit - held.taken + held.permits)
        return Rate(not held.is_full, limit, 0 if held.is_full else remaining, max(1, int((minute + 1) * MINUTE - now)))

    def forget(self) -> None:
        """Give up what is held, as a process that ends does."""
        with self._lock:
            self._held = {}

    def _use(self, key: str, limit: int, minute: int) -> tuple[Held, int]:
        """A copy of what is held after using one permit, and how many are to be taken first (0: one was in hand, or all are gone)."""
        with self._lock:
            if minute != self._minute:
                self._minute, self._held = minute, {}
            held = self._held.setdefault(key, Held())
            if held.is_full:
                return Held(0, held.taken, True), 0
            if held.permits:
                held.permits -= 1
                return Held(held.permits, held.taken), 0
            return held, chunk(limit, held.taken)

    def _take(self, key: str, limit: int, minute: int, wanted: int) -> Held:
        taken = (self._counter or shared_counter())(key, minute, wanted)
        granted = min(wanted, max(0, limit - (taken - wanted)))
        with self._lock:
            held = self._held.setdefault(key, Held()) if minute == self._minute else Held()
            held.taken = max(held.taken, min(taken, limit))
            held.permits += granted
            if held.permits:  # of this chunk, or of one that another thread took meanwhile
                held.permits -= 1
                return Held(held.permits, held.taken)
            held.is_full = True
            return Held(0, held.taken, True)


def chunk(limit: int, taken: int) -> int:
    """How many permits to take at once: fewer the nearer the limit is, and never more than a twentieth of it."""
    return max(1, min(LARGEST_CHUNK, limit // 20, (limit - taken) // 8))


_limiter = Limiter()
forget = _limiter.forget


def caller_key(address: str) -> str:
    """The counter of somebody without a token: the address, of IPv6 the /64 that one household or server owns."""
    found = address_of(address)
    if found is None:
        return "address:none"
    network = ipaddress.ip_network((found, 64), strict=False) if found.version == 6 else found
    return f"address:{network}"


class ApiThrottle(BaseThrottle):
    """A partner by its own limit, all its credentials together; everybody else by address."""

    limiter = _limiter

    def allow_request(self, request: Any, view: Any) -> bool:
        access = access_of(request)
        if access is not None:
            self.rate = self.limiter.ask(f"partner:{access.partner.pk}", access.partner.rate_per_minute)
        else:
            self.rate = self.limiter.ask(caller_key(request.META.get("REMOTE_ADDR", "")), settings.API_ANONYMOUS_RATE)
        note_rate(request, self.rate)
        return self.rate.allowed

    def wait(self) -> float:
        return self.rate.reset


def note_rate(request: Any, rate: Rate) -> None:
    """Leave the answer on Django's own request, where whoever writes the response finds it."""
    getattr(request, "_request", request).rate_limit = (rate.limit, rate.remaining, rate.reset)


def count_token_request(*, address: str) -> Rate:
    """Count one request for a token by address. A secret is long and random, so guesses from many addresses need no limit of
    their own; a limit by client id would let strangers lock a partner out.
    """
    return _limiter.ask(f"token:{caller_key(address)}", settings.API_TOKEN_RATE)
