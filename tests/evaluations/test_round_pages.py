"""The pages of rounds: opening, changing, steps between phases, choosing and checking products, and what they show."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from evaluations import progress
from evaluations.errors import Conflict as Stale
from evaluations.models import Conflict, Entrant, FollowUp, Round, RoundLogEntry, Sample
from evaluations.services import rounds
from registry.models import CatalogueEntry
from registry.reference import load_reference
from tests.registry.factories import OTHER_VILLAGE, make_officer, make_producer, make_regions
from tests.registry.published import publish, set_state

from .factories import FOOD, make_entrant, make_instrument, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


@pytest.fixture
def client(province):
    client = Client()
    client.force_login(province)
    return client


def typed(instrument, **more):
    day = timezone.localdate()
    return {
        "name": "Evaluasi OVOP 2026",
        "year": "2026",
        "pillars": ["ovop", "ocop"],
        "region_codes": ["53.09"],
        "documents_due_on": day.isoformat(),
        "scoring_opens_on": day.isoformat(),
        "scoring_closes_on": (day + dt.timedelta(days=30)).isoformat(),
        "reviewers_per_product": "3",
        "load_limit": "1.000",
        "spread_threshold": "12,5",
        "quorum": "5",
        "sees_others": "after_own",
        "is_blind": "on",
        "self_assessment_due_on": "",
        "appeal_days": "10",
        "seed": "7",
        f"family_{FOOD}": str(instrument.pk),
        **more,
    }


def open_one(client, **more):
    return client.post(reverse("round_open"), typed(make_instrument(), **more))


def test_a_round_is_opened_with_words_as_people_type_them(client):
    answer = open_one(client)

    made = Round.objects.get()
    assert answer.url == reverse("round", args=["evaluasi-ovop-2026"])
    assert (made.code, made.load_limit, made.spread_threshold, made.region_codes) == (
        "evaluasi-ovop-2026",
        1000,
        Decimal("12.5"),
        ["53.09"],
    )
    assert [row.family for row in made.families.all()] == [FOOD]


def test_a_second_round_of_the_same_name_gets_a_key_of_its_own(client):
    open_one(client)
    open_one(client)
    open_one(client, name="baru")

    assert set(Round.objects.values_list("code", flat=True)) == {"evaluasi-ovop-2026", "evaluasi-ovop-2026-2", "baru-2"}


def test_the_whole_province_swallows_its_regencies(client):
    open_one(client, region_codes=["53", "53.09"])

    assert Round.objects.get().region_codes == ["53"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("pillars", []),
        ("pillars", ["ovop", "lain"]),
        ("region_codes", ["99"]),
        ("scoring_closes_on", "2020-01-01"),
        ("documents_due_on", "2099-01-01"),
        ("reviewers_per_product", "0"),
        ("reviewers_per_product", "dua"),
        ("spread_threshold", "101"),
        ("sees_others", "\x00"),
        (f"family_{FOOD}", "999999"),
        (f"family_{FOOD}", ""),
    ],
)
def test_what_does_not_hold_is_said_and_nothing_is_opened(client, field, value):
    answer = open_one(client, **{field: value})

    assert answer.status_code == 422
    assert not Round.objects.exists()


def test_a_nul_in_the_name_is_taken_out_or_refused(client):
    answer = open_one(client, name="Evaluasi\x00 2026")

    assert answer.status_code in (302, 422)
    assert not Round.objects.filter(name__contains="x00").exists()


def test_settings_are_changed_by_who_saw_them_as_they_are(client):
    open_one(client)
    made = Round.objects.get()
    instrument = made.families.get().instrument
    address = reverse("round_change", args=[made.code])

    assert client.post(address, typed(instrument, quorum="4", expected="0")).status_code == 302
    late = client.post(address, typed(instrument, quorum="6", expected="0"))

    made.refresh_from_db()
    assert (late.status_code, made.quorum) == (409, 4)
    assert "6" in late.content.decode()


def test_once_scored_only_what_may_change_is_asked(client):
    made = make_round()
    make_entrant(made)
    address = reverse("round_change", args=[made.code])

    form = client.get(address).context["form"]
    assert set(form.fields) == {"name", "quorum", "appeal_days", "spread_threshold"}
    data = {"name": "Evaluasi", "quorum": "3", "appeal_days": "5", "spread_threshold": "20", "expected": made.lock_version}
    assert client.post(address, data).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.quorum) == ("Evaluasi", 3)


def test_choosing_by_filter_and_by_tick(client):
    made = make_round(phase="entry")
    for number in range(3):
        publish(producer=make_producer("ocop"), name=f"Kopi {number}")
    far = publish(producer=make_producer(region=OTHER_VILLAGE), name="Madu Alor")
    address = reverse("entrants_choose", args=[made.code])

    assert client.get(address).context["count"] == 4
    client.post(address, {"row": [far.code, "NTT-ZZZZ-ZZ", "\x00", "'"], "pick": "ticked"})
    assert [row.name for row in made.entrants.all()] == ["Madu Alor"]
    client.post(f"{address}?regency=53.09&q=kopi", {"pick": "all"})
    again = client.post(f"{address}?regency=53.09&q=kopi", {"pick": "all"}, follow=True)
    assert made.entrants.count() == 4
    assert RoundLogEntry.objects.filter(kind="entrant_added").count() == 2
    assert list(again.context["messages"])[-1].level_tag == "error"


def test_lists_take_any_query(client):
    made = make_round(phase="documents")
    make_entrant(made)
    query = {"q": "\x00", "regency": "x", "state": "'", "after": "\x00", "before": "x", "family": "?", "pillar": "1"}

    for name in ("entrants", "entrants_choose"):
        assert client.get(reverse(name, args=[made.code]), query).status_code == 200


def test_entrants_are_found_by_what_is_known_of_them(client):
    made = make_round(phase="documents")
    first = make_entrant(made, "Kopi Satu", producer=make_producer("ocop"), state="entered")
    make_entrant(made, "Madu Dua", producer=make_producer(region=OTHER_VILLAGE))
    address = reverse("entrants", args=[made.code])

    def names(**query):
        return [row.name for row, _place in client.get(address, query).context["rows"]]

    assert names() == ["Kopi Satu", "Madu Dua"]
    assert names(q="madu") == ["Madu Dua"]
    assert names(q="2") == ["Madu Dua"]
    assert names(q=first.code.lower()) == ["Kopi Satu"]
    assert names(state="entered") == ["Kopi Satu"]
    assert names(regency="53.05") == ["Madu Dua"]
    assert names(pillar="ocop") == ["Kopi Satu"]
    assert names(family="kriya") == ["Kopi Satu", "Madu Dua"]  # no such family here: no choice, so no filter


def test_documents_are_checked_on_the_page_of_a_product(client):
    made = make_round(phase="documents")
    entrant = make_entrant(made, state="entered")
    address = reverse("entrant_check", args=[made.code, entrant.number])

    lacking = client.post(address, {"outcome": "lacking", "reason": "Foto izin"})
    assert lacking.status_code == 422
    day = timezone.localdate() + dt.timedelta(days=3)
    client.post(address, {"outcome": "lacking", "reason": "Foto izin", "due_on": day.isoformat()})
    page = client.get(reverse("entrant", args=[made.code, entrant.number])).content.decode()
    assert page.count("Foto izin") >= 2
    client.post(address, {"outcome": "out", "reason": "Mundur"})
    client.post(address, {"outcome": "complete"})
    entrant.refresh_from_db()
    assert entrant.state == "complete"
    assert list(entrant.log.values_list("kind", flat=True)) == ["documents_lacking", "entrant_out", "entrant_back"]


def test_ticked_products_are_found_complete_together(client):
    made = make_round(phase="documents")
    rows = [make_entrant(made, f"Kopi {n}", producer=make_producer("ocop"), state="entered") for n in range(3)]
    address = reverse("entrants_many", args=[made.code])

    client.post(address, {"row": ["1", "2", "x", "\x00", str(10**30)], "step": "complete", "back": "https://example.com/"})
    twice = client.post(address, {"row": ["1", "2"], "step": "complete"}, follow=True)
    assert [Entrant.objects.get(pk=row.pk).state for row in rows] == ["complete", "complete", "entered"]
    assert twice.redirect_chain[0][0] == reverse("entrants", args=[made.code])
    assert RoundLogEntry.objects.filter(kind="documents_complete").count() == 1


def test_what_is_missing_is_listed_and_the_step_refused_until_it_is_done(client):
    made = make_round(phase="documents")
    entrant = make_entrant(made, state="entered")
    page = reverse("round", args=[made.code])
    step = reverse("round_advance", args=[made.code])

    assert len(client.get(page).context["missing"]) == 1
    client.post(step, {"expected": made.lock_version})
    made.refresh_from_db()
    assert made.phase == "documents"
    Entrant.objects.filter(pk=entrant.pk).update(state="complete")
    assert client.get(page).context["primary"] == "advance"
    client.post(step, {"expected": made.lock_version})
    made.refresh_from_db()
    assert made.phase == "samples"
    client.post(step, {"expected": "0"})  # the same button again, from the old page
    for nonsense in ("", "x", "\x00", "-1", "9" * 40):
        client.post(step, {"expected": nonsense})
    made.refresh_from_db()
    assert (made.phase, made.log.filter(kind="phase").count()) == ("samples", 1)


def test_a_product_whose_only_sheet_does_not_count_has_no_reviewer(client, province):
    made = make_round(phase="samples")
    entrant = make_entrant(made)
    make_reviewer(made, "chair")
    make_sheet(entrant, make_reviewer(made), state="void", state_reason="Mundur")

    assert len(rounds.what_is_missing(made, "scoring", province)) == 1


def test_hidden_products_hold_the_round_without_being_counted(province, client):
    made = make_round(phase="documents")
    entrant = make_entrant(made, state="entered")
    Conflict.objects.create(round=made, entrant=entrant, user=province, kind="declared")

    assert rounds.what_is_missing(made, "samples", province) == []
    answer = client.post(reverse("round_advance", args=[made.code]), {"expected": made.lock_version}, follow=True)
    made.refresh_from_db()
    assert made.phase == "documents"
    assert "1 produk" not in answer.content.decode()


def test_back_and_longer_with_a_reason(client):
    made = make_round()
    later = made.scoring_closes_on + dt.timedelta(days=3)
    extend, back = reverse("round_extend", args=[made.code]), reverse("round_back", args=[made.code])

    assert client.post(extend, {"closes_on": later.isoformat(), "reason": "", "expected": "0"}).status_code == 422
    assert client.post(extend, {"closes_on": "2020-01-01", "reason": "Listrik", "expected": "0"}).status_code == 422
    assert client.post(extend, {"closes_on": later.isoformat(), "reason": "Listrik padam", "expected": "0"}).status_code == 302
    assert client.post(extend, {"closes_on": later.isoformat(), "reason": "Lagi", "expected": "0"}).status_code == 409
    made.refresh_from_db()
    assert made.scoring_closes_on == later
    assert "Listrik padam" in client.get(reverse("round", args=[made.code])).content.decode()
    assert client.post(back, {"reason": "Contoh belum datang", "expected": made.lock_version}).status_code == 302
    made.refresh_from_db()
    assert made.phase == "samples"


def at(monkeypatch, day, hour, minute):
    moment = dt.datetime.combine(day, dt.time(hour, minute), timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_last_day_ends_at_2359_wita(client, monkeypatch):
    made = make_round()
    page = reverse("round", args=[made.code])
    monkeypatch.setattr(
        "django.contrib.sessions.backends.base.SessionBase.get_expiry_date", lambda self, **kw: dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    )

    at(monkeypatch, made.scoring_closes_on, 23, 59)
    assert "23.59" in client.get(page).context["closing"]
    at(monkeypatch, made.scoring_closes_on + dt.timedelta(days=1), 0, 0)
    assert "23.59" not in client.get(page).context["closing"]


def test_figures_count_products_in_the_running_once(client, province):
    made = make_round(reviewers_per_product=2)
    first = make_entrant(made, "Kopi Satu", producer=make_producer("ocop"))
    second = make_entrant(made, "Madu Dua", producer=make_producer(region=OTHER_VILLAGE))
    out = make_entrant(made, "Luar", producer=make_producer("ocop"), state="out", state_reason="Mundur")
    gone = make_entrant(made, "Ditarik", producer=make_producer("ocop"))
    set_state(CatalogueEntry.objects.get(product=gone.product), "withdrawn")
    one, two = make_reviewer(made), make_reviewer(made)
    make_sheet(first, one, sent=True)
    make_sheet(first, two, sent=True)
    make_sheet(second, one, sent=True)
    make_sheet(second, two)
    make_sheet(out, one)
    make_sheet(gone, two)
    make_sheet(first, make_reviewer(made), state="void", state_reason="x")

    found = progress.progress_of(made, province, runs=True)

    assert {part.label: (part.products, part.given, part.sent) for part in found.regencies} == {"Ngada": (1, 2, 2), "Alor": (1, 2, 1)}
    assert {part.label: part.given for part in found.pillars} == {"OCOP": 2, "OVOP": 2}
    assert [(part.given, part.sent) for part in found.reviewers] == [(2, 1), (2, 2)]
    assert (found.whole.given, found.whole.sent, found.finished) == (4, 3, 1)
    assert found.states == {"complete": 3, "out": 1}


def test_a_member_sees_the_own_sheets_and_no_names(world):
    made = make_round()
    me, other = make_reviewer(made), make_reviewer(made)
    entrant = make_entrant(made)
    make_sheet(entrant, me)
    make_sheet(entrant, other, sent=True)
    RoundLogEntry.objects.create(round=made, entrant=entrant, kind="sheet_sent", actor=other)
    client = Client()
    client.force_login(me)

    answer = client.get(reverse("round", args=[made.code]))
    assert (answer.context["progress"].whole.given, answer.context["progress"].whole.sent) == (1, 0)
    for name, args in (("round", [made.code]), ("entrant", [made.code, entrant.number])):
        assert other.display_name not in client.get(reverse(name, args=args)).content.decode()


def test_an_office_sees_its_own_area(world):
    made = make_round()
    make_entrant(made, "Kopi Satu", producer=make_producer("ocop"))
    far = make_entrant(made, "Madu Dua", producer=make_producer(region=OTHER_VILLAGE))
    make_sheet(far, make_reviewer(made))
    for code, text in (("53.09", "Urus izin"), ("53.05", "Bina kemasan")):
        FollowUp.objects.create(round=made, region_code=code, text=text, owner="Dinas", due_on=timezone.localdate())
    client = Client()
    client.force_login(make_officer())

    answer = client.get(reverse("round", args=[made.code]))
    assert [part.label for part in answer.context["progress"].regencies] == ["Ngada"]
    assert answer.context["progress"].whole.given == 0
    assert [row.text for row in answer.context["follow_ups"]] == ["Urus izin"]


def test_open_follow_ups_of_every_earlier_round_are_carried_over(client):
    old = make_round("ovop-2025", phase="established", year=2025)
    older = make_round("ovop-lama", phase="established", year=2025, instrument=old.families.get().instrument)
    made = make_round(instrument=old.families.get().instrument)
    for round, text, state in ((old, "Lama", "open"), (older, "Urus izin", "open"), (older, "Selesai", "done"), (made, "Baru", "open")):
        FollowUp.objects.create(round=round, region_code="53.09", text=text, owner="Dinas", due_on=timezone.localdate(), state=state)

    rows = client.get(reverse("round", args=[made.code])).context["follow_ups"]

    assert {row.text for row in rows} == {"Lama", "Urus izin", "Baru"}


QUERIES = {"round_list": 6, "round": 17, "entrants": 11, "entrants_choose": 12, "samples": 9}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", list(QUERIES))
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, name, count):
    made = make_round(phase="documents")
    for number in range(count):
        entrant = make_entrant(made, f"Kopi {number}", producer=make_producer("ocop"))
        make_sheet(entrant, make_reviewer(made))
        Sample.objects.create(round=made, entrant=entrant, blind_number=100 + number)
        publish(producer=make_producer("ocop"), name=f"Teh {number}")
    address = reverse(name, args=[] if name == "round_list" else [made.code])

    with django_assert_num_queries(QUERIES[name]):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_product_asks_a_constant_number(client, django_assert_num_queries, count):
    made = make_round(phase="documents")
    entrant = make_entrant(made)
    for number in range(count):
        entrant.visits.create(visited_on=timezone.localdate(), visited_by=make_officer(), findings=f"Lihat {number}")
        entrant.requests.create(asked_by=make_reviewer(made, "member"), question=f"Apa {number}?", due_on=timezone.localdate())

    with django_assert_num_queries(20):
        assert client.get(reverse("entrant", args=[made.code, entrant.number])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_people_move_a_round_on_at_once_and_one_is_told():
    with transaction.atomic():
        make_regions()
        load_reference(years=())
        made = make_round(phase="entry")
        make_entrant(made, state="entered")
    people = [make_officer(Role.PROVINCE_OFFICER, ["53"]) for _index in range(2)]
    start, told = threading.Barrier(2), []

    def press(actor):
        try:
            start.wait()
            rounds.advance(actor=actor, round=made, expected=0)
            told.append("moved")
        except Stale:
            told.append("stale")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[actor]) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made.refresh_from_db()
    assert (sorted(told), made.phase) == (["moved", "stale"], "documents")
