"""Requests made from the committed document of the API, right ones and wrong ones: every answer is one it declares.

Asked of the WSGI application itself, as anybody. FUZZ_EXAMPLES says how many requests for each operation and way.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from .api_world import filled

pytestmark = [
    pytest.mark.full,
    pytest.mark.django_db,
    # It leaves files it was sent to be closed by the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # The library parses what it makes itself with parts that are about to go.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:schemathesis.*", "ignore::DeprecationWarning:jsonschema_rs.*"),
]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
# The library reads the body as it comes over the line.
PLAIN = {"Accept-Encoding": "identity"}
DOCUMENT = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
ADDRESSES = sorted(DOCUMENT["paths"])
LIMITS = bounds(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def entries(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), filled(tmp_path_factory.mktemp("media")) as rows:
        yield rows


def operations(address: str):
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = get_wsgi_application()
    return [schema[address][method] for method in schema[address]]


def known(address: str, entries) -> dict[str, str]:
    """Values for the path that name something."""
    entry = entries[0]
    kinds = {"products": entry.code, "producers": entry.producer_code, "regions": "53.09"}
    values = {"code": kinds.get(address.split("/")[3], ""), "key": "ovop-2026", "ext": "csv"}
    return {name: value for name, value in values.items() if f"{{{name}}}" in address}


def ask(strategy) -> None:
    @given(case=strategy)
    @LIMITS
    def every(case) -> None:
        case.call_and_validate(checks=CHECKS, headers=PLAIN)

    every()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_declared(entries, address):
    for operation in operations(address):
        ask(operation.as_strategy(path_parameters=known(address, entries) or None))
        ask(operation.as_strategy())
        # A text in the path cannot be a wrong one: every text is a text.
        if list(operation.query):
            ask(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def test_there_is_something_to_ask():
    assert len(ADDRESSES) > 12
