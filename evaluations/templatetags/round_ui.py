"""Badges and bars of rounds."""

from __future__ import annotations

from typing import Any

from django import template

from evaluations.states import EntrantState, Phase, SampleState

register = template.Library()

LOOKS: dict[str, tuple[str, str]] = {
    EntrantState.ENTERED: ("is-sent", "clock"),
    EntrantState.LACKING: ("is-returned", "warning"),
    EntrantState.COMPLETE: ("is-live", "check"),
    EntrantState.OUT: ("is-ended", "close"),
    SampleState.ASKED: ("is-sent", "send"),
    SampleState.RECEIVED: ("is-live", "check"),
    SampleState.MISSING: ("is-ended", "close"),
    Phase.ESTABLISHED: ("is-live", "seal"),
    Phase.CLOSED: ("is-warning", "clock"),
}


@register.inclusion_tag("components/badge.html")
def state_of(row: Any) -> dict[str, Any]:
    """The badge of a product in a round, of a sample or of the phase of a round."""
    state = getattr(row, "phase", None) or row.state
    words = row.get_phase_display() if hasattr(row, "phase") else row.get_state_display()
    css, icon_name = LOOKS.get(state, ("is-mine", "pencil"))
    return {"css": css, "icon_name": icon_name, "label": words}


@register.inclusion_tag("evaluations/rounds/partials/bar.html")
def sheet_bar(part: Any) -> dict[str, Any]:
    """A thin bar of sheets sent among those given."""
    return {"part": part}
