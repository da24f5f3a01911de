"""docs/openapi.yaml is what the code makes, names every address, and says what every field and parameter is."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from common.api.views import ApiView, NotFoundView
from ovop_portal.api_promises import broken, promises
from ovop_portal.api_root import SchemaView
from ovop_portal.management.commands.api_promises import KEPT, lines_of, undeclared

PATH = settings.BASE_DIR / "docs" / "openapi.yaml"
COMMAND = "manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
# Described by no operation: an address that is none, and the document itself.
APART = (NotFoundView, SchemaView)


@pytest.fixture(scope="module")
def document() -> dict:
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def test_the_document_is_what_the_code_makes():
    made = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=made)
    assert made.getvalue().strip() == PATH.read_text(encoding="utf-8").strip(), f"Run: {COMMAND}"


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, type]]:
    for pattern in resolver.url_patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from views(pattern, here)
        elif isinstance(pattern, URLPattern) and (
            view := getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
        ):
            yield here, view


def described(address: str) -> str:
    """An address as the document writes it: `<str:code>` is `{code}`."""
    parts = address.replace("<", "{").replace(">", "}").split("{")
    return "/" + "{".join([parts[0], *(part.partition(":")[2] if ":" in part.split("}")[0] else part for part in parts[1:])])


def test_every_address_of_the_api_is_in_the_document(document):
    found = {described(address): view for address, view in views(get_resolver()) if issubclass(view, ApiView)}
    missing = [address for address, view in found.items() if view not in APART and address not in document["paths"]]
    assert missing == []
    # The way to a token is OAuth's own and no resource.
    assert set(document["paths"]) <= {*found, "/api/v1/token"}
    assert len(found) > len(APART) + 12


def test_nothing_below_the_prefix_is_of_another_kind():
    others = [address for address, view in views(get_resolver()) if address.startswith("api/v1/") and not issubclass(view, ApiView)]
    assert others == []


def schemas(node: object, place: str) -> Iterator[tuple[str, dict]]:
    """Every property of every schema below a node, with its place."""
    if isinstance(node, dict):
        for name, field in (node.get("properties") or {}).items():
            if isinstance(field, dict):
                yield f"{place}.{name}", field
        for name, value in node.items():
            yield from schemas(value, f"{place}.{name}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from schemas(value, f"{place}.{at}")


def test_every_field_and_parameter_is_described(document):
    fields = list(schemas(document["components"]["schemas"], ""))
    assert [place for place, field in fields if not field.get("description")] == []
    assert len(fields) > 100
    operations = [(address, one) for address, methods in document["paths"].items() for one in methods.values()]
    unsaid = [
        f"{address} {each['name']}" for address, one in operations for each in one.get("parameters", ()) if not each.get("description")
    ]
    assert unsaid == []
    assert [address for address, one in operations if not (one.get("summary") and one.get("description"))] == []
    answers = [(address, status, answer) for address, one in operations for status, answer in one["responses"].items()]
    assert [f"{address} {status}" for address, status, answer in answers if "description" not in answer] == []


def test_no_promise_is_broken_without_saying_so(document):
    """A change that breaks clients is declared in docs/api-broken.txt; new promises are written down."""
    assert sorted(undeclared()) == []
    assert promises(document) <= lines_of(KEPT), "Run: manage.py api_promises"
    assert len(lines_of(KEPT)) > 1000


BEFORE = {
    "components": {"schemas": {"Row": {"type": "object", "properties": {"code": {"type": "string"}, "kind": {"type": "string"}}}}},
    "paths": {
        "/rows": {
            "get": {
                "parameters": [{"in": "query", "name": "kind", "schema": {"enum": ["a", "b"]}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}}}},
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "required": ["code"],
                                "properties": {"code": {"type": "string"}, "kind": {"enum": ["a", "b"]}},
                            }
                        }
                    }
                },
                "responses": {"201": {}},
            },
        }
    },
}


def changed(change) -> set[str]:
    after = copy.deepcopy(BEFORE)
    change(after)
    return broken(promises(BEFORE), promises(after))


def sent_in(document) -> dict:
    return document["paths"]["/rows"]["post"]["requestBody"]["content"]["application/json"]["schema"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["paths"]["/rows"].pop("post"), "POST /rows"),
        (lambda d: d["paths"]["/rows"]["get"]["parameters"].clear(), "GET /rows query kind"),
        (lambda d: d["paths"]["/rows"]["get"]["parameters"][0]["schema"]["enum"].pop(), "GET /rows query kind = b"),
        (lambda d: d["components"]["schemas"]["Row"]["properties"].pop("code"), "GET /rows answers 200 code string"),
        (lambda d: d["components"]["schemas"]["Row"]["properties"]["code"].update(type="integer"), "GET /rows answers 200 code string"),
        (lambda d: sent_in(d)["required"].append("kind"), "POST /rows sent kind needed"),
        (lambda d: sent_in(d)["properties"]["kind"]["enum"].pop(), "POST /rows sent kind = b"),
        (lambda d: d["paths"]["/rows"]["post"]["responses"].pop("201"), "POST /rows answers 201"),
    ],
)
def test_what_breaks_clients_is_seen(change, told):
    assert told in changed(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["components"]["schemas"]["Row"]["properties"].update(name={"type": "string"}),
        lambda d: d["paths"]["/rows"]["get"]["parameters"].append({"in": "query", "name": "q"}),
        lambda d: sent_in(d)["required"].clear(),
        lambda d: sent_in(d)["properties"]["kind"]["enum"].append("c"),
        lambda d: d["paths"].update({"/more": BEFORE["paths"]["/rows"]}),
    ],
)
def test_what_adds_breaks_nothing(change):
    assert changed(change) == set()
