"""What every answer about the whole catalogue is made of: the number of the last change and the day."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from common.api.conditions import State
from registry.queries.representations import newest_change


def last_change() -> tuple[int, dt.datetime | None]:
    """The number and moment of the last change; the log never forgets its last one."""
    return newest_change() or (0, None)


def catalogue_state() -> State:
    """Changes with every change of the catalogue, and at midnight (WITA), when permits and stars expire."""
    seq, at = last_change()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return State((seq, midnight.date()), max(at, midnight) if at else None)
