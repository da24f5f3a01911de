"""The pages of the panel asked by everybody, and their buttons."""

import pytest
from django.urls import reverse

from accounts.states import Role
from evaluations.models import Conflict, PanelMember, RoundLogEntry, Sheet
from evaluations.services import panel
from tests.registry.factories import make_head, make_officer, make_producer, make_user

from .asking import client_of, wrong_in
from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db

WHO = ("anybody", "head", "viewer", "outsider", "member", "idle", "secretary", "province")
GET = {
    "panel": "302 403 200 404 200 200 200 200",
    "panel_add": "302 403 403 403 403 403 403 200",
    "panel_seat": "302 403 403 403 403 403 403 200",
    "panel_end": "302 403 403 403 403 403 403 200",
    "conflict_declare": "302 403 200 404 200 200 200 200",
    "draw_round": "302 403 403 404 403 403 200 200",
    "recuse": "302 403 404 404 200 404 404 404",
    "substitute": "302 403 403 404 403 403 200 200",
}


@pytest.fixture
def pages(world):
    made = make_round()
    entrant = make_entrant(made, producer=make_producer())
    member = make_reviewer(made)
    people = {
        "anybody": None,
        "head": make_head(make_producer("ocop")),
        "viewer": make_officer(Role.VIEWER, ["53"]),
        "outsider": make_reviewer(),
        "member": member,
        "idle": make_reviewer(made),
        "secretary": make_reviewer(made, "secretary", scores=False),
        "province": make_officer(Role.PROVINCE_OFFICER, ["53"]),
    }
    make_sheet(entrant, member)
    seat = made.members.get(user=member)
    args = {key: [made.code] for key in GET} | {key: [made.code, seat.pk] for key in ("panel_seat", "panel_end")}
    args |= {key: [made.code, entrant.number] for key in ("recuse", "substitute")}
    return made, people, args


def test_every_page_answers_each_person_as_written(pages):
    _made, people, args = pages
    assert wrong_in(GET, people, args, WHO) == []


def test_no_button_moves_for_those_who_may_not(pages):
    made, people, args = pages
    data = {"reason": "Contoh", "code": made.entrants.get().code, "role": "member", "seed": 1, "seen": "x", "user": ""}
    for name, who in {"panel_add": "secretary", "panel_seat": "member", "panel_end": "secretary", "conflict_declare": "viewer"}.items():
        assert client_of(people[who]).post(reverse(name, args=args[name]), data).status_code in (403, 404, 422), name
    for name, who in {"draw_round": "member", "substitute": "idle", "recuse": "idle"}.items():
        assert client_of(people[who]).post(reverse(name, args=args[name]), data).status_code in (403, 404), name
    assert (RoundLogEntry.objects.count(), Conflict.objects.count(), Sheet.objects.count()) == (0, 0, 1)


def test_a_seat_is_given_changed_and_ended_in_the_browser(pages):
    made, people, _args = pages
    client, new = client_of(people["province"]), make_reviewer()
    client.post(reverse("panel_add", args=[made.code]), {"user": new.pk, "role": "chair", "scores": "on", "load_limit": ""})
    seat = PanelMember.objects.get(user=new)
    again = client.post(reverse("panel_seat", args=[made.code, seat.pk]), {"role": "secretary", "load_limit": "5"})
    assert (seat.role, again.status_code) == ("chair", 422)
    client.post(reverse("panel_seat", args=[made.code, seat.pk]), {"role": "chair", "load_limit": "5"})
    seat.refresh_from_db()
    assert (seat.load_limit, seat.scores) == (5, False)
    client.post(reverse("panel_end", args=[made.code, seat.pk]), {"reason": "Pindah"})
    seat.refresh_from_db()
    assert seat.ended_reason == "Pindah"
    assert client.get(reverse("panel_seat", args=[made.code, seat.pk])).status_code == 404
    refused = client.post(reverse("panel_add", args=[made.code]), {"user": make_user().pk, "role": "member"})
    assert refused.status_code == 422


def test_look_draw_step_back_and_substitute_in_the_browser(pages):
    made, people, args = pages
    secretary, member = client_of(people["secretary"]), client_of(people["member"])
    page = secretary.get(reverse("draw_round", args=[made.code]))
    body = {"seed": page.context["seed"], "seen": page.context["plan"].token}
    assert secretary.post(reverse("draw_round", args=[made.code]), {**body, "seen": "lama"}).status_code == 409
    assert secretary.post(reverse("draw_round", args=[made.code]), body).status_code == 302
    assert Sheet.objects.count() == 2
    assert member.post(reverse("recuse", args=args["recuse"]), {"reason": "Saudara"}).status_code == 302
    assert member.get(reverse("recuse", args=args["recuse"])).status_code == 404
    assert made.entrants.get().name in secretary.get(reverse("panel", args=[made.code])).content.decode()
    make_reviewer(made)
    assert secretary.post(reverse("substitute", args=args["substitute"]), {"user": ""}).status_code == 302
    assert Sheet.objects.reviews().count() == 2


def test_a_shortage_is_said_on_the_page(pages):
    made, people, _args = pages
    panel.declare_conflict(actor=people["idle"], round=made, code=made.entrants.get().code, reason="Saudara")
    page = client_of(people["secretary"]).get(reverse("draw_round", args=[made.code]))
    assert [row["short"].by_conflicts for row in page.context["shortages"]] == [1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_panel_page_takes_a_fixed_number_of_queries(pages, count, django_assert_max_num_queries):
    made, people, _args = pages
    for _time in range(count):
        make_reviewer(made, families=["makanan-minuman"])
    client = client_of(people["secretary"])
    with django_assert_max_num_queries(25):
        client.get(reverse("panel", args=[made.code]))
