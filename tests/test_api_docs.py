"""The API's document as a page: complete, without doors that lead nowhere, and light enough for a phone."""

from __future__ import annotations

import gzip
import re

import pytest
import yaml

from ovop_portal.api_root import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(client):
    return client.get("/api/docs/").content.decode()


def test_it_tells_every_operation_and_shape_once(text):
    told = yaml.safe_load(document())
    keys = [one["operationId"] for methods in told["paths"].values() for one in methods.values() if "operationId" in one]
    shapes = [f"shape-{name}" for name, node in told["components"]["schemas"].items() if "properties" in node]
    for key in (*keys, *shapes):
        assert text.count(f'<details class="more" id="{key}">') == 1, key


def test_its_links_lead_somewhere(text):
    found = set(re.findall(r'href="#([^"]+)"', text)) - {"main"}
    assert found
    assert found <= set(re.findall(r'id="([^"]+)"', text))


def test_words_are_marked_and_escaped(text):
    assert "<code>suspended</code>" in text
    assert "`" not in re.sub(r"<pre.*?</pre>", "", text, flags=re.DOTALL)


def test_it_is_light(client, text):
    assert len(gzip.compress(text.encode())) <= 30 * 1024
    assert "<script>" not in text
