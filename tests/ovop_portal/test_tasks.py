"""The portal's own daily housekeeping."""

import pytest
from django.core.cache import cache
from django.db import connection

from common.tasks import periodic
from ovop_portal import tasks


def _cached_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from django_cache")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_only_expired_rows_of_the_cache_are_cleared():
    cache.set("over", 1, 60)
    cache.set("counting", 2, 60)
    cache.set("for_good", 3, None)
    with connection.cursor() as cursor:
        cursor.execute("update django_cache set expires = now() - interval '1 second' where cache_key like '%over'")

    tasks.clear_expired_cache()
    tasks.clear_expired_cache()

    assert _cached_rows() == 2
    assert cache.get_many(["over", "counting", "for_good"]) == {"counting": 2, "for_good": 3}


def test_a_cache_that_forgets_by_itself_is_left_alone(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    tasks.clear_expired_cache()  # would need the database, which this test does not have


def test_it_is_asked_for_once_a_day():
    assert periodic()["ovop_portal.tasks.clear_expired_cache"].total_seconds() == 24 * 3600
