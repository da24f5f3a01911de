"""The pages of the Rakor in the browser: meetings, attendance, agenda, decisions, follow-ups, and what is refused."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.models import AgendaItem, Conflict, Decision, FollowUp, Meeting, Round
from evaluations.services import rakor
from tests.registry.factories import OTHER_VILLAGE, make_producer

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db
FULL = {"A1": 3, "A2": 2, "B1": 3, "C1": 3, "C2": 2}
LOW = dict.fromkeys(FULL, 1)


@pytest.fixture
def stage(world):
    """A round in the Rakor with two disputed products in two regencies, and a meeting with its quorum."""
    made = make_round(phase="rakor", quorum=2, is_blind=True)
    made.chair, made.secretary = make_reviewer(made, "chair"), make_reviewer(made, "secretary", scores=False)
    made.reviewers = [make_reviewer(made), make_reviewer(made)]
    made.first = make_entrant(made, "Kopi Contoh", producer=make_producer())
    made.second = make_entrant(made, "Madu Contoh", producer=make_producer(region=OTHER_VILLAGE))
    for entrant in (made.first, made.second):
        AgendaItem.objects.create(entrant=entrant, reason="spread")
        for reviewer, choices in zip(made.reviewers, (FULL, LOW), strict=True):
            make_sheet(entrant, reviewer, choices, sent=True)
    made.meeting = rakor.plan_meeting(actor=made.secretary, round=made, title="Rakor 1", starts_at=timezone.now(), place="Kupang")
    there(made, made.chair, made.secretary)
    return made


def there(stage, *people):
    rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes=dict.fromkeys((user.pk for user in people), "in_person"))


def signed_in(user) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def at(name, stage, *more):
    return reverse(name, args=[stage.code, *more])


def words(page) -> str:
    return page.content.decode()


def form_of(stage, **fields):
    return {"meeting": str(stage.meeting.key), "method": "mean", "reason": "Sepakat", "expected": 0, **fields}


def decide_page(stage, entrant=None):
    return at("decide", stage, (entrant or stage.first).number)


# --- meetings -------------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_changed_attended_and_closed(stage):
    client = signed_in(stage.secretary)
    body = {"title": "Rakor 2", "starts_at": "2026-12-01T09:00", "place": "Ende", "regency_codes": ["53.09"]}
    assert client.post(at("meeting_plan", stage), body).status_code == 302
    made = Meeting.objects.get(title="Rakor 2")
    assert (timezone.localtime(made.starts_at).hour, made.regency_codes) == (9, ["53.09"])
    client.post(at("meeting_change", stage, made.key), {**body, "place": "Bajawa", "regency_codes": []})
    made.refresh_from_db()
    assert (made.place, made.regency_codes) == ("Bajawa", [])
    client.post(at("attendance", stage, made.key), {f"mode-{stage.chair.pk}": "online"})
    refused = client.post(at("meeting_close", stage, made.key), {"notes": "Selesai"})
    assert refused.status_code == 422
    assert "Selesai" in words(refused)
    client.post(at("attendance", stage, made.key), {f"mode-{stage.secretary.pk}": "in_person"})
    assert client.post(at("meeting_close", stage, made.key), {"notes": "Selesai"}).status_code == 302
    made.refresh_from_db()
    assert made.closed_at
    again = client.post(at("attendance", stage, made.key), {f"mode-{stage.chair.pk}": "absent"})
    assert again.status_code == 422
    assert made.attendance.get(user=stage.chair).mode == "online"


def test_bad_fields_of_a_meeting_are_said_and_kept(stage):
    page = signed_in(stage.secretary).post(at("meeting_plan", stage), {"title": "Rakor X", "starts_at": "besok", "place": ""})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"starts_at", "place"}
    assert "Rakor X" in words(page)


def test_the_quorum_is_said_in_words(stage):
    client = signed_in(stage.chair)
    assert "The quorum is met." in words(client.get(at("meeting", stage, stage.meeting.key)))
    there_again = {stage.secretary.pk: "absent"}
    rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes=there_again)
    page = words(client.get(at("meeting", stage, stage.meeting.key)))
    assert "1 member is there; a valid Rakor needs 2." in page
    assert "The quorum is not met." in page


def test_the_agenda_stands_by_regency_and_one_can_be_taken_alone(stage):
    client = signed_in(stage.chair)
    page = client.get(at("meeting", stage, stage.meeting.key))
    codes = sorted([stage.first.regency_code, stage.second.regency_code])
    assert [(part.code, part.undecided) for part in page.context["shown"]] == [(code, 1) for code in codes]
    one = client.get(at("meeting", stage, stage.meeting.key) + f"?kabupaten={stage.first.regency_code}")
    assert "Kopi Contoh" in words(one)
    assert "Madu Contoh" not in words(one)
    Meeting.objects.update(regency_codes=[stage.second.regency_code])
    assert "Kopi Contoh" not in words(client.get(at("meeting", stage, stage.meeting.key)))


def test_a_product_is_put_on_the_agenda_by_hand_once(stage):
    third = make_entrant(stage, "Tenun Contoh", producer=make_producer("ocop"))
    client = signed_in(stage.secretary)
    wrong = client.post(at("agenda_add", stage), {"code": "NTT-0000-00", "note": "Cek"})
    assert (wrong.status_code, "code" in wrong.context["form"].errors) == (422, True)
    for _time in range(2):
        assert client.post(at("agenda_add", stage), {"code": third.code.lower(), "note": "Diminta panel"}).status_code == 302
    assert AgendaItem.objects.get(entrant=third).reason == "asked"
    assert "Diminta panel" in words(client.get(at("meeting", stage, stage.meeting.key)))
    Round.objects.filter(pk=stage.pk).update(phase="closed")
    assert client.post(at("agenda_add", stage), {"code": stage.first.code, "note": "Telat"}).status_code == 422


def test_members_who_do_not_judge_are_named(stage):
    Conflict.objects.create(round=stage, entrant=stage.first, user=stage.reviewers[1], kind="declared", detail="Rahasia")
    page = words(signed_in(stage.chair).get(at("meeting", stage, stage.meeting.key)))
    assert str(stage.reviewers[1]) in page.split("Agenda by regency")[1]
    assert "Rahasia" not in page


# --- decisions ------------------------------------------------------------------------------------------------------


def test_the_chair_decides_in_the_browser(stage):
    client = signed_in(stage.chair)
    page = client.get(decide_page(stage))
    assert [(value, result) for value, _label, result in page.context["methods"]] == [
        ("keep", 50),
        ("mean", 50),
        ("median", 50),
        ("consensus", None),
    ]
    answer = client.post(decide_page(stage), form_of(stage))
    assert answer["Location"] == at("meeting", stage, stage.meeting.key)
    assert Decision.objects.get(entrant=stage.first).reason == "Sepakat"
    assert "Sepakat" in words(client.get(decide_page(stage)))


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"reason": " "}, 422, "Write the reason"),
        ({"method": ""}, 422, "Choose how the panel settles it."),
        ({"method": "dadu"}, 422, "Select a valid choice"),
        ({"method": "consensus", "level-A1": "3"}, 422, "Still without a level: A2, B1, C1, C2."),
        ({"method": "consensus", **{f"level-{code}": "9" for code in FULL}}, 422, "Choose a level for every criterion."),
        ({"expected": "7"}, 409, "Somebody has decided this product meanwhile."),
        ({"meeting": "00000000-0000-0000-0000-000000000000"}, 422, "This Rakor is closed. Choose another one."),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(stage, change, status, said):
    page = signed_in(stage.chair).post(decide_page(stage), form_of(stage, reason="Alasan panjang sekali") | change)
    assert page.status_code == status
    assert said in words(page)
    assert ("Alasan panjang sekali" in words(page)) is ("reason" not in change)
    assert not Decision.objects.exists()


def test_levels_typed_for_a_consensus_stay_chosen_when_one_is_missing(stage):
    body = form_of(stage, method="consensus") | {"level-A1": "2", "level-A2": "1"}
    page = signed_in(stage.chair).post(decide_page(stage), body)
    chosen = {row.criterion.code: row.agreed for block in page.context["blocks"] for row in block.rows}
    assert chosen == {"A1": 2, "A2": 1, "B1": None, "C1": None, "C2": None}
    body |= {f"level-{code}": "2" for code in ("B1", "C1", "C2")}
    assert signed_in(stage.chair).post(decide_page(stage), body).status_code == 302
    assert Decision.objects.get().scores.count() == 5


def test_without_the_quorum_nothing_is_decided(stage):
    rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes={stage.secretary.pk: "absent"})
    page = signed_in(stage.chair).post(decide_page(stage), form_of(stage))
    assert page.status_code == 422
    assert "a decision needs 2" in words(page)
    assert "Sepakat" in words(page)


def test_a_stale_page_shows_who_decided_and_keeps_what_was_typed(stage):
    client = signed_in(stage.chair)
    rakor.decide(actor=stage.chair, entrant=stage.first, meeting=stage.meeting, method="median", reason="Lebih dulu", expected=0)
    page = client.post(decide_page(stage), form_of(stage, reason="Punya saya"))
    assert page.status_code == 409
    for told in ("Lebih dulu", "Punya saya", str(stage.chair), "it replaces this decision"):
        assert told in words(page)
    assert page.context["expected"] == 1
    assert client.post(decide_page(stage), form_of(stage, reason="Punya saya", expected=1)).status_code == 302
    assert Decision.objects.get().reason == "Punya saya"


@pytest.mark.parametrize("phase", ["scoring", "closed", "established"])
def test_outside_the_rakor_nothing_is_decided(stage, phase):
    Round.objects.filter(pk=stage.pk).update(phase=phase)
    client = signed_in(stage.chair)
    assert 'name="reason"' not in words(client.get(decide_page(stage)))
    assert client.post(decide_page(stage), form_of(stage)).status_code == 422
    assert not Decision.objects.exists()


def test_in_a_closed_meeting_nothing_is_decided(stage):
    rakor.close_meeting(actor=stage.secretary, meeting=stage.meeting, notes="")
    client = signed_in(stage.chair)
    assert "No Rakor is open" in words(client.get(decide_page(stage)))
    assert client.post(decide_page(stage), form_of(stage)).status_code == 422


def test_secretary_stands_in_only_where_the_chair_has_a_conflict(stage):
    client = signed_in(stage.secretary)
    assert client.post(decide_page(stage), form_of(stage)).status_code == 403
    Conflict.objects.create(round=stage, entrant=stage.first, user=stage.chair, kind="declared")
    assert signed_in(stage.chair).post(decide_page(stage), form_of(stage)).status_code == 404
    there(stage, stage.reviewers[0])
    assert "so the secretary decides" in words(client.get(decide_page(stage)))
    assert client.post(decide_page(stage), form_of(stage)).status_code == 302
    assert Decision.objects.get().decided_by == stage.secretary


def test_a_knock_out_is_offered_only_where_a_level_knocks_out(stage):
    client = signed_in(stage.chair)
    assert "is_knocked_out" not in client.get(decide_page(stage)).context["form"].fields
    client.post(decide_page(stage), form_of(stage, is_knocked_out="on"))
    assert not Decision.objects.get().is_knocked_out


# --- whose sheets are seen ------------------------------------------------------------------------------------------


def columns(user, stage):
    return [column.name for column in signed_in(user).get(decide_page(stage)).context["page"].columns]


def test_a_blind_round_names_nobody(stage):
    page = signed_in(stage.chair).get(decide_page(stage))
    assert columns(stage.chair, stage) == ["Reviewer 1", "Reviewer 2"]
    assert str(stage.reviewers[0]) not in words(page)
    Round.objects.filter(pk=stage.pk).update(is_blind=False)
    assert sorted(columns(stage.chair, stage)) == sorted(str(user) for user in stage.reviewers)


@pytest.mark.parametrize(("rule", "own", "other"), [("never", 0, 0), ("after_own", 2, 0), ("always", 2, 2)])
def test_members_see_sheets_by_the_rule_of_the_round(stage, rule, own, other):
    Round.objects.filter(pk=stage.pk).update(sees_others=rule)
    assert len(columns(stage.reviewers[0], stage)) == own
    assert len(columns(make_reviewer(stage), stage)) == other


def test_whoever_has_a_sheet_to_send_is_not_anchored(stage):
    make_sheet(stage.first, stage.chair)
    page = signed_in(stage.chair).get(decide_page(stage))
    assert page.context["page"].columns == []
    assert [result for _value, _label, result in page.context["methods"]] == [None] * 4
    assert "Send your own sheet" in words(page)


# --- follow-ups -----------------------------------------------------------------------------------------------------


def test_a_follow_up_is_added_from_a_product_and_settled(stage):
    client = signed_in(stage.secretary)
    form = client.get(at("follow_up_add", stage) + f"?produk={stage.first.number}&rapat={stage.meeting.key}").context["form"]
    assert (form["code"].value(), form["region_code"].value()) == (stage.first.code, stage.first.regency_code)
    day = timezone.localdate() + dt.timedelta(days=30)
    body = {"text": "Urus P-IRT", "owner": "Dinkes Ngada", "region_code": "53.09", "due_on": day, "code": stage.first.code}
    client.post(at("follow_up_add", stage), {**body, "meeting": str(stage.meeting.key)})
    row = FollowUp.objects.get()
    assert (row.entrant, row.meeting, row.due_on) == (stage.first, stage.meeting, day)
    assert "Urus P-IRT" in words(client.get(at("meeting", stage, stage.meeting.key)))
    assert client.post(at("follow_up", stage, row.pk), {"state": "done", "note": " "}).status_code == 422
    assert client.post(at("follow_up", stage, row.pk), {"state": "done", "note": "Terbit"}).status_code == 302
    assert "Urus P-IRT" not in words(client.get(at("follow_ups", stage)))
    assert "Terbit" in words(client.get(at("follow_ups", stage) + "?semua=1"))


def test_bad_follow_ups_are_refused(stage):
    client = signed_in(stage.secretary)
    body = {"text": "", "owner": "x", "region_code": "99.99", "due_on": "2020-01-01", "code": "NTT-0000-00"}
    page = client.post(at("follow_up_add", stage), body)
    assert set(page.context["form"].errors) == {"text", "region_code", "due_on"}
    good = {**body, "text": "x", "region_code": "53", "due_on": timezone.localdate()}
    assert "code" in client.post(at("follow_up_add", stage), good).context["form"].errors
    assert not FollowUp.objects.exists()


def test_open_ones_of_earlier_rounds_are_carried_on_and_settled_there(stage):
    earlier = make_round("ovop-2025", phase="established", instrument=stage.first.instrument, year=2025)
    values = {"round": earlier, "owner": "Dinas", "region_code": "53", "due_on": timezone.localdate()}
    row = FollowUp.objects.create(text="Urus halal", **values)
    FollowUp.objects.create(text="Sudah beres", state="done", note="x", **values)
    client = signed_in(stage.secretary)
    for name in ("rakor", "follow_ups", "round"):
        page = words(client.get(at(name, stage)))
        assert "Urus halal" in page, name
        assert earlier.name in page, name
        assert "Sudah beres" not in page, name
    assert client.post(at("follow_up", stage, row.pk), {"state": "done", "note": "Terbit"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.note) == ("done", "Terbit")
    assert client.get(at("follow_up", stage, row.pk)).status_code == 404


def test_a_follow_up_of_a_later_round_is_not_reached_from_an_earlier_one(stage):
    later = make_round("ovop-2027", instrument=stage.first.instrument, year=2027)
    row = FollowUp.objects.create(round=later, text="Nanti", owner="x", region_code="53", due_on=timezone.localdate())
    assert signed_in(stage.secretary).get(at("follow_up", stage, row.pk)).status_code == 404


# --- counts ---------------------------------------------------------------------------------------------------------


def more(stage, count):
    for number in range(count):
        entrant = make_entrant(stage, f"Kopi {number}", producer=make_producer("ocop"))
        AgendaItem.objects.create(entrant=entrant, reason="asked")
        Conflict.objects.create(round=stage, entrant=entrant, user=stage.reviewers[0], kind="declared")
        meeting = rakor.plan_meeting(actor=stage.chair, round=stage, title=f"R{number}", starts_at=timezone.now(), place="x")
        values = {"text": f"T{number}", "owner": "x", "region_code": "53", "due_on": timezone.localdate()}
        rakor.add_follow_up(actor=stage.chair, round=stage, meeting=stage.meeting, entrant=entrant, **values)
        rakor.note_attendance(actor=stage.chair, meeting=stage.meeting, modes={make_reviewer(stage).pk: "online"})
        rakor.note_attendance(actor=stage.chair, meeting=meeting, modes={stage.chair.pk: "online"})


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("rakor", 15), ("meeting", 17), ("follow_ups", 10)])
def test_lists_take_a_fixed_number_of_queries(stage, name, queries, count, django_assert_num_queries):
    more(stage, count)
    client = signed_in(stage.secretary)
    address = at(name, stage, *([stage.meeting.key] if name == "meeting" else []))
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_decision_page_takes_a_fixed_number_of_queries(stage, count, django_assert_num_queries):
    for _time in range(count):
        make_sheet(stage.first, make_reviewer(stage), FULL, sent=True)
    client = signed_in(stage.chair)
    client.get(decide_page(stage))
    with django_assert_num_queries(28):
        client.get(decide_page(stage))
