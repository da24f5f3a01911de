"""What a person did, for the own profile. Upper apps add their acts by registering a source; accounts imports none."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from .models import AccountEvent, User


@dataclass(frozen=True)
class Activity:
    """One line: when, what, and where to look at it."""

    at: dt.datetime
    text: str | Promise
    url: str = ""


Source = Callable[[User, int], Iterable[Activity]]
_SOURCES: list[Source] = []


def register_activity_source(source: Source) -> None:
    """Add a source of acts; call it in `ready()`. `source(user, limit)` answers the newest acts of that person, newest first."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def recent_activity(user: User, limit: int = 20) -> list[Activity]:
    """The newest acts of a person over all sources, newest first."""
    lines = [line for source in [account_activity, *_SOURCES] for line in source(user, limit)]
    return heapq.nlargest(limit, lines, key=lambda line: line.at)


def account_activity(user: User, limit: int) -> list[Activity]:
    """What the log of accounts says about the person."""
    events = AccountEvent.objects.filter(user=user).order_by("-pk")[:limit]
    return [Activity(event.at, event.get_kind_display()) for event in events]
