"""A mirror that follows a busy registry over a bad line ends with the very same bytes, and can prove it."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from random import Random

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from registry import catalogue, feed, snapshot, steps
from registry.errors import RegistryError
from registry.models import CatalogueEntry, Change, Contact, Product, SubmissionVersion
from registry.queries.representations import newest_change
from registry.reference import load_reference
from registry.services import contacts, entries, flagship

from .factories import (
    OTHER_VILLAGE,
    SIBLING_VILLAGE,
    VILLAGE,
    add_contact,
    make_head,
    make_officer,
    make_producer,
    make_product,
    make_regions,
)
from .mirror import CursorExpired, Mirror
from .published import publish
from .steps import publish as publish_all_the_way
from .steps import save

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _world():
    make_regions()
    load_reference(years=())


# --- a line that breaks -----------------------------------------------------------------------------------------------


class BadLine:
    """Answers of the portal to a client; some requests never arrive, some answers get lost."""

    def __init__(self, *, share: float):
        self.chance, self.share, self.client = Random(7), share, Client()  # noqa: S311 - breaks alike every time
        self.lost: Counter[str] = Counter()

    def __call__(self, address: str) -> tuple[int, bytes]:
        self._break("request")
        answer = self.client.get(address.removeprefix(settings.SITE_URL.rstrip("/")))
        self._break("answer")
        return answer.status_code, answer.content

    def _break(self, what: str) -> None:
        if self.chance.random() < self.share:
            self.lost[what] += 1
            raise ConnectionError(what)


# --- a registry at work -----------------------------------------------------------------------------------------------


class Bustle:
    """People of the registry, products to work on, and everything they may do to what the public sees."""

    def __init__(self, products: int):
        self.province, self.regency = make_officer(Role.PROVINCE_OFFICER, ["53"]), make_officer(Role.REGENCY_OFFICER, ["53.09", "53.05"])
        self.producers = [make_producer(region=region) for region in (VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE)]
        self.heads = {producer.pk: make_head(producer) for producer in self.producers}
        self.codes, self.done, self.refused = count(1), Counter[str](), Counter[str]()
        self.products: list[Product] = []
        chance = Random(0)  # noqa: S311 - the same ones every time
        for _number in range(products):
            self.new(chance)

    def act(self, chance: Random) -> None:
        """One random act by whoever may do it; that somebody was faster is part of life."""
        acts = (self.new, self.revise, self.step, self.choose, self.consent, self.whole_way)
        act = chance.choices(acts, weights=(1, 10, 42, 20, 26, 1))[0]
        try:
            act(chance)
        except (Refused, RegistryError) as error:
            self.refused[f"{act.__name__}: {error.reason}"] += 1
        else:
            self.done[act.__name__] += 1

    def new(self, chance: Random) -> None:
        producer = chance.choice(self.producers)
        product = make_product(producer, name=f"Kopi {next(self.codes)} “Contoh” é")
        # Every third shares its contact with the product before it: one consent changes several entries.
        former = self.products[-1].contact if self.products and len(self.products) % 3 else None
        if former is not None and former.producer_id == producer.pk:
            product.contact = former
            product.save(update_fields=["contact"])
        else:
            add_contact(product)
        self._publish(product)
        self.products.append(product)

    def revise(self, chance: Random) -> None:
        product = chance.choice(self.products)
        with transaction.atomic():
            Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
            Product.objects.filter(pk=product.pk).update(summary=f"Ringkasan {chance.random()}")
            self._put(product)

    def _put(self, product: Product) -> None:
        """The published submission of a product with a new version, and the builder of the catalogue."""
        content = snapshot.build(Product.objects.with_parts().get(pk=product.pk))
        submission, head = product.submissions.get(state="published"), self.heads[product.producer_id]
        version = SubmissionVersion.objects.create(
            submission=submission,
            number=submission.versions.count() + 1,
            snapshot=content,
            sha256=steps.digest(content),
            declaration_version="2026-11",
            sent_by=head,
            mandate=head.mandates.get(),
        )
        catalogue.publish_version(version=version, at=timezone.now())

    def step(self, chance: Random) -> None:
        """Suspended, resumed, withdrawn, restored, paused, given up or taken up again."""
        entry = CatalogueEntry.objects.get(product=chance.choice(self.products))
        name = chance.choice([name for name, step in entries.STEPS.items() if entry.state in step.sources])
        actor = self.province if name in ("suspend", "resume", "withdraw", "restore") else self.heads[entry.product.producer_id]
        words = {"reason": "Alasan uji", "review_on": timezone.localdate() + dt.timedelta(days=9)} if name == "suspend" else {}
        entries.change_entry(actor=actor, entry=entry, name=name, **words or {"reason": "Alasan uji"})

    def choose(self, chance: Random) -> None:
        product = chance.choice(self.products)
        flagship.choose_flagship(actor=self.heads[product.producer_id], product=product)

    def consent(self, chance: Random) -> None:
        contact = Contact.objects.get(pk=chance.choice(self.products).contact_id)
        act = contacts.withdraw_consent if contact.is_public else contacts.give_consent
        act(actor=self.heads[contact.producer_id], contact=contact)

    def whole_way(self, chance: Random) -> None:
        """A revision written, sent, checked and published by three persons."""
        product, head = (chosen := chance.choice(self.products)), self.heads[chosen.producer_id]
        save(head, product, "about", name=f"Kopi {next(self.codes)}", summary="Ini kopi dari kebun sendiri. Dipetik merah dan dijemur.")
        self._publish(product)

    def _publish(self, product: Product) -> None:
        publish_all_the_way(product, head=self.heads[product.producer_id], regency=self.regency, province=self.province)


def feed_end() -> int:
    newest = newest_change()
    return newest[0] if newest else 0


@contextmanager
def at_work(bustle: Bustle, *, changes: int, threads: int) -> Iterator[Callable[[], bool]]:
    """Threads that together make this many changes, each on a connection of its own; what they raise fails the test."""
    failed: list[BaseException] = []
    until = feed_end() + changes

    def work(number: int) -> None:
        chance = Random(number)  # noqa: S311 - the same acts every time
        try:
            while not failed and feed_end() < until:
                bustle.act(chance)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield lambda: any(worker.is_alive() for worker in workers)
    finally:
        for worker in workers:
            worker.join(60)
    if failed:
        raise failed[0]


def run(*, changes: int, products: int, threads: int, share: float) -> tuple[Mirror, BadLine, Bustle]:
    """A mirror beside a registry at work; after the last change it has read the log to its end."""
    bustle = Bustle(products)
    line = BadLine(share=share)
    mirror = Mirror(line)
    with at_work(bustle, changes=changes, threads=threads) as is_busy:
        mirror.read_all(limit=2)
        while is_busy():
            mirror.follow(limit=7)
            time.sleep(0.1)
    mirror.follow()
    return mirror, line, bustle


def assert_equal(mirror: Mirror) -> None:
    client = Client()
    public = list(CatalogueEntry.objects.published().values_list("code", flat=True))
    assert sorted(mirror.texts) == sorted(public)
    for code in public:
        assert mirror.texts[code] == client.get(f"/api/v1/products/{code}").content
    assert mirror.differences() == {}


def test_a_mirror_over_a_bad_line_is_equal_to_the_registry():
    mirror, line, bustle = run(changes=30, products=6, threads=2, share=0.2)

    assert_equal(mirror)
    assert line.lost.total() > 0
    assert bustle.done["step"]


@pytest.mark.full
def test_two_thousand_changes_beside_it_and_the_mirror_is_equal():
    mirror, line, bustle = run(changes=2000, products=16, threads=4, share=0.1)

    assert_equal(mirror)
    assert Change.objects.count() >= 2000
    assert list(Change.objects.values_list("seq", flat=True)) == list(range(1, Change.objects.count() + 1))
    assert min(line.lost["request"], line.lost["answer"]) > 10
    assert min(bustle.done[name] for name in ("new", "revise", "step", "choose", "consent", "whole_way")) > 0, bustle.refused


def test_a_lost_change_is_seen_in_the_fingerprints_of_its_regency():
    entries_made = [publish_one(), publish_one(OTHER_VILLAGE)]
    mirror = Mirror(BadLine(share=0))
    mirror.read_all()
    assert mirror.differences() == {}

    mirror.texts.pop(entries_made[1].code)

    assert set(mirror.differences()) == {"53.05"}


# --- how far the log reaches back -------------------------------------------------------------------------------------


def publish_one(region: str = VILLAGE) -> CatalogueEntry:
    with transaction.atomic():
        return publish(producer=make_producer(region=region))


def changes_made(number: int) -> None:
    for _one in range(number):
        with transaction.atomic():
            feed.record_change(kind="region_changed", subject_kind=feed.REGION, subject_code=VILLAGE)


def test_changes_of_400_days_are_kept_and_the_last_one_always():
    changes_made(3)
    assert feed.forget_changes(now=timezone.now() + dt.timedelta(days=399)) == 0
    assert Change.objects.count() == 3

    assert feed.forget_changes(now=timezone.now() + dt.timedelta(days=401)) == 2
    assert list(Change.objects.values_list("seq", flat=True)) == [3]
    assert feed.forget_changes(now=timezone.now() + dt.timedelta(days=401)) == 0


def test_the_log_is_append_only_also_after_forgetting():
    changes_made(2)
    feed.forget_changes(now=timezone.now() + dt.timedelta(days=401))

    for act in (Change.objects.all().delete, lambda: Change.objects.update(kind="other")):
        with pytest.raises(Exception, match="Cannot"):
            act()
    assert list(Change.objects.values_list("seq", "kind")) == [(2, "region_changed")]


def test_a_mirror_that_stands_before_the_kept_changes_is_told_to_begin_anew(client):
    entry = publish_one()
    changes_made(3)
    feed.forget_changes(now=timezone.now() + dt.timedelta(days=401))

    answer = client.get("/api/v1/changes?after=2")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "cursor_expired")
    assert client.get("/api/v1/changes?after=3").json()["after"] == 4
    assert client.get("/api/v1/changes?after=4").json()["results"] == []

    mirror = Mirror(BadLine(share=0))
    with pytest.raises(CursorExpired):
        mirror.follow()
    mirror.read_all()
    mirror.follow()
    assert (mirror.after, list(mirror.texts)) == (4, [entry.code])
    assert json.loads(mirror.texts[entry.code])["revision"] == 1
    assert_equal(mirror)
