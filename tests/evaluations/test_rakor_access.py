"""Every page of the Rakor asked by every kind of person, with the answers written out by hand; and their buttons."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from evaluations.models import AgendaItem, Conflict, Decision, FollowUp, Meeting, Round, RoundLogEntry
from tests.registry.factories import OTHER_REGENCY, make_head, make_officer, make_producer, make_user

from .asking import client_of, wrong_in
from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db

WHO = (
    *("anybody", "head", "system", "viewer", "regency", "neighbour", "outsider"),
    *("member", "conflicted", "secretary", "chair", "province"),
)
# In the order of WHO. "outsider" is a reviewer of no panel, "member" has a sheet of the product, "conflicted" is an officer
# of the province with a conflict of interest with it.
PANEL = "302 403 404 403 403 403 404 200 200 200 200 200"
RUNNERS = "302 403 404 403 403 403 404 403 200 200 200 200"
GET = {
    "rakor": PANEL,
    "follow_ups": PANEL,
    "meeting": PANEL,
    "decide": "302 403 404 403 403 403 404 200 404 200 200 200",
    "meeting_plan": RUNNERS,
    "meeting_change": RUNNERS,
    "attendance": RUNNERS,
    "meeting_close": RUNNERS,
    "agenda_add": RUNNERS,
    "follow_up_add": RUNNERS,
    "follow_up": "302 403 404 403 403 403 404 403 404 200 200 200",
    "severity": "302 403 404 403 403 403 404 403 403 200 200 403",
    "minutes_round": RUNNERS,
    "minutes_meeting": RUNNERS,
}
MAY_NOT = ("head", "system", "viewer", "regency", "neighbour", "outsider", "member")


@pytest.fixture
def pages(world):
    made = make_round(phase="rakor", quorum=1)
    entrant = make_entrant(made, producer=make_producer())
    AgendaItem.objects.create(entrant=entrant, reason="spread")
    meeting = Meeting.objects.create(round=made, title="Rakor 1", starts_at=timezone.now(), place="Kupang")
    values = {"owner": "Dinas", "region_code": "53.09", "due_on": timezone.localdate()}
    row = FollowUp.objects.create(round=made, entrant=entrant, text="Urus P-IRT", **values)
    people = {
        "anybody": None,
        "head": make_head(make_producer("ocop")),
        "system": make_officer(Role.SYSTEM_ADMIN, ["53"]),
        "viewer": make_officer(Role.VIEWER, ["53"]),
        "regency": make_officer(),
        "neighbour": make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]),
        "outsider": make_reviewer(),
        "member": make_reviewer(made),
        "conflicted": make_officer(Role.PROVINCE_OFFICER, ["53"]),
        "secretary": make_reviewer(made, "secretary"),
        "chair": make_reviewer(made, "chair"),
        "province": make_officer(Role.PROVINCE_OFFICER, ["53"]),
    }
    Conflict.objects.create(round=made, entrant=entrant, user=people["conflicted"], kind="declared")
    make_sheet(entrant, people["member"], {"A1": 2}, sent=True)
    meeting.attendance.create(user=people["chair"], mode="in_person")
    args = {name: [made.code] for name in GET}
    args |= {name: [made.code, meeting.key] for name in GET if name.startswith("meeting_c") or name in ("meeting", "attendance")}
    args |= {"minutes_meeting": [made.code, meeting.key], "decide": [made.code, entrant.number], "follow_up": [made.code, row.pk]}
    return made, people, args


def test_every_page_answers_each_person_as_written(pages):
    _made, people, args = pages
    assert wrong_in(GET, people, args, WHO) == []


def test_no_button_moves_for_those_who_may_not(pages):
    made, people, args = pages
    meeting = made.meetings.get()
    bodies = {
        "meeting_plan": {"title": "x", "starts_at": "2026-12-01T09:00", "place": "x"},
        "meeting_change": {"title": "x", "starts_at": "2026-12-01T09:00", "place": "x"},
        "attendance": {f"mode-{people['member'].pk}": "online"},
        "meeting_close": {"notes": "x"},
        "agenda_add": {"code": made.entrants.get().code, "note": "x"},
        "decide": {"meeting": str(meeting.key), "method": "mean", "reason": "x", "expected": 0},
        "follow_up_add": {"text": "x", "owner": "x", "region_code": "53", "due_on": timezone.localdate()},
        "follow_up": {"state": "done", "note": "x"},
    }
    for name, body in bodies.items():
        address = reverse(name, args=args[name])
        assert client_of(None).post(address, body).status_code == 401, name
        for who in MAY_NOT:
            assert client_of(people[who]).post(address, body).status_code in (403, 404), (name, who)
    assert client_of(people["province"]).post(reverse("decide", args=args["decide"]), bodies["decide"]).status_code == 403
    meeting.refresh_from_db()
    assert (meeting.title, meeting.closed_at, meeting.attendance.count()) == ("Rakor 1", None, 1)
    assert (Decision.objects.count(), AgendaItem.objects.count(), FollowUp.objects.get().state) == (0, 1, "open")
    assert not RoundLogEntry.objects.exists()


def test_a_conflict_hides_the_product_from_every_page_and_count(pages):
    made, people, args = pages
    client = client_of(people["conflicted"])
    for name in ("rakor", "follow_ups", "meeting", "meeting_plan"):
        page = client.get(reverse(name, args=args[name])).content.decode()
        assert "Kopi Contoh" not in page, name
        assert "Urus P-IRT" not in page, name
    context = client.get(reverse("rakor", args=[made.code])).context
    assert (context["on_agenda"], context["undecided"], context["follow_up_count"]) == (0, 0, 0)
    code = made.entrants.get().code
    for name in ("agenda_add", "follow_up_add"):
        body = {"code": code, "note": "x", "text": "x", "owner": "x", "region_code": "53", "due_on": timezone.localdate()}
        answer = client.post(reverse(name, args=args[name]), body)
        assert (answer.status_code, "code" in answer.context["form"].errors) == (422, True), name
    assert "produk" not in client.get(reverse("follow_up_add", args=[made.code]) + "?produk=1").context["form"].initial.get("code", "")
    for name in ("decide", "follow_up"):
        assert client.post(reverse(name, args=args[name]), {"state": "done", "note": "x"}).status_code == 404
    Round.objects.update(phase="established")
    assert "Kopi Contoh" in client.get(reverse("rakor", args=args["rakor"])).content.decode()


def test_addresses_that_name_nothing_are_not_found(pages):
    made, people, _args = pages
    client = client_of(people["secretary"])
    for rest in (f"produk/{10**30}/", "produk/99/", "00000000-0000-0000-0000-000000000000/", f"tindak-lanjut/{10**30}/"):
        assert client.get(f"/penilaian/periode/{made.code}/rakor/{rest}").status_code == 404, rest
    assert client.get(reverse("follow_up_add", args=[made.code]) + "?produk=%C2%B2&rapat=x").status_code == 200


def test_the_round_leads_to_its_rakor_for_those_who_may_read_it(pages):
    made, people, _args = pages
    address = reverse("rakor", args=[made.code])
    found = {who: address in client_of(people[who]).get(reverse("round", args=[made.code])).content.decode() for who in WHO[3:]}
    assert found == {who: who in ("member", "conflicted", "secretary", "chair", "province") for who in WHO[3:] if who != "outsider"} | {
        "outsider": False
    }


def test_whoever_is_nobody_here_is_told_so(world):
    made = make_round(phase="rakor")
    assert client_of(make_user()).get(reverse("rakor", args=[made.code])).status_code == 403
