"""What nobody would send in earnest: each is refused by name in the one shape, or answered as declared, never a 5xx."""

import pytest
from django.test import Client

from .api_world import filled

pytestmark = pytest.mark.django_db
SHAPE = {"type", "errors", "request_id"}
PRODUCTS = "/api/v1/products"
LISTS = ("products", "producers", "changes", "regions", "rounds/ovop-2026/results")
RESOURCES = (
    *("", "products", "producers", "categories", "statistics", "changes", "reconcile", "regions", "rounds", "dataset"),
    *("openapi.yaml", "rounds/ovop-2026", "rounds/ovop-2026/results", "dataset/catalogue.csv", "regions/53.09"),
)


@pytest.fixture(scope="module")
def entries(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), filled(tmp_path_factory.mktemp("media")) as rows:
        yield rows


@pytest.fixture
def client():
    """Tells a failure as a partner would get it."""
    return Client(raise_request_exception=False)


def assert_refused(answer, *statuses: int) -> None:
    assert answer.status_code in (statuses or (400, 404)), (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == SHAPE
    assert body["type"] in ("validation_error", "client_error")
    assert all(set(error) == {"code", "detail", "attr"} and error["code"] and error["detail"] for error in body["errors"])
    assert body["request_id"]


def finish(answer) -> None:
    """Read a file to its end; the client then closes it and keeps the connection."""
    if answer.streaming:
        list(answer.streaming_content)


BAD_PATHS = (
    *("products/%00", "products/NTT-7K3Q%00", "products/%00/photos", "products/%00/permits", "producers/%00", "producers/a%00b"),
    *("regions/%00", "regions/53.09%00", "rounds/%00", "rounds/%00/results", "dataset/catalogue.%00", "%00", "products%00"),
    *("products/%FF%FE", "producers/%FF", "regions/%C3%28", "rounds/%FF", "dataset/catalogue.%FF", "%FF", "products/%ED%A0%80"),
    *("products/%E2%80%AE", "products/..%2F..%2Fetc", "products/" + "9" * 5000, "producers/" + "9" * 5000, "regions/" + "5" * 5000),
    *("products//photos", "products/", "regions/", "products/-1", "products/%27%20OR%201=1--", "products/%F0%9F%8D%8C", "products/%25"),
)


@pytest.mark.parametrize("path", BAD_PATHS, ids=lambda path: path[:40])
def test_a_path_that_is_none(client, entries, path):
    assert_refused(client.get(f"/api/v1/{path}"), 404)


@pytest.mark.parametrize("value", ["%00", "a%00b", "%01", "%7F"])
@pytest.mark.parametrize(
    "query",
    [
        *("products?q=", "products?region=", "products?producer=", "products?regency=", "products?fields=", "products?cursor="),
        *("products?sort=", "products?limit=", "products?pillar=", "products?updated_since=", "producers?cursor=", "producers?region="),
        *("regions?q=", "regions?parent=", "regions?within=", "regions?cursor=", "regions?level=", "statistics?region="),
        *("changes?after=", "reconcile?regency=", "rounds/ovop-2026/results?cursor="),
    ],
)
def test_a_character_that_cannot_be_read(client, entries, query, value):
    assert_refused(client.get(f"/api/v1/{query}{value}"))


@pytest.mark.parametrize("value", ["%FF", "%C3%28", "%ED%A0%80", "%", "%zz", "%F0%9F"])
@pytest.mark.parametrize(
    "query", ["products?q=", "products?region=", "products?cursor=", "producers?cursor=", "regions?q=", "regions?parent="]
)
def test_escapes_that_are_no_text_never_fail(client, entries, query, value):
    answer = client.get(f"/api/v1/{query}{value}")
    if answer.status_code != 200:
        assert_refused(answer)


HUGE = ("9" * 19, "9" * 400, "9" * 5000, "-" + "9" * 19, "1e400", "1e9", "NaN", "Infinity", "-0", "0x10", "١٢", "1_000", "1.5.2")


@pytest.mark.parametrize("value", HUGE, ids=lambda value: value[:20])
@pytest.mark.parametrize("name", ["limit", "after"])
def test_numbers_no_column_holds(client, entries, name, value):
    for resource in ("changes",) if name == "after" else LISTS:
        assert_refused(client.get(f"/api/v1/{resource}", {name: value}), 400)


@pytest.mark.parametrize("value", HUGE, ids=lambda value: value[:20])
@pytest.mark.parametrize("name", ["price_min", "price_max", "capacity_min"])
def test_prices_no_column_holds_are_refused_or_find_nothing_wrong(client, entries, name, value):
    answer = client.get(PRODUCTS, {name: value})
    if answer.status_code != 200:
        assert_refused(answer, 400)


@pytest.mark.parametrize("resource", LISTS)
@pytest.mark.parametrize("value", ["0", "1001", "-1", "abc", "1.0", " 1", "1 ", "+1"])
def test_a_limit_outside_its_range(client, entries, resource, value):
    answer = client.get(f"/api/v1/{resource}", {"limit": value})
    assert_refused(answer, 400)
    assert answer.json()["errors"][0]["attr"] == "limit"


@pytest.mark.parametrize("resource", ["products", "producers", "rounds/ovop-2026/results"])
def test_the_first_limit_beyond_the_most(client, entries, resource):
    assert_refused(client.get(f"/api/v1/{resource}", {"limit": "201"}), 400)
    assert client.get(f"/api/v1/{resource}", {"limit": "200"}).status_code == 200


@pytest.mark.parametrize(
    "name", ["q", "region", "regency", "district", "producer", "category", "cursor", "fields", "sort", "updated_since"]
)
@pytest.mark.parametrize("value", ["a" * 10_240, "a " * 5_120, "kopi&" * 10, "*" * 10_240, "(" * 10_240])
def test_very_long_values(client, entries, name, value):
    answer = client.get(PRODUCTS, {name: value})
    if answer.status_code != 200:
        assert_refused(answer, 400)


@pytest.mark.parametrize("query", ["q", "parent", "within", "cursor", "level"])
def test_very_long_values_for_regions(client, entries, query):
    answer = client.get("/api/v1/regions", {query: "a" * 10_240})
    if answer.status_code != 200:
        assert_refused(answer, 400)


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_parameter_nobody_offers_is_named(client, entries, resource):
    answer = client.get(f"/api/v1/{resource}", {"tidak_ada": "1"})
    assert_refused(answer, 400)
    assert answer.json()["errors"][0]["attr"] == "tidak_ada"


def test_an_offered_name_written_otherwise_is_not_known(client, entries):
    for name in ("Q", "limit[]", "pillar%00", "", " q", "q\x00"):
        assert_refused(client.get(PRODUCTS, {name: "1"}), 400)


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=2&limit=abc", "sort=code&sort=x", "region=53&region=x", "cursor=&cursor=x"])
def test_a_value_sent_twice_never_fails(client, entries, query):
    answer = client.get(f"{PRODUCTS}?{query}")
    if answer.status_code != 200:
        assert_refused(answer, 400)


def test_a_list_of_one_hundred_values(client, entries):
    answer = client.get(f"{PRODUCTS}?" + "&".join(["pillar=ovop"] * 100))
    assert answer.status_code == 200
    assert_refused(client.get(f"{PRODUCTS}?" + "&".join(["pillar=ovop"] * 100 + ["pillar=x"])), 400)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("resource", RESOURCES)
def test_a_method_that_is_not_offered(client, entries, resource, method):
    answer = getattr(client, method)(f"/api/v1/{resource}", data="{}", content_type="application/json")
    assert_refused(answer, 405)
    assert set(answer["Allow"].replace(",", " ").split()) <= {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("resource", RESOURCES)
def test_other_methods_of_the_protocol(client, entries, resource):
    head = client.head(f"/api/v1/{resource}")
    finish(head)
    assert head.status_code == 200
    assert client.options(f"/api/v1/{resource}").status_code == 200
    assert_refused(client.generic("TRACE", f"/api/v1/{resource}"), 405)
    assert_refused(client.generic("BREW", f"/api/v1/{resource}"), 405)


@pytest.mark.parametrize("accept", ["text/html", "image/png", "garbage", "*/*;q=0", "application/xml", ";;;", "text/html;q=x"])
def test_json_whatever_is_asked_for(client, entries, accept):
    answer = client.get(PRODUCTS, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("value", ["garbage", '"', "*", "W/", '"a", "b', ",,,", "é", '"' + "a" * 10_000 + '"'])
@pytest.mark.parametrize("name", ["If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since"])
def test_conditions_that_cannot_be_read(client, entries, name, value):
    for resource in ("products", "regions", "rounds", "dataset/catalogue.csv", f"products/{entries[0].code}"):
        answer = client.get(f"/api/v1/{resource}", headers={name: value})
        finish(answer)
        assert answer.status_code in (200, 304, 412), resource


@pytest.mark.parametrize("language", ["xx", "id;q=garbage", "*", "en-US,en;q=0.5", "a" * 5000, "../../etc", "\u00e9", ",,,;;;"])
def test_languages_nobody_speaks(client, entries, language):
    answer = client.get(f"/api/v1/{RESOURCES[3]}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer["Content-Language"] in ("id", "en")


def first_cursor(client, query: str) -> str:
    return client.get(f"{PRODUCTS}?limit=1&{query}").json()["next"].split("cursor=")[1].split("&")[0].replace("%3A", ":")


def test_a_cursor_of_another_query_or_changed_by_hand(client, entries):
    cursor = first_cursor(client, "sort=code")
    assert client.get(PRODUCTS, {"sort": "code", "cursor": cursor}).status_code == 200
    changed = (
        cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        cursor[1:],
        cursor + "x",
        cursor.replace(":", "."),
        "::",
        "a:b:c",
        "." * 50,
    )
    for value in changed:
        assert_refused(client.get(PRODUCTS, {"sort": "code", "cursor": value}), 400)
    for other in ({"sort": "name"}, {"sort": "revision"}, {"sort": "code", "pillar": "ovop"}, {"sort": "newest"}, {"sort": "price"}):
        assert_refused(client.get(PRODUCTS, other | {"cursor": cursor}), 400)


@pytest.mark.parametrize("resource", ["producers", "regions", "rounds/ovop-2026/results"])
@pytest.mark.parametrize("value", ["~", "-1", "a:b:c", "'; DROP TABLE", "\u202e", "9" * 10_000])
def test_a_cursor_that_is_a_code_never_fails(client, entries, resource, value):
    answer = client.get(f"/api/v1/{resource}", {"cursor": value})
    if answer.status_code != 200:
        assert_refused(answer, 400)


DATES = ("kemarin", "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-01T00:00:00+99:00", "2026-02-30", "0")


@pytest.mark.parametrize("value", DATES)
def test_days_that_are_none_or_lie_far_off(client, entries, value):
    answer = client.get(PRODUCTS, {"updated_since": value})
    if answer.status_code != 200:
        assert_refused(answer, 400)


@pytest.mark.parametrize("name", ["available", "flagship"])
@pytest.mark.parametrize("value", ["maybe", "", "2", "TRUE", "yes"])
def test_yes_or_no(client, entries, name, value):
    answer = client.get(PRODUCTS, {name: value})
    if answer.status_code != 200:
        assert_refused(answer, 400)


def test_a_body_with_a_read_is_left_unread(client, entries):
    for content_type in ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", ""):
        answer = client.generic("GET", PRODUCTS, data=b"\xff{", content_type=content_type)
        assert answer.status_code == 200, content_type
