"""The pages around sheets asked by everybody, written out by hand, and their buttons."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from evaluations.models import Conflict, EvidenceRequest, Round, Sheet
from tests.registry.factories import give, make_head, make_officer, make_producer, make_user

from .asking import client_of, wrong_in
from .factories import criterion_of, make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db

# nobody signed in, head of the product, head elsewhere, companion of the product, officer of the regency, a reviewer outside the
# round, the reviewer of the sheet, another member, a member with a conflict, the secretary, the province
WHO = ("anybody", "head", "sibling", "companion", "regency", "outsider", "reviewer", "member", "conflicted", "secretary", "province")
GET = {
    "review_home": "302 403 403 403 200 200 200 200 200 200 200",
    "sheet": "302 403 403 403 404 404 200 404 404 404 404",
    "sheet_section": "302 403 403 403 404 404 200 404 404 404 404",
    "sheet_progress": "302 403 403 403 404 404 200 404 404 404 404",
    "sheet_ask": "302 403 403 403 404 404 200 404 404 404 404",
    "sheet_calibration": "302 403 403 403 404 404 404 404 404 404 404",
    "paper_list": "302 403 403 403 403 404 403 403 403 200 200",
    "paper_family": "302 403 403 403 200 404 200 200 200 200 200",
    "paper_product": "302 403 403 403 200 404 200 404 404 200 200",
    "producer_evaluation": "302 200 200 200 403 403 403 403 403 403 403",
    "evaluation_question": "302 200 404 200 403 403 403 403 403 403 403",
    "self_sheet": "302 200 404 200 403 403 403 403 403 403 403",
    "self_sheet_section": "302 200 404 200 403 403 403 403 403 403 403",
    "self_sheet_progress": "302 200 404 200 403 403 403 403 403 403 403",
}
POST = {
    "sheet_save": "401 404 404 404 404 404 422 404 404 404 404",
    "sheet_send": "401 403 403 403 404 404 422 404 404 404 404",
    "sheet_reopen": "401 403 403 403 404 404 302 404 404 404 404",
    "paper_start": "401 403 403 403 404 404 404 404 404 302 302",
    "self_start": "401 302 404 302 403 403 403 403 403 403 403",
    "self_sheet_save": "401 422 404 422 404 404 404 404 404 404 404",
    "self_sheet_send": "401 422 404 422 403 403 403 403 403 403 403",
    "self_sheet_reopen": "401 302 404 302 403 403 403 403 403 403 403",
}


@pytest.fixture
def pages(world):
    made = make_round(self_assessment_due_on=timezone.localdate())
    producer = make_producer()
    entrant = make_entrant(made, producer=producer)
    head, companion, conflicted, reviewer = make_head(producer), make_user(), make_reviewer(made), make_reviewer(made)
    give(companion, Role.COMPANION, producer=producer)
    people = {
        "anybody": None,
        "head": head,
        "sibling": make_head(make_producer("ocop")),
        "companion": companion,
        "regency": make_officer(),
        "outsider": make_reviewer(),
        "reviewer": reviewer,
        "member": make_reviewer(made),
        "conflicted": conflicted,
        "secretary": make_reviewer(made, "secretary", scores=False),
        "province": make_officer(Role.PROVINCE_OFFICER, ["53"]),
    }
    Conflict.objects.create(round=made, entrant=entrant, user=conflicted, kind="declared")
    sheet, own = make_sheet(entrant, reviewer), make_sheet(entrant, head, kind="self", origin="self")
    asked = EvidenceRequest.objects.create(entrant=entrant, asked_by=reviewer, question="Foto", due_on=timezone.localdate())
    args = {name: [sheet.key] for name in (*GET, *POST) if name.startswith("sheet")} | {"paper_start": [sheet.key]}
    args |= {name: [own.key] for name in (*GET, *POST) if name.startswith("self_sheet")}
    args |= {"sheet_section": [sheet.key, "A"], "self_sheet_section": [own.key, "A"], "evaluation_question": [asked.key]}
    args |= {"sheet_ask": [sheet.key, criterion_of(entrant, "A1").pk], "paper_list": [made.code]}
    args |= {"paper_family": [made.code, entrant.family], "paper_product": [made.code, entrant.number]}
    args |= {"self_start": [made.code, entrant.number]}
    return people, args, entrant


def test_every_page_answers_each_person_as_written(pages):
    people, args, _entrant = pages
    assert wrong_in(GET, people, args, WHO) == []


def test_every_button_answers_each_person_as_written(pages):
    people, args, _entrant = pages
    assert wrong_in(POST, people, args, WHO, "post") == []
    assert Sheet.objects.filter(kind="self").count() == 1


def test_a_conflict_found_later_hides_the_own_sheet_everywhere(pages):
    people, args, entrant = pages
    Conflict.objects.create(round=entrant.round, entrant=entrant, user=people["reviewer"], kind="declared")
    client = client_of(people["reviewer"])
    for name in ("sheet", "sheet_section", "sheet_ask", "sheet_progress", "paper_product"):
        assert client.get(reverse(name, args=args[name])).status_code == 404, name
    assert entrant.name not in client.get(reverse("review_home")).content.decode()
    assert client.post(reverse("sheet_save", args=args["sheet_save"]), {"criterion": 1}).status_code in (403, 404)


def test_a_conflicted_secretary_sees_no_paper_sheet_of_the_product(pages):
    people, args, entrant = pages
    Sheet.objects.filter(kind="review").update(is_paper=True, entered_by=people["province"])
    client = client_of(people["secretary"])
    assert client.get(reverse("sheet", args=args["sheet"])).status_code == 200
    Conflict.objects.create(round=entrant.round, entrant=entrant, user=people["secretary"], kind="declared")
    assert client.get(reverse("sheet", args=args["sheet"])).status_code == 404
    assert entrant.name not in client.get(reverse("paper_list", args=args["paper_list"])).content.decode()


def test_nothing_is_refused_by_a_closed_round_but_writing(pages):
    people, args, entrant = pages
    Round.objects.filter(pk=entrant.round_id).update(phase="closed")
    client = client_of(people["reviewer"])
    assert client.get(reverse("sheet_section", args=args["sheet_section"])).status_code == 200
    assert client.post(reverse("sheet_send", args=args["sheet_send"])).status_code == 422
