"""The pages of a sheet: filling in without scripts, saving by script, sending, comparing, asking, paper."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from evaluations.models import CriterionEvidence, EvidenceRequest, PanelMember, Round, Score, Sheet
from evaluations.services import sheets
from registry.models import Notice
from tests.registry.factories import make_head, make_producer
from tests.registry.published import set_state

from .factories import criterion_of, make_entrant, make_instrument, make_reviewer, make_round, make_sheet, publish_instrument

pytestmark = pytest.mark.django_db
ALL = {"A1": 2, "A2": 2, "B1": 2, "C1": 2, "C2": 2}


@pytest.fixture
def desk(world):
    made = make_round()
    entrant = make_entrant(made, producer=make_producer())
    reviewer = make_reviewer(made)
    return entrant, reviewer, make_sheet(entrant, reviewer), signed_in(reviewer)


def signed_in(user) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def section(sheet, code):
    return reverse("sheet_section", args=[sheet.key, code])


def form_of(sheet, **values):
    """What the form of a section sends: `A1=(2, "remark", version)`."""
    data = {}
    for code, (position, comment, version) in values.items():
        criterion = criterion_of(sheet.entrant, code)
        data |= {f"comment-{criterion.pk}": comment, f"version-{criterion.pk}": version}
        if position:
            data[f"level-{criterion.pk}"] = criterion.levels.get(position=position).pk
    return data


def test_first_page_says_where_to_go_on(desk):
    entrant, _reviewer, sheet, client = desk
    page = client.get(reverse("review_home"))
    assert entrant.name in page.content.decode()
    assert reverse("sheet", args=[sheet.key]) in page.content.decode()


def test_rounds_with_open_sheets_stand_before_closed_ones(desk):
    _entrant, reviewer, sheet, client = desk
    later = make_round("ovop-2027", phase="closed", year=2027, instrument=sheet.entrant.instrument)
    PanelMember.objects.create(round=later, user=reviewer, role="member")

    page = client.get(reverse("review_home")).content.decode()

    assert page.index(reverse("sheet", args=[sheet.key])) < page.index(reverse("round_results", args=[later.code]))
    assert page.count("Belum ada produk") == 0


@pytest.mark.parametrize("count", [1, 3])
def test_first_page_asks_the_same_number_of_queries(world, count, django_assert_num_queries):
    made = make_round()
    reviewer = make_reviewer(made)
    for number in range(count):
        entrant = make_entrant(made, f"Produk {number}", producer=make_producer("ocop"))
        make_sheet(entrant, reviewer, {"A1": 1} if number else None)
    client = signed_in(reviewer)
    client.get(reverse("review_home"))
    with django_assert_num_queries(6):
        client.get(reverse("review_home"))


def test_common_sample_products_stand_first_and_hold_the_others_back(desk):
    entrant, reviewer, sheet, client = desk
    common = make_entrant(entrant.round, "Contoh bersama", producer=make_producer("ocop"), is_calibration=True)
    make_sheet(common, reviewer, origin="calibration")

    text = client.get(reverse("review_home")).content.decode()

    assert text.index("Contoh bersama") < text.index(entrant.name)
    assert "Opens after the common sample products" in text
    assert reverse("sheet", args=[sheet.key]) not in text
    assert "common sample products first" in client.get(section(sheet, "A")).content.decode()


def test_a_section_is_filled_in_without_scripts_and_leads_on(desk):
    _entrant, _reviewer, sheet, client = desk
    data = form_of(sheet, A1=(3, "Nota dilihat", 0), A2=(2, "", 0)) | {"go": "next"}

    answer = client.post(section(sheet, "A"), data)

    assert answer.status_code == 302
    assert answer.url == section(sheet, "B")
    page = client.get(section(sheet, "A")).content.decode()
    assert "Nota dilihat" in page
    assert "40 of 40" in page
    assert 'data-section="A"' in page
    assert "A. Bagian A</h2>" in page
    assert page.count(" checked") == 2


def test_points_but_no_total_and_no_star_before_sending(desk):
    _entrant, reviewer, sheet, client = desk
    for code, position in ALL.items():
        criterion = criterion_of(sheet.entrant, code)
        level = criterion.levels.get(position=position).pk
        sheets.save_score(actor=reviewer, key=sheet.key, criterion_id=criterion.pk, level_id=level, comment="", base=0)
    text = client.get(reverse("sheet", args=[sheet.key])).content.decode()
    assert "70" not in text.split("<dl", 1)[1].split("</dl>")[0]
    assert 'class="stars"' not in text
    assert "Send the sheet" in text


def test_two_tabs_without_scripts_show_both_values_and_keep_the_typed_one(desk):
    _entrant, _reviewer, sheet, client = desk
    client.post(section(sheet, "A"), form_of(sheet, A1=(3, "tab satu", 0), A2=(2, "", 0)))

    answer = client.post(section(sheet, "A"), form_of(sheet, A1=(1, "tab dua", 0), A2=(2, "", 0)))

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "tab satu" in text
    assert "tab dua</textarea>" in text
    assert Score.objects.get(criterion__code="A1").comment == "tab satu"
    again = client.post(section(sheet, "A"), form_of(sheet, A1=(1, "tab dua", 1), A2=(2, "", 1)))
    assert again.status_code == 302
    assert Score.objects.get(criterion__code="A1").comment == "tab dua"


def test_a_form_sent_after_closing_says_so_and_keeps_what_was_typed(desk):
    entrant, _reviewer, sheet, client = desk
    Round.objects.filter(pk=entrant.round_id).update(phase="closed")

    answer = client.post(section(sheet, "A"), form_of(sheet, A1=(3, "terlambat", 0)))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Scoring has ended" in text
    assert "terlambat" in text
    assert not Score.objects.exists()


def save(client, sheet, code="A1", position=2, version=0, comment=""):
    criterion = criterion_of(sheet.entrant, code)
    level = criterion.levels.get(position=position).pk
    data = {"criterion": criterion.pk, "level": level, "comment": comment, "version": version}
    return client.post(reverse("sheet_save", args=[sheet.key]), data, headers={"accept": "application/json"})


def test_script_saves_and_is_told_the_version(desk):
    _entrant, _reviewer, sheet, client = desk
    answer = save(client, sheet)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert answer.json()["saved"].startswith("Saved ")


def test_script_is_told_of_conflict_closing_and_the_end_of_the_session(desk):
    entrant, _reviewer, sheet, client = desk
    save(client, sheet, position=3, comment="satu")
    conflict = save(client, sheet, position=1, comment="dua")
    assert conflict.status_code == 409
    assert {key: conflict.json()[key] for key in ("version", "comment", "level_name")} == {
        "version": 1,
        "comment": "satu",
        "level_name": "Tingkat 3",
    }
    Round.objects.filter(pk=entrant.round_id).update(phase="closed")
    closed = save(client, sheet, position=1, version=1)
    assert (closed.status_code, bool(closed.json()["reason"])) == (403, True)
    assert save(Client(), sheet).status_code == 401
    assert save(signed_in(make_reviewer(entrant.round)), sheet).status_code == 404


def test_script_with_nonsense_is_refused_politely(desk):
    _entrant, _reviewer, sheet, client = desk
    address = reverse("sheet_save", args=[sheet.key])
    for data in ({}, {"criterion": "x", "level": "-1"}, {"criterion": "9" * 30}, {"advice": "a" * 2001}, {"advice": "\x00"}):
        answer = client.post(address, data)
        assert answer.status_code == 422, data
        assert json.loads(answer.content)["reason"]


def test_a_save_by_script_asks_few_queries(desk, django_assert_num_queries):
    _entrant, _reviewer, sheet, client = desk
    save(client, sheet, "B1")
    criterion = criterion_of(sheet.entrant, "A1")
    data = {"criterion": criterion.pk, "level": criterion.levels.get(position=2).pk, "version": 0}
    with django_assert_num_queries(6):  # session, person, savepoint twice, the sheet, the upsert
        client.post(reverse("sheet_save", args=[sheet.key]), data)
    assert sheet.scores.count() == 2


def test_sending_from_the_page_lists_what_is_missing(desk):
    _entrant, _reviewer, sheet, client = desk
    answer = client.post(reverse("sheet_send", args=[sheet.key]))
    assert answer.status_code == 422
    assert f"{section(sheet, 'A')}#c{criterion_of(sheet.entrant, 'A1').pk}" in answer.content.decode()


def test_sent_and_opened_again_from_the_page(desk):
    entrant, reviewer, _sheet, client = desk
    other = make_entrant(entrant.round, "Madu", producer=make_producer("ocop"))
    sheet = make_sheet(other, reviewer, ALL)

    assert client.post(reverse("sheet_send", args=[sheet.key])).status_code == 302
    assert Sheet.objects.get(pk=sheet.pk).state == "submitted"
    assert 'type="radio"' in client.get(section(sheet, "A")).content.decode()
    assert client.post(reverse("sheet_reopen", args=[sheet.key])).status_code == 302
    assert Sheet.objects.get(pk=sheet.pk).state == "open"


@pytest.mark.parametrize("count", [1, 3])
def test_a_section_asks_the_same_number_of_queries(desk, count, django_assert_num_queries):
    entrant, reviewer, sheet, client = desk
    for number in range(count):
        other = make_entrant(entrant.round, f"Produk {number}", producer=make_producer("ocop"))
        make_sheet(other, reviewer, ALL, sent=True)
        criterion = criterion_of(entrant, "A1")
        EvidenceRequest.objects.create(
            entrant=entrant, criterion=criterion, asked_by=reviewer, question=f"{number}", due_on=timezone.localdate()
        )
    client.get(section(sheet, "A"))
    with django_assert_num_queries(10):
        client.get(section(sheet, "A"))


def test_gone_product_says_so_on_its_sheet(desk):
    entrant, _reviewer, sheet, client = desk
    set_state(entrant.product.entry, "withdrawn")
    text = client.get(section(sheet, "A")).content.decode()
    assert "withdrawn from the catalogue" in text
    assert "score-sheet.js" not in text
    assert "Takes no more scores" in client.get(reverse("review_home")).content.decode()


def test_like_products_are_shown_and_the_panel_only_where_allowed(desk):
    entrant, reviewer, sheet, client = desk
    other = make_entrant(entrant.round, "Madu", producer=make_producer("ocop"))
    make_sheet(other, reviewer, {"A1": 3}, sent=True)
    make_sheet(other, make_reviewer(entrant.round), {"A1": 1}, sent=True)

    hidden = client.get(section(sheet, "A")).content.decode()
    Round.objects.filter(pk=entrant.round_id).update(sees_others="always")
    shown = client.get(section(sheet, "A")).content.decode()

    assert "Tingkat 3: 1" in hidden
    assert "The panel gave" not in hidden
    assert "Tingkat 1: 1" in shown.split("The panel gave")[1]


def test_precedent_never_tells_of_a_product_a_conflict_hides(desk):
    entrant, reviewer, sheet, client = desk
    Round.objects.filter(pk=entrant.round_id).update(sees_others="always")
    other = make_entrant(entrant.round, "Madu", producer=make_producer("ocop"))
    make_sheet(other, make_reviewer(entrant.round), {"A1": 1}, sent=True)
    entrant.round.conflicts.create(entrant=other, user=reviewer, kind="declared")
    assert "The panel gave" not in client.get(section(sheet, "A")).content.decode()


def test_the_group_is_seen_only_after_the_own_common_sheet_is_sent(desk):
    entrant, reviewer, _sheet, client = desk
    common = make_entrant(entrant.round, "Contoh bersama", producer=make_producer("ocop"), is_calibration=True)
    own = make_sheet(common, reviewer, ALL, origin="calibration")
    make_sheet(common, make_reviewer(entrant.round), {**ALL, "A1": 3}, origin="calibration", sent=True)
    address = reverse("sheet_calibration", args=[own.key])
    assert client.get(address).status_code == 404

    client.post(reverse("sheet_send", args=[own.key]))
    text = client.get(address).content.decode()

    assert "2 sheets of this common sample product" in text
    assert "Tingkat 2 (yours)" in text


def test_asking_for_evidence_tells_the_producer_but_not_who_asks(desk):
    entrant, reviewer, sheet, client = desk
    head = make_head(entrant.product.producer)
    address = reverse("sheet_ask", args=[sheet.key, criterion_of(entrant, "A1").pk])
    due = timezone.localdate() + dt.timedelta(days=2)

    assert client.get(address).status_code == 200
    assert client.post(address, {"question": "Foto nota bahan", "due_on": due.isoformat()}).status_code == 302
    client.post(address, {"question": "Foto nota bahan", "due_on": due.isoformat()})

    asked = EvidenceRequest.objects.get()
    assert Notice.objects.filter(user=head, kind="evidence_asked").count() == 1
    page = signed_in(head).get(reverse("evaluation_question", args=[asked.key])).content.decode()
    assert "Foto nota bahan" in page
    assert str(reviewer) not in page
    assert "Foto nota bahan" in client.get(section(sheet, "A")).content.decode()


@pytest.mark.parametrize("days", [-1, 40])
def test_due_day_of_a_question_lies_within_scoring(desk, days):
    entrant, _reviewer, sheet, client = desk
    address = reverse("sheet_ask", args=[sheet.key, criterion_of(entrant, "A1").pk])
    due = timezone.localdate() + dt.timedelta(days=days)
    assert "Choose a day" in client.post(address, {"question": "Foto", "due_on": due.isoformat()}).content.decode()
    assert not EvidenceRequest.objects.exists()


def test_required_evidence_that_is_not_there_is_marked(world):
    instrument = make_instrument(published=False)
    criterion = instrument.sections.get(code="A").criteria.get(code="A1")
    CriterionEvidence.objects.create(criterion=criterion, kind="document", is_required=True, label="Nota 12 bulan")
    made = make_round(instrument=publish_instrument(instrument))
    reviewer = make_reviewer(made)
    sheet = make_sheet(make_entrant(made, producer=make_producer()), reviewer)
    text = signed_in(reviewer).get(section(sheet, "A")).content.decode()
    assert "Nota 12 bulan" in text
    assert "Not in the product" in text


def test_paper_is_listed_begun_and_printed(desk):
    entrant, _reviewer, sheet, _client = desk
    secretary = signed_in(make_reviewer(entrant.round, "secretary", scores=False))
    code = entrant.round.code

    assert str(sheet.reviewer) in secretary.get(reverse("paper_list", args=[code])).content.decode()
    answer = secretary.post(reverse("paper_start", args=[sheet.key]))
    assert answer.url == reverse("sheet", args=[sheet.key])
    assert "Entered from paper by" in secretary.get(answer.url).content.decode()
    for address in (reverse("paper_family", args=[code, entrant.family]), reverse("paper_product", args=[code, entrant.number])):
        pdf = secretary.get(address)
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")
    assert secretary.get(reverse("paper_family", args=[code, "tidak-ada"])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_paper_asks_the_same_number_of_queries(world, count, django_assert_num_queries):
    made = make_round()
    secretary = make_reviewer(made, "secretary", scores=False)
    for number in range(count):
        make_sheet(make_entrant(made, f"Produk {number}", producer=make_producer("ocop")), make_reviewer(made))
    client = signed_in(secretary)
    client.get(reverse("paper_list", args=[made.code]))
    with django_assert_num_queries(11):
        client.get(reverse("paper_list", args=[made.code]))


def test_answer_comes_once_late_ones_are_marked_until_scoring_ends(desk):
    entrant, reviewer, sheet, client = desk
    head = make_head(entrant.product.producer)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    asked = EvidenceRequest.objects.create(
        entrant=entrant, criterion=criterion_of(entrant, "A1"), asked_by=reviewer, question="Foto nota", due_on=yesterday
    )
    door, address = signed_in(head), reverse("evaluation_question", args=[asked.key])

    assert door.post(address, {"answer": ""}).status_code == 422
    assert door.post(address, {"answer": "Nota terlampir"}).status_code == 302
    assert door.post(address, {"answer": "Sekali lagi"}).status_code == 422

    asked.refresh_from_db()
    assert (asked.answer, asked.was_late) == ("Nota terlampir", True)
    text = client.get(section(sheet, "A")).content.decode()
    assert "Nota terlampir" in text
    assert "after the due day" in text
    assert Notice.objects.filter(user=reviewer, kind="evidence_answered").count() == 1


def test_no_answer_after_scoring_has_ended(desk):
    entrant, reviewer, _sheet, _client = desk
    head = make_head(entrant.product.producer)
    asked = EvidenceRequest.objects.create(entrant=entrant, asked_by=reviewer, question="Foto", due_on=timezone.localdate())
    Round.objects.filter(pk=entrant.round_id).update(phase="rakor")
    door = signed_in(head)
    assert door.post(reverse("evaluation_question", args=[asked.key]), {"answer": "Ini"}).status_code == 422
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_producer_reads_its_rounds_and_is_reminded_on_the_first_page(desk):
    entrant, reviewer, _sheet, _client = desk
    head = make_head(entrant.product.producer)
    door = signed_in(head)
    assert "The panel asks you" not in door.get(reverse("workspace_home")).content.decode()
    EvidenceRequest.objects.create(entrant=entrant, asked_by=reviewer, question="Foto kemasan", due_on=timezone.localdate())

    assert "Foto kemasan" in door.get(reverse("workspace_home")).content.decode()
    assert "Being scored" in door.get(reverse("producer_evaluation")).content.decode()
    sibling = signed_in(make_head(make_producer("ocop")))
    assert "Foto kemasan" not in sibling.get(reverse("workspace_home")).content.decode()


def test_own_assessment_on_the_same_pages(desk):
    entrant, _reviewer, _sheet, client = desk
    Round.objects.filter(pk=entrant.round_id).update(self_assessment_due_on=timezone.localdate())
    door = signed_in(make_head(entrant.product.producer))
    assert "Assess it yourself" in door.get(reverse("producer_evaluation")).content.decode()

    answer = door.post(reverse("self_start", args=[entrant.round.code, entrant.number]))

    own = Sheet.objects.get(kind="self")
    assert answer.url == reverse("self_sheet", args=[own.key])
    page = door.get(reverse("self_sheet_section", args=[own.key, "A"]))
    assert page.status_code == 200
    assert "Like products" not in page.content.decode()
    data = form_of(own, A1=(2, "", 0), A2=(2, "", 0))
    assert door.post(reverse("self_sheet_section", args=[own.key, "A"]), data).status_code == 302
    assert own.scores.count() == 2
    assert client.get(reverse("sheet", args=[own.key])).status_code == 404
    assert client.get(reverse("self_sheet", args=[own.key])).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_producer_page_asks_the_same_number_of_queries(world, count, django_assert_num_queries):
    made, producer = make_round(), make_producer("ocop")
    for number in range(count):
        entrant = make_entrant(made, f"Produk {number}", producer=producer)
        EvidenceRequest.objects.create(entrant=entrant, asked_by=make_reviewer(), question="Foto", due_on=timezone.localdate())
    door = signed_in(make_head(producer))
    with django_assert_num_queries(6):
        door.get(reverse("producer_evaluation"))


def test_words_are_said_in_indonesian(desk):
    _entrant, _reviewer, sheet, client = desk
    client.cookies["django_language"] = "id"
    with translation.override("id"):
        text = client.get(section(sheet, "A")).content.decode()
    assert "Isian Anda" in text
    assert "Saya punya benturan kepentingan" in text
