"""The receiver of docs/api.md, run as it stands there: it takes what we send, once, and nothing else."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

import pytest
from django.utils import timezone

from partners.models import WebhookMessage
from partners.webhooks import delivery as webhook_delivery
from partners.webhooks import services as webhook_services
from tests.registry.test_api_guide import guide  # noqa: F401 - a fixture

from .conftest import hook, write_news

pytestmark = pytest.mark.django_db


@contextmanager
def serving(handler):
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hooks"
        server.shutdown()
        thread.join()


def test_the_receiver_of_the_guide_takes_each_message_once(guide, partner):  # noqa: F811 - the fixture
    known, taken, secret = set(), [], []

    class Late(guide["receiver"]("", known, taken.append)):
        """The secret is known only once the address is registered."""

        def do_POST(self):
            guide["receiver"](secret[-1], known, taken.append).do_POST(self)

    with serving(Late) as url:
        issued = hook(partner, url)
        secret.append(issued.secret)
        (message,) = write_news(issued.webhook, "change:1")
        for _time in range(2):
            webhook_delivery.deliver(issued.webhook.pk)
            WebhookMessage.objects.update(state="waiting", next_at=timezone.now(), delivered_at=None)
        assert [found["id"] for found in taken] == [str(message.key)]
        assert [row.status for row in message.tries.all()] == [204, 204]
        # For a day both secrets are right, so the receiver may change over when it likes.
        new = webhook_services.rotate_secret(actor=partner.service_user, webhook=issued.webhook)
        for text in (issued.secret, new.secret):
            secret.append(text)
            WebhookMessage.objects.update(state="waiting", next_at=timezone.now(), delivered_at=None)
            webhook_delivery.deliver(issued.webhook.pk)
        assert [row.status for row in message.tries.all()] == [204] * 4
        secret.append("another")
        WebhookMessage.objects.update(state="waiting", next_at=timezone.now(), delivered_at=None)
        webhook_delivery.deliver(issued.webhook.pk)
        assert message.tries.last().status == 401
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, data=b"{}")  # noqa: S310 - our own server
        assert refused.value.code == 401
        refused.value.close()


def test_what_the_guide_takes_for_genuine(guide):  # noqa: F811 - the fixture
    header = webhook_delivery.signature(["rahasia"], b"{}", at=1_790_000_000)
    genuine = guide["is_genuine"]
    assert genuine("rahasia", header, b"{}", now=1_790_000_299)
    assert not genuine("rahasia", header, b"{ }", now=1_790_000_000)
    assert not genuine("rahasia2", header, b"{}", now=1_790_000_000)
    assert not genuine("rahasia", header, b"{}", now=1_790_000_301)
    assert not genuine("rahasia", header.replace("t=1", "t=2"), b"{}", now=2_790_000_000)
    for broken in ("", "t=", "t=x,v1=y", "v1=abc", "t=1790000000"):
        assert not genuine("rahasia", broken, b"{}", now=1_790_000_000)
