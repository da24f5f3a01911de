"""Daily work of panels: conflicts of interest and mandates change without anybody pressing a button."""

from __future__ import annotations

from .models import Round
from .services import panel
from .states import CLOSED_PHASES


def settle_panels() -> None:
    """Refresh the conflicts of every open round, and void what they and ended mandates make void. Safe to run twice."""
    for round in Round.objects.exclude(phase__in=CLOSED_PHASES):
        panel.settle(round=round)
