"""A worker killed with -9 while a receiver keeps it waiting: the message is delivered again by another, under the same id."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.states import Role
from common import worker
from common.models import Job
from partners import jobs
from partners.models import Webhook, WebhookAttempt, WebhookMessage
from tests.factories import officer

from .conftest import hook, register, write_news

LONG_AGO = dt.timedelta(seconds=1)


def until(condition):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


def worker_process():
    """A worker of its own, as `make run` starts it, on the database of the tests."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    surroundings = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.test"}
    return subprocess.Popen([sys.executable, "manage.py", "run_worker"], cwd=settings.BASE_DIR, env=surroundings)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_delivery_loses_nothing(receiver):
    let_go = threading.Event()
    receiver.does = lambda line: let_go.wait(30)
    webhook = hook(register(officer(Role.PROVINCE_OFFICER, "53")), receiver.url).webhook
    (message,) = write_news(webhook, "change:1")
    killed = worker_process()
    try:
        until(lambda: receiver.sent)
    finally:
        killed.kill()
        killed.wait()
        let_go.set()
    message.refresh_from_db()
    assert (message.state, WebhookAttempt.objects.exists()) == ("waiting", False)
    receiver.does = None
    # Neither the lease of the job nor that of the webhook has run out.
    assert (worker.run_due(), jobs.deliver_due()) == (0, 0)
    Job.objects.update(lease_until=timezone.now() - LONG_AGO)
    worker.run_due()
    assert len(receiver.sent) == 1
    Webhook.objects.update(held_until=timezone.now() - LONG_AGO)
    assert jobs.deliver_due() == 1
    worker.run_due()
    assert [sent.headers["Ovop-Delivery"] for sent in receiver.sent] == [str(message.key)] * 2
    assert WebhookMessage.objects.get().state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_dies_before_it_notes_the_answer_delivers_again(receiver, monkeypatch):
    """The same without a process: everything between the answer and its note is lost."""
    webhook = hook(register(officer(Role.PROVINCE_OFFICER, "53")), receiver.url).webhook
    (message,) = write_news(webhook, "change:1")

    def die(**fields):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(WebhookAttempt.objects, "create", die)
        with pytest.raises(SystemExit):
            worker.run_due()
    assert WebhookMessage.objects.get().state == "waiting"
    assert jobs.deliver_due() == 0
    Webhook.objects.update(held_until=timezone.now() - LONG_AGO)
    jobs.deliver_due()
    worker.run_due()
    assert [sent.headers["Ovop-Delivery"] for sent in receiver.sent] == [str(message.key)] * 2
    assert WebhookAttempt.objects.count() == 1
