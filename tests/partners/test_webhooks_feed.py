"""What webhooks hear: each committed change once, in order and after the commit; steps of submissions only where a mandate is held."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import Mandate
from accounts.states import Role
from common import worker
from common.models import Job
from partners.models import Webhook, WebhookMessage, WebhookPosition
from partners.webhooks import services as webhook_services
from partners.webhooks.events import EVENTS
from registry import announcing, feed
from registry.feed import record_change
from registry.models import CatalogueEntry, Change, SubmissionEvent
from registry.reference import load_reference
from registry.services import entries
from registry.services.entries import STEPS
from registry.workflow import TRANSITIONS
from tests.registry.factories import OTHER_VILLAGE, give, make_head, make_officer, make_producer, make_product, make_regions
from tests.registry.published import publish as show
from tests.registry.steps import decide, publish, send, take

from .conftest import hook, register

URL = "http://127.0.0.1:9/hooks"
ALL = list(EVENTS)


@pytest.fixture
def world(db):
    make_regions()
    load_reference(years=())


def names(webhook):
    return list(WebhookMessage.objects.filter(webhook=webhook).order_by("pk").values_list("event", flat=True))


def change(kind="published", code="53.09", subject="region"):
    """A change of the feed; of a region it needs no entry."""
    return record_change(kind=kind, subject_kind=subject, subject_code=code)


@pytest.mark.django_db
def test_a_publication_is_told_with_links_and_without_a_person(world, partner):
    webhook = hook(partner, URL, events=ALL).webhook
    entry = show()
    announcing.fan_out()
    (message,) = WebhookMessage.objects.all()
    last = Change.objects.last()
    assert (message.event, message.source, message.webhook) == ("product.published", f"change:{last.seq}", webhook)
    data = message.body["data"]
    assert data == {
        "seq": last.seq,
        "kind": "published",
        "subject": "product",
        "code": entry.code,
        "state": "listed",
        "at": timezone.localtime(last.at).isoformat(timespec="seconds"),
        "links": {"subject": f"/api/v1/products/{entry.code}", "changes": f"/api/v1/changes?after={last.seq - 1}"},
    }


@pytest.mark.django_db
def test_only_chosen_events_are_told_in_the_order_of_commits(world, partner):
    few, many = hook(partner, URL, events=["product.withdrawn"]).webhook, hook(partner, URL, events=ALL).webhook
    province = make_officer(Role.PROVINCE_OFFICER, ["53"])
    entry = show(make_product(make_producer("ocop")))
    publish(make_product(make_producer(region=OTHER_VILLAGE)))
    entry = CatalogueEntry.objects.exclude(pk=entry.pk).get()
    entries.change_entry(actor=province, entry=entry, name="withdraw", reason="Alasan")
    change("region_rename")
    announcing.fan_out()
    assert names(few) == ["product.withdrawn"]
    assert names(many) == ["product.published", "product.published", "product.withdrawn", "region.changed"]


@pytest.mark.django_db
def test_reading_twice_makes_one_message_and_a_later_webhook_begins_at_the_present_end(world, partner):
    first = hook(partner, URL, events=ALL).webhook
    change()
    later = hook(partner, URL, events=ALL).webhook
    assert later.begins_after == Change.objects.last().seq
    change()
    assert announcing.fan_out() == 3
    assert announcing.fan_out() == 0
    WebhookPosition.objects.update(seq=0)
    announcing.fan_out()
    assert (len(names(first)), len(names(later))) == (2, 1)


@pytest.mark.django_db
def test_without_a_webhook_the_position_follows_all_the_same(world, partner):
    change()
    announcing.fan_out()
    change()
    assert announcing.fan_out() == 0
    assert WebhookPosition.objects.get().seq == Change.objects.last().seq


@pytest.mark.django_db
def test_a_long_feed_is_read_in_parts(world, partner, monkeypatch):
    monkeypatch.setattr(announcing, "BATCH", 2)
    webhook = hook(partner, URL, events=ALL).webhook
    for _number in range(5):
        change()
    assert announcing.fan_out() == 5
    assert len(names(webhook)) == 5


@pytest.mark.django_db
def test_what_a_paused_webhook_misses_is_kept_for_a_replay(world, partner):
    issued = hook(partner, URL, events=ALL)
    webhook_services.pause(actor=partner.service_user, webhook=issued.webhook)
    change()
    announcing.fan_out()
    assert WebhookMessage.objects.get().state == "failed"
    webhook_services.resume(actor=partner.service_user, webhook=issued.webhook)
    now, hour = timezone.now(), dt.timedelta(hours=1)
    assert webhook_services.replay(actor=partner.service_user, webhook=issued.webhook, since=now - hour, until=now + hour) == 1
    assert WebhookMessage.objects.get().state == "waiting"


def test_every_kind_of_change_and_every_step_has_an_event_of_the_table():
    assert set(announcing.OF_CHANGES.values()) | set(announcing.OF_STEPS.values()) <= set(EVENTS)
    assert set(STEPS) <= set(announcing.OF_CHANGES)
    assert set(TRANSITIONS) == set(announcing.OF_STEPS)
    for kind, subject, event in [("contact_changed", "product", "product.changed"), ("region_split", "region", "region.changed")]:
        assert announcing.event_of(Change(kind=kind, subject_kind=subject)) == event


# --- commits ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_job_is_asked_for_once_after_the_commit_and_never_after_a_rollback(world, partner):
    hook(partner, URL, events=ALL)
    with transaction.atomic():
        change()
        change()
        assert not Job.objects.filter(name=feed.TELL_WEBHOOKS).exists()
    assert Job.objects.filter(name=feed.TELL_WEBHOOKS).count() == 1
    Job.objects.all().delete()
    with transaction.atomic():
        change()
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert announcing.fan_out() == 2


@pytest.mark.django_db
def test_a_transaction_of_many_changes_asks_once(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as asked:
        for _number in range(5):
            change()
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_committed_is_not_told_and_not_passed_over(world, partner):
    hook(partner, URL, events=ALL)
    seen = []

    def look():
        seen.append(announcing.fan_out())
        connections.close_all()

    with transaction.atomic():
        change()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [0]
    assert announcing.fan_out() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_change_once(world, partner, monkeypatch):
    monkeypatch.setattr(announcing, "BATCH", 3)
    webhook = hook(partner, URL, events=ALL).webhook
    for _number in range(20):
        with transaction.atomic():
            change()
    start, made = threading.Barrier(2), []

    def work():
        start.wait()
        made.append(announcing.fan_out())
        connections.close_all()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = list(WebhookMessage.objects.filter(webhook=webhook).values_list("source", flat=True).order_by("pk"))
    assert sum(made) == 20
    assert told == [f"change:{seq}" for seq in Change.objects.order_by("seq").values_list("seq", flat=True)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_it_reads_loses_and_doubles_nothing(world, partner, monkeypatch):
    hook(partner, URL, events=ALL)
    with transaction.atomic():
        change()

    def die(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(WebhookPosition, "save", die)
        with pytest.raises(SystemExit):
            announcing.fan_out()
    assert not WebhookMessage.objects.exists()
    assert announcing.fan_out() == 1


@pytest.mark.django_db(transaction=True)
def test_a_webhook_registered_while_the_feed_moves_misses_nothing(world, partner):
    """Between its reading of the end and its commit nobody passes the changes that come."""
    WebhookPosition.objects.get_or_create(pk=1)
    moved = []

    def move():
        with transaction.atomic():
            change()
        moved.append(announcing.fan_out())
        connections.close_all()

    with transaction.atomic():
        webhook = hook(partner, URL, events=ALL).webhook
        thread = threading.Thread(target=move)
        thread.start()
        time.sleep(0.2)
        assert moved == []
    thread.join()
    assert moved == [1]
    assert len(names(webhook)) == 1


@pytest.mark.django_db(transaction=True)
def test_from_a_publication_to_the_receiver_by_the_worker_alone(world, partner, receiver):
    hook(partner, receiver.url)
    with transaction.atomic():
        entry = show()
    worker.run_due()
    (sent,) = receiver.sent
    assert (sent.json["event"], sent.json["data"]["code"]) == ("product.published", entry.code)
    assert not Job.objects.exists()


# --- submissions -----------------------------------------------------------------------------------------------------


@pytest.fixture
def product(world):
    return make_product(make_producer())


@pytest.mark.django_db
def test_partners_with_a_mandate_hear_the_steps(product, partner, province):
    other = register(province, "gerai")
    ours, theirs = hook(partner, URL, events=ALL).webhook, hook(other, URL, events=ALL).webhook
    give(partner.service_user, Role.PARTNER, producer=product.producer, ends_on=dt.date(2030, 1, 1))
    head, regency = make_head(product.producer), make_officer()
    send(head, product)
    take(head, product, "recall")
    send(head, product)
    decide(regency, product, "return", comment="Foto buram, kata Ibu Maria")
    assert names(theirs) == []
    assert names(ours) == ["submission.submitted", "submission.recalled", "submission.submitted", "submission.returned"]
    message = WebhookMessage.objects.filter(event="submission.returned").get()
    event = SubmissionEvent.objects.filter(transition="return").get()
    data = message.body["data"]
    assert (data["code"], data["state"], data["kind"]) == (event.submission.number, "returned", "return")
    assert (data["product"], data["producer"]) == (product.code, product.producer.code)
    assert "Maria" not in str(message.body)
    assert str(head) not in str(message.body)


def _ended(partner, _producer):
    Mandate.objects.filter(user=partner.service_user).update(ends_on=timezone.localdate() - dt.timedelta(days=1))


def _elsewhere(partner, _producer):
    Mandate.objects.filter(user=partner.service_user).update(unit_code="53.05.01.2001")


def _inactive(partner, _producer):
    type(partner).objects.filter(pk=partner.pk).update(is_active=False)


def _a_person(partner, _producer):
    type(partner.service_user).objects.filter(pk=partner.service_user_id).update(is_service=False)


def _not_chosen(_partner, _producer):
    Webhook.objects.update(events=["submission.returned"])


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", [_ended, _elsewhere, _inactive, _a_person, _not_chosen])
def test_nobody_else_hears_of_a_submission(product, partner, spoil):
    hook(partner, URL, events=ALL)
    give(partner.service_user, Role.PARTNER, producer=product.producer, ends_on=dt.date(2030, 1, 1))
    spoil(partner, product.producer)
    send(make_head(product.producer), product)
    assert not WebhookMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_step_that_is_rolled_back_is_not_told(product, partner):
    hook(partner, URL, events=ALL)
    give(partner.service_user, Role.PARTNER, producer=product.producer, ends_on=dt.date(2030, 1, 1))
    head = make_head(product.producer)
    with transaction.atomic():
        send(head, product)
        assert WebhookMessage.objects.count() == 1
        transaction.set_rollback(True)
    assert not WebhookMessage.objects.exists()
    assert not Job.objects.filter(name__startswith="partners.").exists()
