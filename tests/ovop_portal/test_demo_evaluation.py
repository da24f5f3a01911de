"""The demonstration round: in the middle of scoring, once, everything in it marked as an example."""

import io

import pytest
from django.core.management import call_command

from accounts.models import User
from evaluations.models import AgendaItem, Conflict, Round, Score, Sheet
from evaluations.services import sheets
from ovop_portal.demo import evaluation
from ovop_portal.demo.accounts import PROVINCE, Accounts, make_offices
from registry.reference import load_reference
from tests.registry.factories import OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, make_producer, make_regions
from tests.registry.published import publish

pytestmark = pytest.mark.django_db
PASSWORD = "lontar-madu-1234"


@pytest.fixture
def portal(settings, db):
    """What a start has loaded before the round: regions, reference data, the proposal, accounts and published products."""
    settings.DEMO = True
    make_regions()
    load_reference(years=())
    call_command("load_instruments", stdout=io.StringIO())
    make_offices(Accounts(PASSWORD), "53")
    for number, place in enumerate((VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE)):
        producer = make_producer(region=place)
        for name in ("Kopi", "Keripik"):
            publish(producer=producer, name=f"{name} {number}")


def load() -> Round:
    call_command("load_demo", stdout=io.StringIO())
    return Round.objects.get()


def test_round_stands_in_scoring_with_a_whole_panel(portal):
    made = load()

    seats = made.members.order_by("user__username").values_list("user__username", "role", "scores")
    assert made.name.endswith("(contoh)")
    assert (made.phase, made.takes_scores(), made.entrants.count()) == ("scoring", True, 6)
    assert list(seats) == [
        ("satgas-1", "chair", False),
        ("satgas-2", "secretary", False),
        *((f"satgas-{number}", "member", True) for number in (3, 4, 5)),
    ]
    assert not made.result_sets.exists()


def test_most_products_agree_one_is_disputed_and_two_wait(portal):
    made = load()

    states = {entrant.number: sorted(entrant.sheets.values_list("origin", "state")) for entrant in made.entrants.all()}
    drawn, sent, extra = ("drawn", "open"), ("drawn", "submitted"), ("extra", "open")
    agreed = {number: [sent, sent] for number in (1, 4, 5)}
    assert states == {**agreed, 2: [sent, sent, extra], 3: [drawn, sent], 6: [drawn, drawn]}
    assert list(AgendaItem.objects.values_list("entrant__number", "reason")) == [(2, "spread")]
    assert list(Conflict.objects.values_list("entrant__number", "user__username", "kind")) == [(6, "satgas-5", "declared")]


def test_words_of_reviewers_are_marked_as_examples(portal):
    load()

    words = [
        *Score.objects.exclude(comment="").values_list("comment", flat=True),
        *Sheet.objects.exclude(comment="").values_list("comment", flat=True),
    ]
    assert words
    assert all(one.startswith("Contoh") for one in words)


def test_a_second_start_adds_nothing(portal, django_assert_max_num_queries):
    load()
    before = (Score.objects.count(), Sheet.objects.count(), User.objects.count())

    with django_assert_max_num_queries(4):  # accounts, real accounts beside them, rounds, the partner
        load()

    assert (Score.objects.count(), Sheet.objects.count(), User.objects.count()) == before


def test_no_round_without_the_demonstration_accounts(portal):
    User.objects.filter(username="satgas-5").update(is_demo=False)

    assert not evaluation.is_wanted(PROVINCE)


def test_reviewer_signs_in_and_scores_what_is_open(portal, client):
    load()
    assert client.login(username="satgas-4", password=PASSWORD)
    sheet = Sheet.objects.filter(reviewer__username="satgas-4", state="open").first()

    page = client.get(f"/penilaian/lembar/{sheet.key}/")

    assert page.status_code == 200
    with pytest.raises(sheets.NotReady):  # open, and nothing chosen yet
        sheets.submit_sheet(actor=sheet.reviewer, key=sheet.key)


@pytest.mark.parametrize("username", ["satgas-1", "satgas-2", "provinsi"])
def test_who_runs_the_round_opens_its_page(portal, client, username):
    made = load()
    assert client.login(username=username, password=PASSWORD)

    assert made.name in client.get(f"/penilaian/periode/{made.code}/").content.decode()
