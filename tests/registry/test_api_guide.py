"""The Python of docs/api.md, run as it stands there against a portal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.models import CatalogueEntry
from registry.reference import load_reference
from registry.services import entries
from tests.registry.factories import OTHER_VILLAGE, make_head, make_producer, make_product, make_regions
from tests.registry.steps import publish

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture
def guide() -> dict:
    """What the code of the guide defines."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))
    names: dict = {}
    exec(compile(code, str(GUIDE), "exec"), names)  # noqa: S102 - our own guide
    return names


@pytest.mark.django_db(transaction=True)
def test_the_guide_mirrors_and_follows(live_server, guide, settings):
    settings.SITE_URL = live_server.url
    make_regions()
    load_reference(years=())
    first, second = make_product(make_producer()), make_product(make_producer(region=OTHER_VILLAGE))
    for product in (first, second):
        publish(product)
    base = f"{live_server.url}/api/v1"
    copy, after = guide["mirror"](base)
    assert set(copy) == {first.code, second.code}
    entry = CatalogueEntry.objects.get(code=first.code)
    entries.change_entry(actor=make_head(first.producer), entry=entry, name="cease")
    after, more, rest = guide["follow"](base, copy, after)
    assert set(copy) == {second.code}
    assert (more, rest) == (False, 60)
    assert guide["follow"](base, copy, after)[0] == after
