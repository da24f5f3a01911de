"""What every answer about the whole catalogue is made of: the number of the last change and the day."""

from __future__ import annotations

from django.utils import timezone

from common.api.conditions import State
from registry.queries.representations import newest_change
from registry.representation import FORM


def catalogue_state() -> State:
    """Changes with every change of the catalogue, with the form of what is told, and at midnight (WITA), when permits and stars expire."""
    seq, at = newest_change()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return State((seq, FORM, midnight.date()), max(at, midnight) if at else None)
