"""Periodic housekeeping of the portal itself."""

from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone


def clear_expired_sessions() -> None:
    """Delete sessions past their end; running it twice changes nothing."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def clear_expired_cache() -> None:
    """Delete counters and other cache rows past their end; Django itself would only look for them when 100,000 are there."""
    if not isinstance(caches["default"], DatabaseCache):  # Redis forgets by itself
        return
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {table} where expires < %s", [timezone.now()])  # noqa: S608 - our own setting, quoted
