"""How often somebody may ask: one count for all processes, cheap, and said in headers."""

import threading

import pytest
from django.db import connection
from django.test import RequestFactory

from common.api.limits import rate_headers
from partners import jobs, throttles
from partners.models import RateCount
from partners.throttles import Limiter, caller_key, chunk

from .conftest import token_of
from .test_authentication import Open, call


def used(limiter, key, limit, times):
    return sum(limiter.ask(key, limit).allowed for _time in range(times))


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch):
    """The clock stands in the middle of a minute."""
    monkeypatch.setattr(throttles.time, "time", lambda: 1_800_000_030.0)


def test_two_processes_share_one_limit(db):
    one, two = Limiter(), Limiter()

    first = used(one, "a", 40, 25)
    second = used(two, "a", 40, 40)
    rest = used(one, "a", 40, 40)

    assert first + second + rest == 40
    assert RateCount.objects.get().key == "a"


def test_a_limit_of_one_lets_one_through(db):
    assert [used(Limiter(), "a", 1, 3), used(Limiter(), "a", 1, 3)] == [1, 0]


def test_another_key_and_the_next_minute_are_counted_apart(db, monkeypatch):
    limiter = Limiter()
    assert used(limiter, "a", 3, 5) == 3
    assert used(limiter, "b", 3, 1) == 1
    monkeypatch.setattr(throttles.time, "time", lambda: 1_800_000_090.0)

    assert used(limiter, "a", 3, 5) == 3


def test_most_requests_cost_no_statement(db, django_assert_num_queries):
    limiter = Limiter()
    with django_assert_num_queries(1):
        assert used(limiter, "a", 600, 20) == 20
    with django_assert_num_queries(1):
        assert used(limiter, "a", 600, 20) == 20


def test_a_full_count_costs_no_statement(db, django_assert_num_queries):
    limiter = Limiter()
    used(limiter, "a", 2, 3)

    with django_assert_num_queries(0):
        assert not limiter.ask("a", 2).allowed


def test_the_answer_tells_limit_rest_and_end(db):
    limiter = Limiter()

    rates = [limiter.ask("a", 3) for _time in range(4)]

    assert [(rate.allowed, rate.remaining) for rate in rates] == [(True, 2), (True, 1), (True, 0), (False, 0)]
    assert {(rate.limit, rate.reset) for rate in rates} == {(3, 30)}


def test_chunks_become_single_permits_near_the_limit():
    assert [chunk(600, 0), chunk(600, 500), chunk(600, 595), chunk(300, 0), chunk(5, 0)] == [20, 12, 1, 15, 1]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "address:203.0.113.7"),
        ("::ffff:203.0.113.7", "address:203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "address:2001:db8:1:2::/64"),
        ("", "address:none"),
        ("unix:", "address:none"),
    ],
)
def test_who_is_counted_together(address, key):
    assert caller_key(address) == key


def test_anonymous_by_address(db, settings):
    settings.API_ANONYMOUS_RATE = 2

    here = [call().status_code for _time in range(3)]
    there = call(address="203.0.113.9").status_code

    assert (here, there) == ([200, 200, 429], 200)


def test_a_partner_by_its_own_limit_and_all_its_credentials_together(settings, issued, partner):
    settings.API_ANONYMOUS_RATE = 1
    partner.rate_per_minute = 3
    partner.save()
    text = token_of(issued)

    answers = [call(text, address=f"203.0.113.{number}") for number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3]["Retry-After"] == "30"


def test_headers_of_a_response(db):
    request = RequestFactory().get("/x")
    assert rate_headers(request) == {}

    Open.as_view()(request)

    assert rate_headers(request) == {"RateLimit-Limit": "300", "RateLimit-Remaining": "299", "RateLimit-Reset": "30"}


@pytest.mark.django_db(transaction=True)
def test_two_connections_at_once_never_let_more_through():
    limiters, counts = [Limiter(), Limiter()], []

    def work(limiter):
        try:
            counts.append(used(limiter, "a", 100, 80))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[limiter]) for limiter in limiters for _twice in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(counts) == 4
    assert 95 <= sum(counts) <= 100
    RateCount.objects.all().delete()


def test_old_counters_are_cleared(db, monkeypatch):
    limiter = Limiter()
    limiter.ask("a", 10)
    assert jobs.forget_old()["counters"] == 0
    monkeypatch.setattr(throttles.time, "time", lambda: 1_800_000_030.0 + 3600)

    assert jobs.forget_old()["counters"] == 1


def test_redis_counts_in_the_cache(db, settings):
    """The same counting over the cache's own numbers, as with Redis."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    one, two = Limiter(throttles.take_in_redis), Limiter(throttles.take_in_redis)

    assert used(one, "r", 10, 7) + used(two, "r", 10, 7) == 10
    assert not RateCount.objects.exists()
