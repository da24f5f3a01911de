"""A partner with a credential, and ways to ask for a token and to ask the API."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.states import Role
from partners import services, throttles
from partners.models import WebhookMessage
from partners.scopes import SCOPES
from partners.webhooks import messages as webhook_messages
from partners.webhooks import services as webhook_services
from partners.webhooks.events import News
from tests.factories import officer

from .receiver import listening

TOKEN = "/api/v1/token"


@pytest.fixture(autouse=True)
def _nothing_counted(request):
    throttles.forget()
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("_django_db_helper")
        cache.clear()
    yield
    throttles.forget()


@pytest.fixture
def province(db):
    """A province officer, who looks after partners."""
    return officer(Role.PROVINCE_OFFICER, "53")


@pytest.fixture
def partner(province):
    return register(province)


@pytest.fixture
def issued(province, partner):
    """A credential with every scope but two, usable from everywhere for 30 days."""
    return issue(province, partner)


def register(actor, code="koperasi", **fields):
    return services.register_partner(actor=actor, **{"name": "Dinas Koperasi (contoh)", "code": code, "kind": "government", **fields})


def issue(actor, partner, **fields):
    scopes = [name for name in SCOPES if name not in ("submissions:send", "webhooks:manage")]
    given = {"name": "Situs web", "scopes": scopes, "expires_on": timezone.localdate() + dt.timedelta(days=30)}
    return services.issue_credential(actor=actor, partner=partner, **{**given, **fields})


def basic(client_id, secret):
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def ask(issued, *, secret="", address="198.51.100.7", **fields):
    """The answer of the token endpoint to the credential by Basic authentication."""
    data = "&".join(f"{name}={value}" for name, value in {"grant_type": "client_credentials", **fields}.items())
    return Client(enforce_csrf_checks=True).post(
        TOKEN,
        data,
        content_type="application/x-www-form-urlencoded",
        HTTP_AUTHORIZATION=basic(issued.credential.client_id, secret or issued.secret),
        REMOTE_ADDR=address,
    )


def token_of(issued, **fields):
    """The text of a new token."""
    return ask(issued, **fields).json()["access_token"]


@pytest.fixture
def receiver():
    """A server of a partner on loopback."""
    with listening() as found:
        yield found


def hook(partner, url, **fields):
    """A webhook of a partner with its secret, registered by the partner's own system."""
    given = {"events": ["product.published", "product.withdrawn"], **fields}
    return webhook_services.register(actor=partner.service_user, partner=partner, url=url, **given)


def write_news(webhook, *sources, event="product.published", **data):
    """Messages of a webhook, one for each source."""
    webhook_messages.write([(webhook, News(event, source, data)) for source in sources])
    return [WebhookMessage.objects.get(webhook=webhook, source=source) for source in sources]


from .writer import world, writer  # noqa: E402, F401 - fixtures of the tests that write
