"""Cards that upper apps put on the first page of the workspace while they ask something of a unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class HomeCard:
    """A template and the context it finds as `card`."""

    template: str
    context: dict[str, Any]


_SOURCES: list[Callable[[User], HomeCard | None]] = []


def register_home_card(source: Callable[[User], HomeCard | None]) -> None:
    """Let an upper app show a card to a person, or none; call it in `ready()`."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def cards_for(user: User) -> list[HomeCard]:
    """The cards of this person now."""
    return [card for source in _SOURCES if (card := source(user)) is not None]
