"""Periodic housekeeping of the portal itself."""

from importlib import import_module

from django.conf import settings


def clear_expired_sessions() -> None:
    """Delete sessions past their end; running it twice changes nothing."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
