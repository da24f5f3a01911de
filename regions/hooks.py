"""How apps above hear that a region gave way to others: they register a callback in `ready()`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from .models import Region


@dataclass(frozen=True)
class Succession:
    """What happened to one region. `new` holds `old` itself where its code lives on; it is empty where nothing followed."""

    actor: AbstractBaseUser | None
    old: Region
    new: Sequence[Region]
    kind: str
    day: dt.date


Callback = Callable[[Succession], None]
_callbacks: list[Callback] = []


def on_succession(callback: Callback) -> Callback:
    """Call `callback` inside the transaction of every succession; an error in it undoes the whole change."""
    if callback not in _callbacks:
        _callbacks.append(callback)
    return callback


def tell(succession: Succession) -> None:
    """Tell every registered app, in the order of registration."""
    for callback in _callbacks:
        callback(succession)
