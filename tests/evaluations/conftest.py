"""The small world every evaluation test starts from."""

import pytest

from registry.reference import load_reference
from tests.registry.factories import make_regions


@pytest.fixture
def world(db):
    """Regions, categories and first checkers."""
    make_regions()
    load_reference(years=())
