"""Every page of results asked by every kind of person, before and after the decree, with the answers written out by hand."""

import pytest
from django.urls import reverse

from accounts.states import Role
from evaluations.models import Appeal, RoundLogEntry
from tests.registry.factories import OTHER_REGENCY, make_head, make_officer, make_producer

from .asking import client_of, wrong_in
from .closed import close_to, establish, make_closed
from .factories import make_reviewer

pytestmark = pytest.mark.django_db

WHO = (
    *("anybody", "head", "system", "viewer", "regency", "neighbour", "outsider"),
    *("member", "conflicted", "secretary", "chair", "province"),
)
# In the order of WHO. "outsider" is a reviewer of no panel, "conflicted" an officer of the province with a conflict of interest
# with the product that is asked for; "neighbour" is an officer of another regency.
FOLLOWERS = "302 403 404 200 200 200 404 200 200 200 200 200"
RUNNERS = "302 403 404 403 403 403 404 403 200 200 200 200"
CHAIR = "302 403 404 403 403 403 404 403 403 403 200 403"
PROVINCE = "302 403 403 403 403 403 403 403 200 403 403 200"
CLOSED = {
    "round_results": FOLLOWERS,
    "round_result": "302 403 404 404 404 404 404 404 404 200 200 200",
    "ranking_file": "302 403 404 404 404 404 404 404 200 200 200 200",
    "scores_file": "302 403 404 403 403 403 404 403 200 200 200 200",
    "round_close": RUNNERS,
    "round_reopen": CHAIR,
    "decree_enter": PROVINCE,
    "decree_revoke": PROVINCE,
    "appeals": RUNNERS,
    "appeal": "302 403 404 403 403 403 404 403 404 200 200 200",
}
ESTABLISHED = CLOSED | {
    "round_result": "302 403 404 200 200 404 404 200 200 200 200 200",
    "ranking_file": "302 403 404 200 200 404 404 200 200 200 200 200",
    "appeal": RUNNERS,
}
BUTTONS = ("result_check", "round_close", "round_reopen", "decree_enter", "decree_revoke", "appeal")
MAY_NOT = ("head", "system", "viewer", "regency", "neighbour", "outsider", "member")


@pytest.fixture
def pages(world):
    made = make_closed(2)
    people = {
        "anybody": None,
        "head": make_head(make_producer("ocop")),
        "system": make_officer(Role.SYSTEM_ADMIN, ["53"]),
        "viewer": make_officer(Role.VIEWER, ["53"]),
        "regency": make_officer(),
        "neighbour": make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]),
        "outsider": make_reviewer(),
        "member": made.member,
        "secretary": made.secretary,
        "chair": made.chair,
        "province": made.province,
        "conflicted": make_officer(Role.PROVINCE_OFFICER, ["53"]),
    }
    close_to(people["conflicted"], made.products[0])
    Appeal.objects.create(result=made.results.results.get(entrant=made.products[0]), text="Keberatan", raised_by=people["head"])
    args = {name: [made.code] for name in (*CLOSED, *BUTTONS)} | {"round_result": [made.code, 1], "appeal": [made.code, 1, 1]}
    return made, people, args


def test_every_page_answers_each_person_before_the_decree(pages):
    _made, people, args = pages
    assert wrong_in(CLOSED, people, args, WHO) == []


def test_every_page_answers_each_person_after_the_decree(pages):
    made, people, args = pages
    establish(made)
    assert wrong_in(ESTABLISHED, people, args, WHO) == []


def test_no_button_moves_for_those_who_may_not(pages):
    made, people, args = pages
    before = list(RoundLogEntry.objects.values_list("pk", flat=True))
    data = {"expected": made.lock_version, "reason": "x", "sure": "on", "outcome": "upheld", "answer": "x"}
    for name in BUTTONS:
        address = reverse(name, args=args[name])
        assert client_of(None).post(address, data).status_code == 401, name
        for who in MAY_NOT:
            assert client_of(people[who]).post(address, data).status_code in (403, 404), (name, who)
    assert list(RoundLogEntry.objects.values_list("pk", flat=True)) == before


def test_unknown_rows_are_not_found(pages):
    made, people, _args = pages
    client = client_of(people["chair"])
    for name, args in (
        ("round_result", [made.code, 999]),
        ("appeal", [made.code, 1, 2]),
        ("appeal", [made.code, 9, 1]),
        ("round_results", ["lain"]),
        ("ranking_file", ["lain"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, name
    for version in ("2", "0", "-1", "x", "9" * 40, "%00"):
        for name in ("ranking_file", "scores_file"):
            assert client.get(f"{reverse(name, args=[made.code])}?versi={version}").status_code == 404


def test_an_old_version_is_for_those_who_run_the_round(pages):
    made, people, _args = pages
    establish(made)
    address = f"{reverse('round_results', args=[made.code])}?versi=1"
    assert client_of(people["viewer"]).get(address).status_code == 200
    made.result_sets.update(superseded_at="2026-01-01T00:00:00Z")
    assert client_of(people["viewer"]).get(address).status_code == 404
    assert client_of(people["chair"]).get(address).status_code == 200
