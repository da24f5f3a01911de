"""The working-day clock. Days are WITA days; a due day ends at 23.59 WITA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from .models import Holiday

_SATURDAY = 5


def holidays_between(start: dt.date, end: dt.date) -> set[dt.date]:
    """The days off of the holiday table from `start` to `end`, both included."""
    return set(Holiday.objects.filter(day__range=(start, end)).values_list("day", flat=True))


def add_working_days(start: dt.date, days: int) -> dt.date:
    """The day `days` working days after `start`; the day of `start` itself does not count."""
    off = holidays_between(start, start + dt.timedelta(days=days * 3 + 30))
    day = start
    while days > 0:
        day += dt.timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in off:
            days -= 1
    return day


def working_days_until(day: dt.date, today: dt.date | None = None) -> int:
    """Working days from today to `day`: 0 on the day itself, negative once it has passed."""
    today = today or timezone.localdate()
    return _working_days(today, day, holidays_between(*sorted((today, day))))


def is_provisional(year: int) -> bool:
    """Whether the holidays of a year are not yet entered, so that its clock counts Monday to Friday only."""
    return not Holiday.objects.filter(day__year=year).exists()


def days_left(days: Iterable[dt.date | None], today: dt.date | None = None) -> dict[dt.date, int]:
    """`working_days_until` for many days with one look at the holiday table."""
    today = today or timezone.localdate()
    wanted = {day for day in days if day}
    off = holidays_between(min(wanted | {today}), max(wanted | {today})) if wanted else set()
    return {day: _working_days(today, day, off) for day in wanted}


def _working_days(today: dt.date, day: dt.date, off: set[dt.date]) -> int:
    first, last = sorted((today, day))
    span = (first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1))
    count = sum(1 for step in span if step.weekday() < _SATURDAY and step not in off)
    return count if day >= today else -count
