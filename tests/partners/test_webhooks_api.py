"""Webhooks over the API: a partner looks after its own, others are not found, a secret is told once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from common import worker
from partners.models import Webhook, WebhookMessage
from partners.webhooks import delivery as webhook_delivery
from partners.webhooks import services as webhook_services

from .conftest import hook, issue, register, token_of, write_news
from .receiver import answer

pytestmark = pytest.mark.django_db
BASE = "/api/v1/webhooks"
URL = "http://127.0.0.1:9/hooks"


class Asker:
    """Asks the API with the token of a partner."""

    def __init__(self, client, token):
        self.client, self.headers = client, {"authorization": f"Bearer {token}", "accept-language": "en"}

    def __call__(self, method, path="", data=None):
        body = {} if data is None else {"data": data, "content_type": "application/json"}
        once = {"idempotency-key": uuid.uuid4().hex} if method == "post" else {}
        return getattr(self.client, method)(f"{BASE}{path}", headers=self.headers | once, **body)


@pytest.fixture
def ask(client, province, partner):
    return Asker(client, token_of(issue(province, partner, scopes=["webhooks:manage"])))


@pytest.fixture
def webhook(partner, receiver):
    return hook(partner, receiver.url).webhook


def codes(reply):
    return {(error["attr"], error["code"]) for error in reply.json()["errors"]}


def test_from_registering_to_a_verified_message(ask, receiver):
    made = ask("post", data={"url": receiver.url, "events": ["product.published"], "description": "Situs"})
    told = made.json()
    assert (made.status_code, made["Location"], made["Cache-Control"]) == (201, f"{BASE}/{told['key']}", "no-store")
    read = ask("get", f"/{told['key']}")
    assert (read.json() | {"secret": told["secret"]}) == told
    assert "secret" not in read.json()
    assert ask("get").json() == {"results": [read.json()]}
    assert (told["state"], told["events"], told["description"], told["pause_reason"]) == ("active", ["product.published"], "Situs", None)
    ping = ask("post", f"/{told['key']}/ping")
    assert (ping.status_code, ping.json()["state"], ping.json()["attempts"]) == (202, "waiting", [])
    assert worker.run_due() == 1
    (row,) = ask("get", f"/{told['key']}/deliveries").json()["results"]
    assert (row["id"], row["state"], row["event"]) == (ping.json()["id"], "delivered", "ping")
    (attempt,) = row["attempts"]
    assert (attempt["status"], attempt["answer"], attempt["error"]) == (200, "ok", None)
    assert row["body"] == receiver.sent[0].json
    assert dt.datetime.fromisoformat(row["created_at"]).utcoffset() == dt.timedelta(hours=8)


def test_changing_pausing_and_removing(ask, webhook):
    path = f"/{webhook.key}"
    changed = ask("patch", path, {"events": ["region.changed"], "url": f"{URL}/b"}).json()
    assert (changed["events"], changed["url"]) == (["region.changed"], f"{URL}/b")
    paused = ask("post", f"{path}/pause").json()
    assert (paused["state"], paused["pause_reason"]) == ("paused", "partner")
    assert ask("post", f"{path}/resume").json()["state"] == "active"
    gone = ask("delete", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert ask("get", path).status_code == 404
    assert ask("get").json() == {"results": []}


def test_a_new_secret_is_told_once(ask, webhook):
    told = ask("post", f"/{webhook.key}/rotate").json()
    assert webhook_delivery.secrets_of(Webhook.objects.get())[0] == told["secret"]
    assert dt.datetime.fromisoformat(told["former_secret_until"]) > timezone.now() + dt.timedelta(hours=23)
    assert "secret" not in ask("get", f"/{webhook.key}").json()


def test_a_pause_by_itself_is_told(ask, webhook, receiver):
    write_news(webhook, "change:1")
    receiver.says = [answer(500)]
    webhook_delivery.deliver(webhook.pk)
    told = ask("get", f"/{webhook.key}").json()
    assert (told["state"], told["failing_since"] is None) == ("failing", False)
    Webhook.objects.update(held_until=None)
    WebhookMessage.objects.update(next_at=timezone.now())
    receiver.says = [answer(410)]
    webhook_delivery.deliver(webhook.pk)
    told = ask("get", f"/{webhook.key}").json()
    assert (told["state"], told["pause_reason"]) == ("paused", "gone")
    assert told["paused_at"]


def test_a_span_is_replayed(ask, webhook, receiver):
    (message,) = write_news(webhook, "change:1")
    webhook_delivery.deliver(webhook.pk)
    at = ask("get", f"/{webhook.key}/deliveries").json()["results"][0]["created_at"]
    later = (dt.datetime.fromisoformat(at) + dt.timedelta(seconds=1)).isoformat()
    done = ask("post", f"/{webhook.key}/replay", {"since": at, "until": later})
    assert (done.status_code, done.json()) == (202, {"count": 1})
    webhook_delivery.deliver(webhook.pk)
    assert [sent.headers["Ovop-Delivery"] for sent in receiver.sent] == [str(message.key)] * 2


def test_the_log_goes_by_pages_and_can_be_narrowed(ask, webhook):
    messages = write_news(webhook, *(f"change:{number}" for number in range(5)))
    write_news(webhook, "change:9", event="product.withdrawn")
    WebhookMessage.objects.filter(pk=messages[0].pk).update(state="failed", next_at=None)
    path, seen, pages = f"/{webhook.key}/deliveries?limit=2&event=product.published", [], 0
    while path:
        page = ask("get", path).json()
        assert len(page["results"]) <= 2
        seen += [row["id"] for row in page["results"]]
        path, pages = (page["next"] or "").partition(BASE)[2], pages + 1
    assert (seen, pages) == ([str(message.key) for message in reversed(messages)], 3)
    failed = ask("get", f"/{webhook.key}/deliveries?state=failed").json()["results"]
    assert [row["id"] for row in failed] == [str(messages[0].key)]


@pytest.mark.parametrize("count", [1, 5])
def test_a_page_of_the_log_costs_the_same_for_any_number(ask, webhook, count, django_assert_num_queries):
    write_news(webhook, *(f"change:{number}" for number in range(count)))
    webhook_delivery.deliver(webhook.pk)
    with django_assert_num_queries(4):
        assert len(ask("get", f"/{webhook.key}/deliveries").json()["results"]) == count


WRONG_QUERIES = {
    "?state=x": ("state", "invalid"),
    "?event=x": ("event", "invalid"),
    "?limit=0": ("limit", "limit"),
    "?cursor=x": ("cursor", "cursor"),
    "?cursor=00000000-0000-4000-8000-000000000000": ("cursor", "cursor"),
    "?page=2": ("page", "unknown"),
}


@pytest.mark.parametrize("query", WRONG_QUERIES)
def test_a_wrong_parameter_is_named(ask, webhook, query):
    reply = ask("get", f"/{webhook.key}/deliveries{query}")
    assert (reply.status_code, codes(reply)) == (400, {WRONG_QUERIES[query]})


def test_the_cursor_of_another_log_is_none(ask, webhook, partner):
    (message,) = write_news(hook(partner, URL).webhook, "change:1")
    assert codes(ask("get", f"/{webhook.key}/deliveries?cursor={message.key}")) == {("cursor", "cursor")}


GOOD = {"url": URL, "events": ["region.changed"]}
WRONG_BODIES = [
    ({}, {("url", "required"), ("events", "required")}),
    ({**GOOD, "events": []}, {("events", "empty")}),
    ({**GOOD, "events": ["product.publish"]}, {("events.0", "invalid_choice")}),
    ({**GOOD, "events": "region.changed"}, {("events", "not_a_list")}),
    ({**GOOD, "url": "nowhere"}, {("url", "invalid")}),
    ({**GOOD, "url": "https://a:b@x.example/"}, {("url", "invalid")}),
    ({**GOOD, "url": "https://x.example/\0"}, {("url", "null_characters_not_allowed")}),
    ({**GOOD, "description": "x" * 151}, {("description", "max_length")}),
    ({**GOOD, "secret": "mine"}, {("secret", "unknown")}),
    ([GOOD], {("non_field_errors", "invalid")}),
]


@pytest.mark.parametrize(("body", "expected"), WRONG_BODIES, ids=lambda value: str(sorted(value) if isinstance(value, set) else value)[:50])
def test_a_wrong_body_is_refused_by_field(ask, body, expected):
    reply = ask("post", data=body)
    assert (reply.status_code, codes(reply)) == (400, expected)
    assert not Webhook.objects.exists()


def test_what_the_service_refuses_is_told_in_the_same_shape(ask, webhook, settings):
    settings.WEBHOOK_PRIVATE_TARGETS = False
    reply = ask("post", data={**GOOD, "url": "https://169.254.169.254/"})
    assert (reply.status_code, codes(reply)) == (400, {("url", "invalid")})
    assert ask("patch", f"/{webhook.key}", {"url": "http://x.example/"}).status_code == 400
    now = timezone.now().isoformat()
    assert codes(ask("post", f"/{webhook.key}/replay", {"since": now, "until": now})) == {("until", "invalid")}


def addresses(key):
    one = f"/{key}"
    span = {"since": "2026-01-01T00:00:00+08:00", "until": "2026-02-01T00:00:00+08:00"}
    return [
        *(("get", one), ("patch", one, {"description": "x"}), ("delete", one), ("get", f"{one}/deliveries")),
        *(("post", f"{one}/{act}") for act in ("ping", "pause", "resume", "rotate")),
        ("post", f"{one}/replay", span),
    ]


@pytest.mark.parametrize("place", range(9))
def test_the_webhook_of_another_partner_is_not_found(ask, province, place):
    foreign = hook(register(province, "gerai"), URL).webhook
    before = Webhook.objects.values().get()
    for key in (foreign.key, uuid.uuid4(), "x"):
        assert ask(*addresses(key)[place]).status_code == 404
    assert Webhook.objects.values().get() == before
    assert not WebhookMessage.objects.exists()


def test_the_list_holds_only_the_own(ask, province, webhook):
    hook(register(province, "gerai"), URL)
    assert [row["key"] for row in ask("get").json()["results"]] == [str(webhook.key)]


def test_a_token_without_the_scope_opens_nothing(client, province, partner, webhook):
    every = [("get", ""), ("post", "", GOOD), *addresses(webhook.key)]
    without = Asker(client, token_of(issue(province, partner, scopes=["catalogue:read", "products:write"])))
    assert {without(*row).status_code for row in every} == {403}
    client.force_login(province)  # the cookie of an officer is no token
    assert {getattr(client, row[0])(f"{BASE}{row[1]}").status_code for row in every} == {401}
    assert Webhook.objects.count() == 1


def test_a_webhook_made_over_the_api_is_that_of_its_partner(ask, partner, province):
    register(province, "gerai")
    ask("post", data=GOOD)
    assert Webhook.objects.get().partner == partner
    assert not webhook_services.Webhook.objects.exclude(partner=partner).exists()
