"""What partners and officers do with webhooks, and the signature a receiver checks."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from common import worker
from partners import jobs, services
from partners.models import Webhook, WebhookMessage
from partners.states import PauseReason
from partners.webhooks import delivery as webhook_delivery
from partners.webhooks import services as webhook_services
from partners.webhooks import signing as webhook_signing
from tests.factories import officer

from .conftest import hook, register, write_news
from .receiver import answer

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hooks"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def issued(partner, receiver):
    return hook(partner, receiver.url)


@pytest.fixture
def webhook(issued):
    return issued.webhook


def span():
    return {"since": timezone.now() - HOUR, "until": timezone.now() + HOUR}


def test_the_secret_is_sealed_and_opens_again(issued):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM partners_webhook w")
        (row,) = cursor.fetchone()
    assert issued.secret.startswith("ovopwh_")
    assert len(issued.secret) > 40
    assert issued.secret not in row
    assert webhook_delivery.secrets_of(issued.webhook) == [issued.secret]


def marks(sent, secret):
    """Whether one of the signatures is right for this secret, as a receiver computes it."""
    parts = [part.partition("=")[::2] for part in sent.headers["Ovop-Signature"].split(",")]
    at = dict(parts)["t"]
    told = hmac.new(secret.encode(), f"{at}.".encode() + sent.body, hashlib.sha256).hexdigest()
    return [value == told for name, value in parts if name == "v1"], int(at)


def test_a_message_is_signed_with_the_moment(issued, webhook, receiver):
    write_news(webhook, "change:1")
    webhook_delivery.deliver(webhook.pk)
    right, at = marks(receiver.sent[0], issued.secret)
    assert right == [True]
    assert abs(at - timezone.now().timestamp()) < 5


def test_both_secrets_sign_for_a_day(issued, webhook, receiver):
    new = webhook_services.rotate_secret(actor=webhook.partner.service_user, webhook=webhook)
    write_news(webhook, "change:1", "change:2")
    webhook_delivery.deliver(webhook.pk)
    assert marks(receiver.sent[0], new.secret)[0] == [True, False]
    assert marks(receiver.sent[0], issued.secret)[0] == [False, True]
    assert new.webhook.former_until - timezone.now() > dt.timedelta(hours=23, minutes=59)
    Webhook.objects.update(former_until=timezone.now())
    write_news(webhook, "change:3")
    webhook_delivery.deliver(webhook.pk)
    assert marks(receiver.sent[-1], new.secret)[0] == [True]
    jobs.forget_old()
    assert (Webhook.objects.get().former_secret, Webhook.objects.get().former_until) == ("", None)


def test_the_signature_of_a_known_text_is_that_of_the_guide():
    told = webhook_signing.signature(["rahasia"], b'{"id":"1"}', at=1790000000)
    assert told == "t=1790000000,v1=" + hmac.new(b"rahasia", b'1790000000.{"id":"1"}', hashlib.sha256).hexdigest()


def test_a_replay_sends_the_same_ids_again(webhook, receiver):
    first, second, waiting = write_news(webhook, "change:1", "change:2", "change:3")
    WebhookMessage.objects.filter(pk=waiting.pk).update(next_at=timezone.now() + HOUR)
    WebhookMessage.objects.filter(pk=second.pk).update(created_at=timezone.now() - 2 * HOUR)
    webhook_delivery.deliver(webhook.pk)
    assert webhook_services.replay(actor=webhook.partner.service_user, webhook=webhook, **span()) == 1
    webhook_delivery.deliver(webhook.pk)
    assert [sent.headers["Ovop-Delivery"] for sent in receiver.sent] == [str(row.key) for row in (first, second, first)]
    assert receiver.sent[0].body == receiver.sent[2].body
    assert first.tries.count() == 2


def test_a_replay_runs_three_days_anew(webhook, receiver):
    write_news(webhook, "change:1")
    long_ago = timezone.now() - dt.timedelta(days=20)
    WebhookMessage.objects.update(created_at=long_ago, asked_at=long_ago, state="failed", next_at=None, attempts=16)
    webhook_services.replay(actor=webhook.partner.service_user, webhook=webhook, since=long_ago - HOUR, until=long_ago + HOUR)
    receiver.says = [answer(500)]
    webhook_delivery.deliver(webhook.pk)
    after = WebhookMessage.objects.get()
    assert (after.state, after.attempts) == ("waiting", 1)
    assert after.next_at - timezone.now() < dt.timedelta(minutes=1)


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_ping_is_sent_once_whatever_comes_back(webhook, receiver, is_paused):
    if is_paused:
        webhook_services.pause(actor=webhook.partner.service_user, webhook=webhook)
    receiver.says = [answer(500, "aduh")]
    message = webhook_services.ping(actor=webhook.partner.service_user, webhook=webhook)
    assert worker.run_due() == 1
    message.refresh_from_db()
    assert (message.event, message.state, message.tries.get().status) == ("ping", "failed", 500)
    assert Webhook.objects.get().failing_since is None
    assert receiver.sent[0].json["data"]["webhook"] == str(webhook.key)
    assert jobs.deliver_due() == 0
    webhook_delivery.deliver_ping(message.pk)
    assert len(receiver.sent) == 1


def test_a_pause_stops_what_waits_and_resuming_begins_afresh(webhook, receiver):
    actor = webhook.partner.service_user
    (message,) = write_news(webhook, "change:1")
    Webhook.objects.update(failing_since=timezone.now(), failures=3, held_until=timezone.now() + HOUR)
    paused = webhook_services.pause(actor=actor, webhook=webhook)
    assert paused.pause_reason == "partner"
    assert webhook_services.pause(actor=actor, webhook=webhook).paused_at == paused.paused_at
    message.refresh_from_db()
    assert message.state == "failed"
    with pytest.raises(ValidationError):
        webhook_services.replay(actor=actor, webhook=webhook, **span())
    resumed = webhook_services.resume(actor=actor, webhook=webhook)
    assert (resumed.paused_at, resumed.pause_reason, resumed.failing_since, resumed.failures) == (None, "", None, 0)
    write_news(webhook, "change:2")
    webhook_delivery.deliver(webhook.pk)
    assert len(receiver.sent) == 1


def test_an_officers_pause_says_so(webhook, province):
    assert webhook_services.pause(actor=province, webhook=webhook).pause_reason == "officer"


def test_a_change_names_only_what_changes(webhook):
    actor = webhook.partner.service_user
    changed = webhook_services.change(actor=actor, webhook=webhook, events=["region.changed", "product.stars", "region.changed"])
    assert (changed.url, changed.events, changed.description) == (webhook.url, ["product.stars", "region.changed"], "")
    changed = webhook_services.change(actor=actor, webhook=webhook, url=f"{URL}/new", description=" Situs ")
    assert (changed.url, changed.events, changed.description) == (f"{URL}/new", ["product.stars", "region.changed"], "Situs")


@pytest.mark.parametrize("events", [[], ["product.publish"], ["ping"]])
def test_only_events_of_the_table_can_be_chosen(partner, events):
    with pytest.raises(ValidationError) as refusal:
        hook(partner, URL, events=events)
    assert list(refusal.value.message_dict) == ["events"]


def test_a_partner_has_at_most_twenty(partner, monkeypatch):
    monkeypatch.setattr(webhook_services, "MOST_WEBHOOKS", 2)
    first = hook(partner, URL).webhook
    hook(partner, URL)
    with pytest.raises(ValidationError):
        hook(partner, URL)
    webhook_services.remove(actor=partner.service_user, webhook=first)
    hook(partner, URL)


def test_a_removed_webhook_forgets_its_secret_and_takes_nothing_more(webhook):
    actor = webhook.partner.service_user
    removed = webhook_services.remove(actor=actor, webhook=webhook)
    assert (removed.secret, removed.former_secret) == ("", "")
    assert not Webhook.objects.kept_by(webhook.partner).exists()
    for act in (webhook_services.ping, webhook_services.pause, webhook_services.resume, webhook_services.remove):
        with pytest.raises(ValidationError):
            act(actor=actor, webhook=webhook)


def acts(partner, webhook):
    services = webhook_services
    return {
        "register": lambda actor: services.register(actor=actor, partner=partner, url=URL, events=["region.changed"]),
        "change": lambda actor: services.change(actor=actor, webhook=webhook, description="x"),
        "rotate": lambda actor: services.rotate_secret(actor=actor, webhook=webhook),
        "pause": lambda actor: services.pause(actor=actor, webhook=webhook),
        "resume": lambda actor: services.resume(actor=actor, webhook=webhook),
        "ping": lambda actor: services.ping(actor=actor, webhook=webhook),
        "replay": lambda actor: services.replay(actor=actor, webhook=webhook, **span()),
        "remove": lambda actor: services.remove(actor=actor, webhook=webhook),
    }


def test_only_the_partner_itself_and_officers_of_partners_may(province, partner, webhook):
    others = [register(province, "gerai").service_user, officer(Role.VIEWER, "53"), officer(Role.REGENCY_OFFICER, "53.09")]
    for name, act in acts(partner, webhook).items():
        for stranger in others:
            with pytest.raises(Refused):
                act(stranger)
        for own in (partner.service_user, province):
            with transaction.atomic():
                assert act(own) is not None, name
                transaction.set_rollback(True)


def test_a_partner_that_is_switched_off_does_nothing(province, partner, webhook):
    services.deactivate_partner(actor=province, partner=partner)
    webhook = Webhook.objects.select_related("partner").get()
    for act in acts(webhook.partner, webhook).values():
        with pytest.raises(Refused):
            act(webhook.partner.service_user)


WRONG_ROWS = [
    (Webhook, {"events": []}),
    (Webhook, {"paused_at": timezone.now()}),
    (Webhook, {"pause_reason": "failing"}),
    (Webhook, {"failures": 1}),
    (Webhook, {"removed_at": timezone.now()}),
    (Webhook, {"former_secret": "x"}),
    (WebhookMessage, {"next_at": None}),
    (WebhookMessage, {"state": "delivered", "next_at": None}),
    (WebhookMessage, {"delivered_at": timezone.now()}),
]


@pytest.mark.parametrize(("model", "fields"), WRONG_ROWS, ids=lambda value: str(value)[:40])
def test_the_database_refuses_rows_that_contradict_themselves(webhook, model, fields):
    write_news(webhook, "change:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**fields)


def test_a_pause_by_itself_is_listed_for_officers(webhook):
    webhook_delivery.pause_by_itself(webhook, PauseReason.FAILING)
    assert list(Webhook.objects.paused_by_itself()) == [webhook]
    webhook_services.resume(actor=webhook.partner.service_user, webhook=webhook)
    assert not Webhook.objects.paused_by_itself().exists()
