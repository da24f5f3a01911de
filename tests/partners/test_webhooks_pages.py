"""The staff pages about webhooks: who reaches them, what they tell, what the buttons do."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from common import worker
from partners.models import Webhook, WebhookAttempt, WebhookMessage
from partners.states import PauseReason
from partners.webhooks import delivery as webhook_delivery

from .conftest import hook, register, write_news
from .receiver import answer
from .test_pages import PEOPLE

pytestmark = pytest.mark.django_db
#                   anonymous nobody head viewer trade regency education province admin
GET = {
    "webhook_list":   [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "webhook_log":    [302, 403, 403, 403, 403, 403, 403, 200, 200],
    "webhook_test":   [302, 403, 403, 403, 403, 403, 403, 405, 405],
    "webhook_pause":  [302, 403, 403, 403, 403, 403, 403, 405, 405],
    "webhook_resume": [302, 403, 403, 403, 403, 403, 403, 405, 405],
}  # fmt: skip
POST = {
    "webhook_test":   [401, 403, 403, 403, 403, 403, 403, 302, 302],
    "webhook_pause":  [401, 403, 403, 403, 403, 403, 403, 302, 302],
}  # fmt: skip


@pytest.fixture
def webhook(partner, receiver):
    return hook(partner, receiver.url, description="Situs web").webhook


def address(name, webhook):
    key = [] if name == "webhook_list" else [webhook.key]
    return reverse(name, args=[webhook.partner.code, *key])


@pytest.mark.parametrize("who", PEOPLE)
def test_who_reaches_which_page(client, webhook, who):
    user, place = PEOPLE[who](), list(PEOPLE).index(who)
    if user:
        client.force_login(user)
    found = {("GET", name): client.get(address(name, webhook)).status_code for name in GET}
    found |= {("POST", name): client.post(address(name, webhook)).status_code for name in POST}
    expected = {("GET", name): row[place] for name, row in GET.items()} | {("POST", name): row[place] for name, row in POST.items()}
    assert found == expected
    assert (Webhook.objects.get().is_paused, WebhookMessage.objects.exists()) == (place >= 7, place >= 7)


@pytest.mark.parametrize("name", ["webhook_log", "webhook_test", "webhook_pause", "webhook_resume"])
def test_a_webhook_of_another_partner_is_not_found(client, province, webhook, name):
    other = register(province, "gerai")
    client.force_login(province)
    method = client.get if name == "webhook_log" else client.post
    for code, key in ((other.code, webhook.key), (webhook.partner.code, uuid.uuid4()), ("keiner", webhook.key)):
        assert method(reverse(name, args=[code, key])).status_code == 404
    assert not Webhook.objects.get().is_paused


def page(client, name, webhook):
    return client.get(address(name, webhook)).content.decode()


def test_the_log_shows_what_was_sent_and_what_came_back(client, province, webhook, receiver):
    receiver.says = [answer(500, "<b>aduh</b>")]
    (message,) = write_news(webhook, "change:1", code="NTT-CONTOH")
    webhook_delivery.deliver(webhook.pk)
    client.force_login(province)
    text = page(client, "webhook_log", webhook)
    for part in ("NTT-CONTOH", "&lt;b&gt;aduh&lt;/b&gt;", "500", str(message.key), "product.published", "Belum terjangkau sejak"):
        assert part in text
    assert "<b>aduh" not in text
    secrets = {webhook.secret, webhook_delivery.secrets_of(webhook)[0]}
    assert not [secret for secret in secrets if secret in text]


def test_the_log_can_be_narrowed(client, province, webhook, receiver):
    write_news(webhook, "change:1")
    client.force_login(province)
    base = address("webhook_log", webhook)
    assert len(client.get(f"{base}?state=waiting").context["lines"]) == 1
    assert len(client.get(f"{base}?state=failed").context["lines"]) == 0
    assert len(client.get(f"{base}?state=x").context["lines"]) == 1


def test_the_buttons(client, province, webhook, receiver):
    client.force_login(province)
    done = client.post(address("webhook_test", webhook), follow=True)
    assert "Uji coba sedang dikirim" in done.content.decode()
    assert worker.run_due() == 1
    assert receiver.sent[0].headers["Ovop-Event"] == "ping"
    client.post(address("webhook_pause", webhook))
    assert Webhook.objects.get().pause_reason == "officer"
    text = page(client, "webhook_log", webhook)
    assert address("webhook_resume", webhook) in text
    assert address("webhook_pause", webhook) not in text
    client.post(address("webhook_resume", webhook))
    assert not Webhook.objects.get().is_paused


def test_what_cannot_be_done_is_said(client, province, webhook):
    type(webhook.partner).objects.update(is_active=False)
    client.force_login(province)
    done = client.post(address("webhook_test", webhook), follow=True)
    assert "Mitra ini tidak aktif" in done.content.decode()
    assert not WebhookMessage.objects.exists()


@pytest.mark.parametrize("reason", [PauseReason.FAILING, PauseReason.GONE])
def test_a_pause_by_itself_stands_on_the_pages_and_on_the_dashboard_of_those_who_can_help(client, province, webhook, reason):
    webhook_delivery.pause_by_itself(webhook, reason)
    places = [reverse("admin:index"), reverse("partner_detail", args=[webhook.partner.code]), address("webhook_list", webhook)]
    log = address("webhook_log", webhook)
    client.force_login(province)
    for place in places:
        assert log in client.get(place).content.decode(), place
        assert "Dijeda sendiri" in client.get(place).content.decode(), place
    client.force_login(PEOPLE["regency"]())
    assert log not in client.get(places[0]).content.decode()


def test_a_pause_somebody_wanted_is_no_warning(client, province, webhook):
    client.force_login(province)
    client.post(address("webhook_pause", webhook))
    assert address("webhook_log", webhook) not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_any_number(client, province, partner, receiver, count, django_assert_num_queries):
    hooks = [hook(partner, receiver.url).webhook for _number in range(count)]
    write_news(hooks[0], *(f"change:{number}" for number in range(count)))
    webhook_delivery.deliver(hooks[0].pk)
    client.force_login(province)
    for name, number in (("webhook_list", LIST), ("webhook_log", LOG)):
        client.get(address(name, hooks[0]))
        with django_assert_num_queries(number):
            client.get(address(name, hooks[0]))


LIST, LOG = 7, 10
MODELS = [Webhook, WebhookMessage, WebhookAttempt, Webhook.pgh_event_model]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize(("who", "expected"), [("viewer", 403), ("regency", 403), ("province", 200), ("admin", 200)])
def test_the_tables_are_seen_by_the_province_and_changed_by_nobody(client, webhook, model, who, expected):
    write_news(webhook, "change:1")
    webhook_delivery.deliver(webhook.pk)
    row, name = model.objects.first(), f"admin:partners_{model._meta.model_name}"
    client.force_login(PEOPLE[who]())
    assert client.get(reverse(f"{name}_changelist")).status_code == expected
    shown = client.get(reverse(f"{name}_change", args=[row.pk]))
    assert shown.status_code in (expected, 302)
    assert webhook.secret not in shown.content.decode()
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code in (302, 403, 404)
    assert model.objects.filter(pk=row.pk).exists()
