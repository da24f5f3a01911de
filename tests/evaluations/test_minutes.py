"""Berita acara: what stands on the paper, for whom, and that it is a PDF."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations import minutes
from evaluations.models import AgendaItem, Conflict, Round
from evaluations.services import closing, rakor
from tests.registry.factories import make_producer

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db
FULL = {"A1": 3, "A2": 2, "B1": 3, "C1": 3, "C2": 2}


@pytest.fixture
def stage(world):
    made = make_round(phase="rakor", quorum=2)
    made.chair, made.secretary, made.member = (make_reviewer(made, role) for role in ("chair", "secretary", "member"))
    made.first = make_entrant(made, "Kopi Contoh", producer=make_producer())
    made.second = make_entrant(made, "Madu Contoh", producer=make_producer("ocop"))
    for entrant in (made.first, made.second):
        make_sheet(entrant, made.member, FULL, sent=True)
    AgendaItem.objects.create(entrant=made.first, reason="spread")
    made.meeting = meeting(made, "Rakor 1")
    decide(made, made.meeting, "Sepakat bersama", 0)
    values = {"text": "Urus P-IRT", "owner": "Dinkes", "region_code": "53.09", "due_on": timezone.localdate()}
    rakor.add_follow_up(actor=made.secretary, round=made, meeting=made.meeting, entrant=made.first, **values)
    return made


def meeting(stage, title):
    made = rakor.plan_meeting(actor=stage.secretary, round=stage, title=title, starts_at=timezone.now(), place="Kupang")
    modes = {stage.chair.pk: "in_person", stage.secretary.pk: "online", stage.member.pk: "absent"}
    return rakor.note_attendance(actor=stage.secretary, meeting=made, modes=modes)


def decide(stage, where, reason, expected):
    values = {"method": "mean", "reason": reason, "expected": expected}
    return rakor.decide(actor=stage.chair, entrant=stage.first, meeting=where, **values)


@pytest.fixture
def paper(monkeypatch):
    """What is handed to the printer; the printer itself is asked once below."""
    monkeypatch.setattr(minutes, "_compile", lambda data: json.loads(json.dumps(data)))
    return minutes


def hide(stage, user, entrant=None):
    Conflict.objects.create(round=stage, entrant=entrant or stage.first, user=user, kind="declared")


def close(stage):
    closing.close_round(actor=stage.chair, round=stage, expected=stage.lock_version)
    return Round.objects.get(pk=stage.pk)


def test_it_is_a_pdf_with_odd_words_in_it(stage):
    rakor.close_meeting(actor=stage.secretary, meeting=stage.meeting, notes='Kata #panic("x") *tebal* $x$ [a] <b> \\ baris\ndua')
    client = Client()
    client.force_login(stage.secretary)
    for address in (reverse("minutes_meeting", args=[stage.code, stage.meeting.key]), reverse("minutes_round", args=[stage.code])):
        answer = client.get(address)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert close(stage).phase == "closed"
    assert client.get(reverse("minutes_round", args=[stage.code])).content[:5] == b"%PDF-"


def test_a_meeting_says_who_came_what_was_decided_and_what_follows(stage, paper):
    hide(stage, stage.member)
    found = paper.of_meeting(stage.meeting, stage.secretary)
    assert [row[2] for row in found["meetings"][0]["seats"]] == ["hadir langsung (luring)", "lewat jaringan (daring)", "tidak hadir"]
    assert found["apart"] == [["1. Kopi Contoh (" + stage.first.producer_name + ")", str(stage.member)]]
    assert [(row["reason"], row["method"]) for row in found["decisions"]] == [("Sepakat bersama", "Rata-rata semua lembar")]
    assert found["follow_ups"][0][:3] == ["Urus P-IRT (Kopi Contoh)", "Dinkes", "Ngada"]
    assert [row[1] for row in found["signatures"]] == [str(stage.chair), str(stage.secretary)]
    assert (found["ranking"], found["incomplete"]) == ([], False)


def test_a_closed_meeting_keeps_what_it_decided(stage, paper):
    rakor.close_meeting(actor=stage.secretary, meeting=stage.meeting, notes="")
    later = meeting(stage, "Rakor 2")
    decide(stage, later, "Berubah", 1)
    before, after = paper.of_meeting(stage.meeting, stage.chair), paper.of_meeting(later, stage.chair)
    assert [(row["reason"], "Rakor 2" in row["note"]) for row in before["decisions"]] == [("Sepakat bersama", True)]
    assert [(row["reason"], row["note"]) for row in after["decisions"]] == [("Berubah", "")]


def test_ranking_comes_with_the_close(stage, paper):
    assert paper.of_round(stage, stage.chair)["ranking"] == []
    found = paper.of_round(close(stage), stage.chair)
    assert [row[:2] + row[3:] for row in found["ranking"]] == [
        ["1", f"1. Kopi Contoh ({stage.first.producer_name})", "100,00", "5"],
        ["1", f"2. Madu Contoh ({stage.second.producer_name})", "100,00", "5"],
    ]
    assert found["waits"]


def test_a_conflict_leaves_the_product_and_all_places_out_until_established(stage, paper):
    hide(stage, stage.secretary)
    made = close(stage)
    for found in (paper.of_round(made, stage.secretary), paper.of_meeting(stage.meeting, stage.secretary)):
        assert found["incomplete"]
        assert "Kopi Contoh" not in json.dumps(found)
        assert "Sepakat bersama" not in json.dumps(found)
        assert "Urus P-IRT" not in json.dumps(found)
        assert found["ranking"] == []
    assert "Kopi Contoh" in json.dumps(paper.of_round(made, stage.chair))
    Round.objects.update(phase="established")
    found = paper.of_round(Round.objects.get(pk=stage.pk), stage.secretary)
    assert ("Kopi Contoh" in json.dumps(found), found["incomplete"]) == (True, False)


def test_what_is_still_open_is_said(stage, paper):
    AgendaItem.objects.create(entrant=stage.second, reason="asked")
    found = paper.of_meeting(stage.meeting, stage.chair)
    assert found["waiting"] == [f"2. Madu Contoh ({stage.second.producer_name})"]
    assert found["standing"]
