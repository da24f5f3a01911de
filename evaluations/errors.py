"""What services of the evaluation raise; every door turns these into the same words."""

from registry.errors import Conflict, NotReady, RegistryError

__all__ = ["Conflict", "NotReady", "RegistryError"]
