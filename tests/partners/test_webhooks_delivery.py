"""Delivering: what receivers do to us, what becomes of a message each time, and that a dead worker loses nothing."""

from __future__ import annotations

import datetime as dt
import time
from queue import SimpleQueue

import pytest
from django.utils import timezone

from common import worker
from common.models import Job
from partners import jobs, services
from partners.models import Webhook, WebhookAttempt, WebhookMessage
from partners.states import AttemptError
from partners.webhooks import delivery as webhook_delivery
from partners.webhooks import messages as webhook_messages
from partners.webhooks import post as webhook_post
from partners.webhooks import services as webhook_services

from .conftest import hook, write_news
from .receiver import answer, drip, drip_headers, flood, say_nothing

pytestmark = pytest.mark.django_db
DAYS = dt.timedelta(days=1)


@pytest.fixture
def webhook(partner, receiver):
    return hook(partner, receiver.url).webhook


@pytest.fixture
def quick(monkeypatch):
    """Limits a test can wait for."""
    monkeypatch.setattr(webhook_post, "ANSWERED_WITHIN", 0.2)


def deliver(webhook):
    """One job's work, whatever rest the webhook had left."""
    Webhook.objects.filter(pk=webhook.pk).update(held_until=None)
    return webhook_delivery.deliver(webhook.pk)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_a_message_arrives_as_written_and_the_log_tells_of_it(webhook, receiver):
    (message,) = write_news(webhook, "change:7", code="NTT-1")
    assert deliver(webhook) == 1
    (sent,) = receiver.sent
    told = {"id": str(message.key), "event": "product.published", "partner": "koperasi", "data": {"code": "NTT-1"}}
    assert {name: sent.json[name] for name in told} == told
    assert dt.datetime.fromisoformat(sent.json["created_at"]).utcoffset() == dt.timedelta(hours=8)
    assert (sent.path, sent.headers["Ovop-Event"], sent.headers["Ovop-Delivery"]) == ("/hooks", "product.published", str(message.key))
    assert sent.headers["User-Agent"] == "OVOP-NTT-Webhooks/1"
    (attempt,) = message.tries.all()
    assert (attempt.status, attempt.answer, attempt.error) == (200, "ok", "")
    after = fresh(message)
    assert (after.state, after.attempts, after.next_at) == ("delivered", 1, None)
    assert after.delivered_at == fresh(webhook).last_delivered_at
    assert deliver(webhook) == 0


BAD = {
    "server error": (answer(500, "aduh"), 500, ""),
    "refused": (answer(404), 404, ""),
    "redirect": (answer(307, Location="http://127.0.0.1:9/elsewhere"), 307, "redirect"),
    "rubbish": (b"\x00\xff not http at all\r\n\r\n", None, "rubbish"),
    "a status that is none": (b"HTTP/1.1 9x9 OK\r\n\r\n", None, "rubbish"),
    "endless headers": (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", None, "rubbish"),
    "hangs up": (b"", None, "connection"),
}


@pytest.mark.parametrize("name", BAD)
def test_any_other_answer_is_a_failure_that_waits_a_minute(webhook, receiver, name):
    said, status, error = BAD[name]
    receiver.says = [said]
    (message,) = write_news(webhook, "change:1")
    deliver(webhook)
    (attempt,) = message.tries.all()
    after = fresh(message)
    assert (attempt.status, attempt.error) == (status, error)
    assert (after.state, after.attempts) == ("waiting", 1)
    assert after.next_at == attempt.at + dt.timedelta(minutes=1)
    assert len(receiver.sent) == 1  # a redirect is not followed


def test_a_receiver_that_is_down_is_noted(partner):
    webhook = hook(partner, "http://127.0.0.1:9/").webhook
    (message,) = write_news(webhook, "change:1")
    deliver(webhook)
    assert message.tries.get().error == AttemptError.CONNECTION


@pytest.mark.parametrize("way", [say_nothing, drip, drip_headers])
def test_a_slow_answer_ends_at_the_whole_time(webhook, receiver, quick, way):
    receiver.does = way
    (message,) = write_news(webhook, "change:1")
    started = time.monotonic()
    deliver(webhook)
    assert time.monotonic() - started < 0.39
    assert message.tries.get().error == AttemptError.TIMEOUT
    assert fresh(message).state == "waiting"


def test_of_a_huge_answer_only_the_beginning_is_read_and_kept(webhook, receiver):
    went_out = SimpleQueue()
    receiver.does = lambda line: went_out.put(flood(line, 50))
    (message,) = write_news(webhook, "change:1")
    deliver(webhook)
    assert went_out.get(timeout=10) < 25  # the rest lay in the buffers of the line
    attempt = message.tries.get()
    assert (attempt.status, attempt.error, attempt.answer) == (200, "", "x" * 2000)


def test_what_follows_a_good_status_may_break_off(webhook, receiver):
    receiver.says = [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"]
    (message,) = write_news(webhook, "change:1")
    deliver(webhook)
    assert (fresh(message).state, message.tries.get().answer) == ("delivered", "short")


def test_an_answer_no_database_takes_is_kept_readable(webhook, receiver):
    receiver.says = [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na\x00\xffb"]
    (message,) = write_news(webhook, "change:1")
    deliver(webhook)
    assert message.tries.get().answer == "a\ufffd\ufffdb"


def test_the_waits_grow_and_the_last_attempt_lies_at_three_days(webhook, receiver):
    (message,) = write_news(webhook, "change:1")
    now, waits = message.asked_at, []
    for attempt in range(1, 30):
        again = webhook_messages.retry_at(message, attempts=attempt, now=now)
        if again is None:
            break
        waits.append(again - now)
        now = again
    assert waits[:5] == [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360)]
    assert now - message.asked_at == 3 * DAYS
    assert len(waits) == 16


def test_after_three_days_without_any_delivery_the_message_fails_and_the_webhook_is_paused(webhook, receiver):
    old, other = write_news(webhook, "change:1", "change:2")
    WebhookMessage.objects.filter(pk=old.pk).update(asked_at=timezone.now() - 3 * DAYS)
    receiver.says = [answer(500)]
    deliver(webhook)
    after = fresh(webhook)
    assert (after.pause_reason, fresh(old).state, fresh(other).state) == ("failing", "failed", "failed")
    assert len(receiver.sent) == 1


def test_a_message_nobody_wants_pauses_nothing_while_others_arrive(webhook, receiver):
    old, other = write_news(webhook, "change:1", "change:2")
    WebhookMessage.objects.filter(pk=old.pk).update(asked_at=timezone.now() - 3 * DAYS)
    Webhook.objects.filter(pk=webhook.pk).update(last_delivered_at=timezone.now() - DAYS)
    receiver.says = [answer(500)]
    deliver(webhook)
    assert (fresh(webhook).paused_at, fresh(old).state, fresh(other).state) == (None, "failed", "waiting")
    deliver(webhook)
    assert fresh(other).state == "delivered"


def test_410_pauses_at_once(webhook, receiver, caplog):
    first, second = write_news(webhook, "change:1", "change:2")
    receiver.says = [answer(410)]
    deliver(webhook)
    assert fresh(webhook).pause_reason == "gone"
    assert {fresh(first).state, fresh(second).state} == {"failed"}
    assert "webhook paused" in caplog.text
    assert deliver(webhook) == 0


def test_after_a_failure_the_webhook_rests_and_one_success_brings_all_forward(webhook, receiver):
    messages = write_news(webhook, "change:1", "change:2", "change:3")
    receiver.says = [answer(503)]
    assert webhook_delivery.deliver(webhook.pk) == 1
    rest = fresh(webhook).held_until - timezone.now()
    assert dt.timedelta(seconds=25) < rest <= dt.timedelta(seconds=30)
    assert webhook_delivery.deliver(webhook.pk) == 0
    assert (fresh(webhook).failures, fresh(webhook).is_failing) == (1, True)
    assert deliver(webhook) == 3
    assert {fresh(message).state for message in messages} == {"delivered"}
    after = fresh(webhook)
    assert (after.failing_since, after.failures, after.held_until) == (None, 0, None)


def test_one_slow_webhook_takes_one_attempt_and_leaves_the_others_alone(partner, webhook, receiver, quick):
    calm = hook(partner, receiver.url + "/calm").webhook
    write_news(webhook, "change:1", "change:2")
    (other,) = write_news(calm, "change:1")
    receiver.does = say_nothing
    assert deliver(webhook) == 1
    receiver.does = None
    assert deliver(calm) == 1
    assert fresh(other).state == "delivered"


def test_a_job_gives_way_after_a_while_and_asks_to_go_on(webhook, receiver, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(webhook_delivery, "AT_ONCE", 0.0)
    monkeypatch.setattr(webhook_delivery.time, "monotonic", iter(range(0, 100, 1)).__next__)
    write_news(webhook, "change:1", "change:2")
    with django_capture_on_commit_callbacks(execute=True):
        webhook_delivery.deliver(webhook.pk)
    assert Job.objects.filter(name="partners.webhooks.delivery.deliver", key=str(webhook.pk)).count() == 1


def test_two_workers_are_never_at_one_webhook_at_once(webhook, receiver):
    write_news(webhook, "change:1")
    assert webhook_delivery._hold(webhook.pk)
    assert webhook_delivery._hold(webhook.pk) is None
    assert webhook_delivery.deliver(webhook.pk) == 0
    assert receiver.sent == []


def test_a_lease_that_was_lost_is_not_given_back(webhook):
    held = webhook_delivery._hold(webhook.pk)
    other = timezone.now() + dt.timedelta(seconds=99)
    Webhook.objects.update(held_until=other)
    webhook_delivery._release(held, True)
    assert fresh(webhook).held_until == other


def test_the_sweep_finds_what_nobody_woke(webhook, receiver, django_capture_on_commit_callbacks):
    (message,) = write_news(webhook, "change:1")
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.deliver_due() == 1
    assert worker.run_due() == 1
    assert fresh(message).state == "delivered"
    assert jobs.deliver_due() == 0


def test_a_partner_that_is_switched_off_is_told_nothing(webhook, receiver, partner, province):
    (waiting,) = write_news(webhook, "change:1")
    services.deactivate_partner(actor=province, partner=partner)
    (later,) = write_news(fresh(webhook), "change:2")
    assert {fresh(waiting).state, later.state} == {"failed"}
    WebhookMessage.objects.update(state="waiting", next_at=timezone.now())
    assert (deliver(webhook), jobs.deliver_due()) == (0, 0)
    assert receiver.sent == []


def test_what_changes_while_a_job_is_at_it_counts_at_once(webhook, receiver, partner):
    write_news(webhook, "change:1", "change:2")

    original = webhook_delivery.post

    def post(url, *args):
        answered = original(url, *args)
        if not url.endswith("/new"):
            webhook_services.change(actor=partner.service_user, webhook=webhook, url=receiver.url + "/new")
        return answered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook_delivery, "post", post)
        deliver(webhook)
    assert [sent.path for sent in receiver.sent] == ["/hooks", "/hooks/new"]


def test_a_secret_sealed_with_a_lost_key_is_told_in_the_log(webhook, receiver, settings):
    (message,) = write_news(webhook, "change:1")
    settings.SECRET_KEY = "another"
    deliver(webhook)
    assert (message.tries.get().error, receiver.sent) == (AttemptError.SECRET, [])
    settings.SECRET_KEY_FALLBACKS = ["test-only"]
    deliver(webhook)
    WebhookMessage.objects.update(next_at=timezone.now())
    deliver(webhook)
    assert fresh(message).state == "delivered"


def test_the_log_is_kept_for_thirty_days(webhook, receiver):
    old, young, waiting = write_news(webhook, "change:1", "change:2", "change:3")
    WebhookMessage.objects.filter(pk=waiting.pk).update(next_at=timezone.now() + DAYS, created_at=timezone.now() - 40 * DAYS)
    deliver(webhook)
    WebhookMessage.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(days=30, minutes=1))
    WebhookMessage.objects.filter(pk=young.pk).update(created_at=timezone.now() - dt.timedelta(days=29, hours=23))
    jobs.forget_old()
    assert set(WebhookMessage.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk}
    assert WebhookAttempt.objects.count() == 1


def test_a_removed_webhook_goes_with_its_log(webhook, receiver):
    (message,) = write_news(webhook, "change:1")
    webhook_services.remove(actor=webhook.partner.service_user, webhook=webhook)
    assert fresh(message).state == "failed"
    Webhook.objects.update(removed_at=timezone.now() - dt.timedelta(days=31))
    jobs.forget_old()
    assert Webhook.objects.exists()
    WebhookMessage.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    jobs.forget_old()
    assert not Webhook.objects.exists()
