"""A temporary PostgreSQL for the whole session where DATABASE_URL names none; all xdist workers share it."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from ovop_portal.settings.env import env
from ovop_portal.with_database import throwaway

# A busy machine is no fault of a test.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")

_server = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if is_worker or os.environ.get("DATABASE_URL"):
        return
    server = config.stash[_server] = ExitStack()
    os.environ["DATABASE_URL"] = server.enter_context(throwaway())  # the workers are started later and inherit it
    # The settings were read before any conftest; Django's connections keep this very dict.
    settings.DATABASES["default"].update(env.db("DATABASE_URL"))


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_server, None)
    if server:
        server.close()
        del os.environ["DATABASE_URL"]


@pytest.fixture(autouse=True)
def _language_of_the_portal():
    """No test inherits the language of a page that an earlier one asked for in English."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database is dropped, end what a live server's thread may still hold open."""
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
