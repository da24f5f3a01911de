"""Two officers at the desk in the same moment, each with a connection of their own: one wins, the other reads why."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from registry.models import CatalogueEntry, Change, Submission
from registry.reference import load_reference
from registry.services import checks

from .desk_world import login, make_desk, page
from .factories import make_officer, make_regions
from .steps import decide

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk():
    make_regions()
    load_reference(years=())
    return make_desk()


def at_once(*acts):
    """Run the acts in threads started together; their answers in order."""
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        start.wait()
        try:
            answers[index] = act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def ready(user):
    """A signed-in browser; signing in is done before the race."""
    return login(Client(), user)


def test_two_windows_of_one_officer_decide_once(desk):
    """Accepted in one window, sent back in the other."""
    checks.claim(actor=desk.regency, submission=desk.submission)
    seen = Submission.objects.get(pk=desk.submission.pk).lock_version
    address = page("desk_decide", desk.submission)
    first, second = ready(desk.regency), ready(desk.regency)

    answers = at_once(
        lambda: first.post(address, {"step": "verify", "expected": seen}),
        lambda: second.post(address, {"step": "return", "expected": seen, "comment": "Mohon diperbaiki."}),
    )

    assert sorted(answer.status_code == 302 for answer in answers) == [False, True]
    loser = next(answer for answer in answers if answer.status_code != 302)
    assert loser.status_code in (403, 409, 422)
    assert desk.submission.events.filter(transition__in=["verify", "return"]).count() == 1


def test_two_officers_ask_for_it_at_once(desk):
    clients = [ready(desk.regency), ready(desk.colleague)]
    at_once(*(lambda client=client: client.post(page("desk_claim", desk.submission)) for client in clients))
    assert desk.submission.events.filter(transition="claim").count() == 1


def test_two_officers_publish_the_same_list_at_once(desk):
    decide(desk.regency, desk.product, "verify")
    seen = Submission.objects.get(pk=desk.submission.pk).lock_version
    clients = [ready(desk.province), ready(make_officer("province_officer", ["53"]))]
    body = {"step": "publish", "row": [f"{desk.submission.number}:{seen}"]}

    answers = at_once(*(lambda client=client: client.post(reverse("desk_bulk"), body) for client in clients))

    assert [answer.status_code for answer in answers] == [200, 200]
    # The pages themselves: the contexts of two test clients mix when they render at the same moment.
    assert sorted(b"error-text" in answer.content for answer in answers) == [False, True]
    assert CatalogueEntry.objects.published().count() == 1
    assert Change.objects.filter(kind="published").count() == 1
