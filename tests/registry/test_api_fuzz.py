"""Requests made from the committed document of the API, right ones and wrong ones: every answer is one it declares.

Asked of the WSGI application itself, as anybody, and what needs a token also as a reader and as a writer who holds a
delegation. FUZZ_EXAMPLES says how many requests for each operation and way.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from accounts.states import Role
from partners.scopes import READING, SCOPES
from registry.models import Product
from tests.factories import officer
from tests.partners.conftest import issue, register, token_of
from tests.partners.writer import let

from .api_world import connection_kept, filled
from .factories import make_producer, make_product

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


@dataclass
class World:
    """The catalogue, a draft of a producer that delegated to a partner, and the tokens of who asks."""

    entries: list
    draft: Product
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), filled(tmp_path_factory.mktemp("media")) as rows:
        province = officer(Role.PROVINCE_OFFICER, "53")
        partner = register(province, "fuzz", rate_per_minute=100_000)
        draft = make_product(make_producer("osop"), "Kopi coba")
        let(partner, draft.producer, may_send=True)
        given_scopes = {"reader": READING, "writer": list(SCOPES)}
        tokens = {who: token_of(issue(province, partner, scopes=scopes)) for who, scopes in given_scopes.items()}
        with connection_kept():
            yield World(rows, draft, {"anybody": "", **tokens})


def operations(address: str):
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = get_wsgi_application()
    return [schema[address][method] for method in schema[address]]


def known(address: str, world) -> dict[str, str]:
    """Values for the path that name something."""
    entry = world.entries[0]
    kinds = {"products": entry.code, "producers": entry.producer_code, "regions": "53.09", "drafts": world.draft.code}
    kind = address.split("/")[3]
    key = str(world.draft.photos.get().key) if kind == "drafts" else "ovop-2026"
    values = {"code": kinds.get(kind, ""), "key": key, "ext": "csv", "number": world.draft.submissions.get().number}
    return {name: value for name, value in values.items() if f"{{{name}}}" in address}


def ask(strategy, world: World, who: str) -> None:
    token = world.tokens[who]
    headers = PLAIN | ({"Authorization": f"Bearer {token}"} if token else {})

    @given(case=strategy)
    @LIMITS
    def every(case) -> None:
        with transaction.atomic():  # the next request finds what this one found
            aim(case, world)
            case.call_and_validate(checks=CHECKS, headers=headers)
            transaction.set_rollback(True)

    every()


def aim(case, world: World) -> None:
    """A product is begun for a producer there is: an unknown one ends every request early."""
    bodies = (
        [case.body, *case.body.get("items", [])] if isinstance(case.body, dict) and isinstance(case.body.get("items", []), list) else []
    )
    for body in bodies:
        if isinstance(body, dict) and isinstance(body.get("producer"), str):
            body["producer"] = world.draft.producer.code


def needs_a_token(address: str) -> bool:
    return any({} not in operation.get("security", []) for operation in DOCUMENT["paths"][address].values()) and "token" not in address


ASKED = [(address, "anybody") for address in ADDRESSES]
ASKED += [(address, who) for address in ADDRESSES if needs_a_token(address) for who in ("reader", "writer")]


@pytest.mark.parametrize(("address", "who"), ASKED)
def test_every_answer_is_declared(world, address, who):
    for operation in operations(address):
        ask(operation.as_strategy(path_parameters=known(address, world) or None), world, who)
        ask(operation.as_strategy(), world, who)
        # A text in the path cannot be a wrong one: every text is a text.
        if list(operation.query) or operation.body:
            ask(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), world, who)


def test_there_is_something_to_ask():
    assert len(ADDRESSES) > 12
    assert len(ASKED) > len(ADDRESSES) + 15
