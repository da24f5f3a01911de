"""What services raise when a request cannot be done; every door turns these into the same words."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise


class RegistryError(Exception):
    """A request that cannot be done, with the reason in words for the screen."""

    def __init__(self, reason: str | Promise):
        super().__init__(reason)
        self.reason = reason


class Conflict(RegistryError):
    """Somebody else changed it first; `current` is what stands now, `typed` what was to be saved."""

    def __init__(self, reason: str | Promise, *, current: Any = None, typed: Any = None):
        super().__init__(reason)
        self.current = current
        self.typed = typed


class Taken(Conflict):
    """A number or barcode that another row has."""


class NotReady(RegistryError):
    """A guard that is not met; `needs` lists what is missing where that can be listed."""

    def __init__(self, reason: str | Promise, *, needs: list[Any] | None = None):
        super().__init__(reason)
        self.needs = needs or []
