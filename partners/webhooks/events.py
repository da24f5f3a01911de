"""The one table of events a webhook may hear of, and what is told of one. Who tells them stands above (registry/announcing.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, Promise | str] = {
    "product.published": _("A product is shown for the first time"),
    "product.revised": _("A new version of a product is shown"),
    "product.changed": _("Something else of a product changed: its contact, who takes part, names of its region"),
    "product.flagship": _("A product became the flagship of its producer, or is it no longer"),
    "product.stars": _("Stars were given or taken back"),
    "product.paused": _("A product is not made at the moment"),
    "product.ceased": _("A product is no longer made"),
    "product.continued": _("A product is made again"),
    "product.suspended": _("A product was suspended"),
    "product.resumed": _("A suspended product is shown again"),
    "product.withdrawn": _("A product was withdrawn from the catalogue"),
    "product.restored": _("A withdrawn product is back in the catalogue"),
    "region.changed": _("A region got a new name or code, was split or merged"),
    "submission.submitted": _("A product was sent to be checked"),
    "submission.recalled": _("The sender took it back"),
    "submission.cancelled": _("The sender cancelled it"),
    "submission.verified": _("The first check is passed"),
    "submission.returned": _("It was sent back to be mended"),
    "submission.rejected": _("It was not accepted"),
    "submission.published": _("It was published"),
}
# Sent when somebody asks for a test; nobody chooses it.
PING = "ping"


@dataclass(frozen=True)
class News:
    """One event as it is told: `source` names it for good, so that telling it twice makes one message."""

    event: str
    source: str
    data: dict[str, Any] = field(default_factory=dict)


_feeds: list[Callable[[], int]] = []


def register_feed(present_end: Callable[[], int]) -> None:
    """Say how to ask for the number of the newest change, where a new webhook begins; called in `ready()` of the app of the feed."""
    _feeds[:] = [present_end]


def present_end() -> int:
    """The number of the newest change; 0 where nobody keeps a feed."""
    return _feeds[0]() if _feeds else 0
