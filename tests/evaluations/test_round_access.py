"""Every page of rounds asked by every kind of person, with the answers written out by hand; and their buttons."""

import pytest
from django.urls import reverse

from accounts.states import Role
from evaluations.models import Conflict, RoundLogEntry, Sample
from tests.registry.factories import OTHER_REGENCY, make_head, make_officer, make_producer, make_user

from .asking import client_of, wrong_in
from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db

WHO = (
    *("anybody", "head", "system", "viewer", "regency", "neighbour", "outsider"),
    *("member", "idle", "conflicted", "secretary", "chair", "province"),
)
# In the order of WHO. "outsider" is a reviewer of no panel, "member" has a sheet of the product, "idle" has none, "conflicted"
# is an officer of the province with a conflict of interest with it.
PUBLIC_OF_ROUND = "302 403 404 200 200 200 404 200 200 200 200 200 200"
RUNNERS = "302 403 404 403 403 403 404 403 403 200 200 200 200"
GET = {
    "round_list": "302 403 200 200 200 200 200 200 200 200 200 200 200",
    "round_open": "302 403 403 403 403 403 403 403 403 200 403 403 200",
    "round": PUBLIC_OF_ROUND,
    "round_change": "302 403 403 403 403 403 403 403 403 200 403 403 200",
    "round_back": RUNNERS,
    "round_extend": RUNNERS,
    "entrants": PUBLIC_OF_ROUND,
    "entrants_choose": RUNNERS,
    "entrant": "302 403 404 200 200 404 404 200 404 404 200 200 200",
    "entrant_check": "302 403 404 403 403 403 404 403 403 404 200 200 200",
    "visit_note": "302 403 404 403 200 404 404 403 404 404 403 403 200",
    "samples": RUNNERS,
    "session_plan": RUNNERS,
    "sample": "302 403 404 403 403 403 404 403 403 404 200 200 200",
    "sample_labels": "302 403 404 403 403 403 404 403 403 302 302 302 302",
}
POST = ("round_advance", "round_remind", "entrants_many", "entrant_calibration")
MAY_NOT = ("head", "system", "viewer", "regency", "neighbour", "outsider", "member", "idle")


@pytest.fixture
def pages(world):
    made = make_round()
    entrant = make_entrant(made, producer=make_producer())
    Sample.objects.create(round=made, entrant=entrant, blind_number=417)
    people = {
        "anybody": None,
        "head": make_head(make_producer("ocop")),
        "system": make_officer(Role.SYSTEM_ADMIN, ["53"]),
        "viewer": make_officer(Role.VIEWER, ["53"]),
        "regency": make_officer(),
        "neighbour": make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]),
        "outsider": make_reviewer(),
        "member": make_reviewer(made),
        "idle": make_reviewer(made),
        "secretary": make_reviewer(made, "secretary"),
        "chair": make_reviewer(made, "chair"),
        "province": make_officer(Role.PROVINCE_OFFICER, ["53"]),
    }
    people["conflicted"] = make_officer(Role.PROVINCE_OFFICER, ["53"])
    Conflict.objects.create(round=made, entrant=entrant, user=people["conflicted"], kind="declared")
    make_sheet(entrant, people["member"])
    args = {name: [made.code] for name in (*GET, *POST) if name not in ("round_list", "round_open")}
    for name in ("entrant", "entrant_check", "visit_note", "sample", "entrant_calibration"):
        args[name] = [made.code, entrant.number]
    return made, people, args


def test_every_page_answers_each_person_as_written(pages):
    _made, people, args = pages
    assert wrong_in(GET, people, args, WHO) == []


def test_no_button_moves_for_those_who_do_not_run_the_round(pages):
    made, people, args = pages
    before = list(RoundLogEntry.objects.values_list("pk", flat=True))
    for name in POST:
        address = reverse(name, args=args[name])
        assert client_of(None).post(address).status_code == 401, name
        for who in MAY_NOT:
            data = {"expected": made.lock_version, "row": "1", "step": "sample"}
            assert client_of(people[who]).post(address, data).status_code in (403, 404), (name, who)
    assert list(RoundLogEntry.objects.values_list("pk", flat=True)) == before


def test_a_conflict_hides_the_product_from_every_page_and_count(pages):
    made, people, args = pages
    client = client_of(people["conflicted"])
    other = make_entrant(made, "Terlihat", producer=make_producer("ocop"))

    for name in ("round", "entrants", "samples"):
        page = client.get(reverse(name, args=[made.code]))
        assert "Kopi Contoh" not in page.content.decode(), name
    context = client.get(reverse("round", args=[made.code])).context
    assert context["progress"].entered == 1
    assert context["progress"].whole.given == 0
    assert context["progress"].conflicts == 0
    rows = client.get(reverse("entrants", args=[made.code])).context["rows"]
    assert [row.pk for row, _place in rows] == [other.pk]
    for name in ("entrant_check", "entrant_calibration", "sample"):
        assert client.post(reverse(name, args=args[name]), {"outcome": "complete"}).status_code == 404


def test_addresses_that_name_nothing_are_not_found(pages):
    _made, people, _args = pages
    client = client_of(people["province"])

    for code in ("tidak-ada", "%00", "'", "OVOP-2026"):
        assert client.get(f"/penilaian/periode/{code}/").status_code == 404
    assert client.get("/penilaian/periode/ovop-2026/peserta/999/").status_code == 404
    assert client.get(f"/penilaian/periode/ovop-2026/peserta/{10**30}/").status_code == 404
    assert client.get("/penilaian/periode/ovop-2026/sampel/999/").status_code == 404


def test_officers_find_the_instruments_from_the_rounds(pages):
    _made, people, _args = pages
    shown = {
        who: reverse("instruments") in client_of(people[who]).get(reverse("round_list")).content.decode() for who in ("province", "member")
    }
    assert shown == {"province": True, "member": False}


def test_the_round_leads_to_the_sheets_on_paper_for_those_who_run_it(pages):
    made, people, _args = pages
    address = reverse("paper_list", args=[made.code])
    shown = {
        who: address in client_of(people[who]).get(reverse("round", args=[made.code])).content.decode() for who in ("secretary", "member")
    }
    assert shown == {"secretary": True, "member": False}


def test_staff_menu_leads_to_the_rounds_for_those_who_may_follow_them(world):
    shown = client_of(make_officer()).get(reverse("desk_queue")).content.decode()
    hidden = client_of(make_officer(Role.SYSTEM_ADMIN, ["53"])).get(reverse("desk_queue")).content.decode()

    assert reverse("round_list") in shown
    assert reverse("round_list") not in hidden
    assert client_of(make_user()).get(reverse("round_list")).status_code == 403
