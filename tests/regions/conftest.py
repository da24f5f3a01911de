"""The tree of the province, loaded once for the tests of this folder and rolled back after the last of them."""

import pytest
from django.db import transaction

from regions.loading import load_edition
from regions.source import Edition, installed_edition


@pytest.fixture(scope="session")
def edition() -> Edition:
    return installed_edition("53")


@pytest.fixture(scope="package", autouse=True)
def province(django_db_setup, django_db_blocker, edition):
    with django_db_blocker.unblock(), transaction.atomic():
        load_edition(edition=edition)
        yield
        transaction.set_rollback(True)
