"""A conflict of interest hides a product's evaluation from the person in every channel, until the round is established.

One row a channel: add the address of a new page to CHANNELS, or a function to ROWS, and it is asked as everybody else.
A channel is asked as a chair with a conflict (who would see everything otherwise); `told` is the text that must not
come back. The same channel asked as the secretary, without a conflict, has to show it where `shown` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.states import Action, Role
from evaluations import agenda
from evaluations.models import AgendaItem, Conflict, Entrant, EvidenceRequest, FollowUp, Meeting, Result, Round, RoundLogEntry, Sheet, Visit
from evaluations.queries.panel import lacking_reviewers, loads
from evaluations.services import panel
from registry.models import Notice
from tests.registry.factories import OTHER_VILLAGE, give, make_producer

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db
NAME = "Kopi Rahasia Contoh"


@dataclass(frozen=True)
class Channel:
    """An address: its name, which arguments it takes ("round", "number"), and whether others find the product there."""

    name: str
    args: tuple[str, ...] = ("round",)
    shown: bool = True
    query: str = ""


# Pages, lists, exports, PDFs, files: everything with an address.
CHANNELS = (
    Channel("panel"),
    Channel("draw_round"),
    Channel("draw_round", query="?ulang=1"),
    Channel("substitute", ("round", "number")),
    Channel("conflict_declare", shown=False),
    # What these show of results is asked in test_results_pages.py, test_results_access.py and test_results_files.py.
    Channel("round_close", shown=False),
    Channel("round_results", shown=False),
    Channel("appeals", shown=False),
    Channel("rakor"),
    Channel("meeting", ("round", "meeting")),
    Channel("decide", ("round", "number")),
    Channel("agenda_add", shown=False),
    Channel("follow_ups"),
    Channel("follow_ups", query="?semua=1"),
    Channel("follow_up_add", shown=False),
    Channel("follow_up", ("round", "follow_up")),
    Channel("severity"),
    # Read as text in tests/evaluations/test_minutes.py; a PDF is packed.
    Channel("minutes_round", shown=False),
    Channel("minutes_meeting", ("round", "meeting"), shown=False),
)


def entrants(user: User) -> Any:
    return Entrant.objects.for_user(user)


# Rows, counts and ranks behind every page: each answers the rows of the hidden product that the person reaches.
ROWS: dict[str, Callable[[User, Entrant], Any]] = {
    "list": lambda user, entrant: entrants(user).filter(pk=entrant.pk),
    "list of those with the right of the round": lambda user, entrant: Entrant.objects.visible_to(user).filter(pk=entrant.pk),
    "search": lambda user, entrant: entrants(user).filter(name__icontains="rahasia"),
    "sheets": lambda user, entrant: Sheet.objects.for_user(user, Action.EVALUATION_VIEW).filter(entrant=entrant),
    "own sheets": lambda user, entrant: Sheet.objects.for_user(user).filter(entrant=entrant),
    "log": lambda user, entrant: RoundLogEntry.objects.for_user(user).filter(entrant=entrant),
    "questions": lambda user, entrant: EvidenceRequest.objects.for_user(user).filter(entrant=entrant),
    "visits": lambda user, entrant: Visit.objects.for_user(user).filter(entrant=entrant),
    "conflicts": lambda user, entrant: Conflict.objects.for_user(user).filter(entrant=entrant),
    "results and ranks": lambda user, entrant: Result.objects.for_user(user).filter(entrant=entrant),
    "agenda": lambda user, entrant: AgendaItem.objects.for_user(user).filter(entrant=entrant),
    "products before the panel": lambda user, entrant: agenda.seen_by_panel(entrant.round, user).filter(pk=entrant.pk),
    "follow-ups": lambda user, entrant: agenda.follow_ups_of(entrant.round, user).filter(entrant=entrant),
    "substitutes needed": lambda user, entrant: lacking_reviewers(entrants(user), entrant.round).filter(pk=entrant.pk),
}
# Channels whose rows the small world below does not make; they are only asked to stay empty.
EMPTY = {"results and ranks", "own sheets"}


@pytest.fixture
def hidden(world):
    """A product of a round in full swing; the chair turns out to be close to it."""
    made = make_round()
    made.chair, made.secretary = make_reviewer(made, "chair", scores=False), make_reviewer(made, "secretary", scores=False)
    member, lost = make_reviewer(made), make_reviewer(made)
    entrant = make_entrant(made, NAME, producer=make_producer())
    make_entrant(made, "Madu Contoh", producer=make_producer(region=OTHER_VILLAGE))
    make_sheet(entrant, member, {"A1": 2}, sent=True)
    make_sheet(entrant, lost)
    Visit.objects.create(entrant=entrant, visited_on=timezone.localdate(), visited_by=member, findings="Contoh")
    EvidenceRequest.objects.create(entrant=entrant, asked_by=member, question="Foto?", due_on=timezone.localdate())
    AgendaItem.objects.create(entrant=entrant, reason="spread")
    made.meeting = Meeting.objects.create(round=made, title="Rakor", starts_at=timezone.now(), place="Kupang")
    todo = {"text": f"Urus izin {NAME}", "owner": "Dinas", "region_code": "53", "due_on": timezone.localdate()}
    made.follow_up = FollowUp.objects.create(round=made, meeting=made.meeting, entrant=entrant, **todo)
    Conflict.objects.filter(entrant=entrant).delete()
    panel.recuse(actor=lost, entrant=entrant, reason="Saudara")
    entrant.round = made
    return entrant


def close_to(user: User, entrant: Entrant) -> None:
    """The chair says so; anything that makes a conflict has the same effect."""
    panel.declare_conflict(actor=user, round=entrant.round, code=entrant.code, reason="Saudara kandung")


def body(user: User, channel: Channel, entrant: Entrant) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    round = entrant.round
    values = {"round": round.code, "number": entrant.number, "meeting": round.meeting.key, "follow_up": round.follow_up.pk}
    answer = client.get(reverse(channel.name, args=[values[key] for key in channel.args]) + channel.query)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, content.decode("utf-8", "replace")


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name + channel.query)
def test_no_page_tells(hidden, channel):
    chair = hidden.round.chair
    before = body(chair, channel, hidden)
    close_to(chair, hidden)
    status, text = body(chair, channel, hidden)

    assert before[0] == 200
    assert (NAME in before[1]) is channel.shown or channel.name == "draw_round"
    assert NAME not in text
    assert hidden.code not in text
    assert hidden.producer_name not in text
    assert status == (404 if {"number", "follow_up"} & set(channel.args) else 200)
    assert (NAME in body(hidden.round.secretary, channel, hidden)[1]) is (NAME in before[1])


@pytest.mark.parametrize("name", ROWS)
def test_no_list_count_or_rank_holds_it(hidden, name):
    chair = hidden.round.chair
    assert ROWS[name](chair, hidden).exists() is (name not in EMPTY)
    close_to(chair, hidden)
    assert ROWS[name](chair, hidden).count() == 0
    assert ROWS[name](hidden.round.secretary, hidden).exists() is (name not in EMPTY)


def test_the_province_is_not_above_it(hidden):
    """Whoever sits on the panel and holds an office besides sees no more by it."""
    chair = hidden.round.chair
    give(chair, Role.PROVINCE_OFFICER, regions=["53"])
    close_to(chair, hidden)
    assert [name for name, rows in ROWS.items() if rows(chair, hidden).exists()] == []


def test_counts_leave_it_out(hidden):
    chair = hidden.round.chair
    assert sum(row["given"] for row in loads(hidden.round, chair).values()) == 1
    close_to(chair, hidden)
    assert loads(hidden.round, chair) == {}


def test_a_reviewer_with_a_sheet_loses_it_and_their_notices(hidden):
    member = hidden.sheets.reviews().get().reviewer
    sheet = hidden.sheets.reviews().get()
    path = f"/penilaian/periode/{hidden.round.code}/peserta/{hidden.number}/"
    Notice.objects.create(user=member, kind="substitute_needed", detail={"round": "x"}, path=path)
    Notice.objects.create(user=member, kind="substitute_needed", detail={"round": "x"}, path=f"/penilaian/lembar/{sheet.key}/")
    Notice.objects.create(user=member, kind="substitute_needed", detail={"round": "x"}, path="/penilaian/")
    assert ROWS["own sheets"](member, hidden).exists()

    close_to(member, hidden)

    assert not ROWS["own sheets"](member, hidden).exists()
    assert not ROWS["list"](member, hidden).exists()
    assert list(Notice.objects.filter(user=member).values_list("path", flat=True)) == ["/penilaian/"]


def test_it_opens_when_the_results_are_established(hidden):
    chair = hidden.round.chair
    close_to(chair, hidden)
    Round.objects.update(phase="closed")
    assert not ROWS["list"](chair, hidden).exists()
    Round.objects.update(phase="established")
    assert ROWS["list"](chair, hidden).exists()


def test_the_public_pages_stay(hidden):
    """The product itself is public information."""
    close_to(hidden.round.chair, hidden)
    client = Client()
    client.force_login(hidden.round.chair)
    assert NAME in client.get(reverse("catalogue")).content.decode()
    assert NAME in client.get(reverse("product", args=[hidden.code])).content.decode()
