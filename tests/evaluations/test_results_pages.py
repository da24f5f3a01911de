"""The pages of results: close, ranking with honest ties, one product, versions, decree, objections, computing again."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from common import worker
from evaluations import ranking, results
from evaluations.models import AgendaItem, Appeal, Decree, Result, ResultSet, Score
from evaluations.result_words import WHAT
from evaluations.services import closing, decrees
from registry.models import StoredImage
from tests.registry.factories import make_head, make_officer
from tests.registry.pictures import picture, upload

from .closed import FULL, HALF, LOW, close_to, establish, make_closed, make_rakor
from .factories import criterion_of, make_reviewer, make_round, make_sheet
from .test_closing import decide

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def closed(world):
    return make_closed()


@pytest.fixture
def rakor(world):
    return make_rakor()


def get(user, name, *args, query=""):
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def post(user, name, *args, **data):
    client = Client()
    client.force_login(user)
    query = data.pop("query", "")
    return client.post(reverse(name, args=args) + query, data)


def shown_places(answer):
    return {
        row["result"].entrant.name: (row["place"].place, row["place"].others) if row["place"] else None for row in answer.context["rows"]
    }


# --- the close -------------------------------------------------------------------------------------------------------


def test_close_page_names_what_is_open_and_leads_there(rakor):
    one, two, three = rakor.products
    AgendaItem.objects.create(entrant=one, reason="knockout", note="A1")
    AgendaItem.objects.create(entrant=two, reason="spread")
    make_sheet(three, make_reviewer(rakor), LOW)
    three.sheets.filter(state="submitted").update(state="open", submitted_at=None)

    answer = get(rakor.chair, "round_close", rakor.code)

    found = answer.context["open"]
    assert (found.knock_outs, found.undecided, found.without_sheet, found.unsent_count) == ([one], [two], [three], 2)
    text = answer.content.decode()
    assert reverse("entrant", args=[rakor.code, three.number]) in text
    assert 'name="sure"' not in text


def test_chair_closes_after_a_tick(rakor):
    page = get(rakor.chair, "round_close", rakor.code).content.decode()
    assert 'name="sure"' in page

    unticked = post(rakor.chair, "round_close", rakor.code, expected=rakor.lock_version)
    assert unticked.status_code == 422
    answer = post(rakor.chair, "round_close", rakor.code, expected=rakor.lock_version, sure="on")

    assert answer.headers["Location"] == reverse("round_results", args=[rakor.code])
    rakor.refresh_from_db()
    assert rakor.phase == "closed"


@pytest.mark.parametrize("expected", ["", "x", "-1", "99", "9" * 30])
def test_a_stale_or_foreign_state_closes_nothing(rakor, expected):
    assert post(rakor.chair, "round_close", rakor.code, expected=expected, sure="on").status_code == 409
    rakor.refresh_from_db()
    assert rakor.phase == "rakor"


def test_refusal_names_the_products_and_what_to_do(rakor):
    AgendaItem.objects.create(entrant=rakor.products[0], reason="spread")

    answer = post(rakor.chair, "round_close", rakor.code, expected=rakor.lock_version, sure="on")

    assert answer.status_code == 422
    assert str(rakor.products[0]) in [str(line) for line in answer.context["problems"]]


def test_refusal_hides_a_product_from_a_chair_close_to_it(rakor):
    one, two, _three = rakor.products
    close_to(rakor.chair, one)
    AgendaItem.objects.create(entrant=one, reason="spread")

    page = get(rakor.chair, "round_close", rakor.code)
    answer = post(rakor.chair, "round_close", rakor.code, expected=rakor.lock_version, sure="on")

    for text in (page.content.decode(), answer.content.decode()):
        assert one.name not in text
        assert "benturan kepentingan" in text
    assert page.context["open"].something_hidden
    assert not page.context["open"].keeps_open
    assert answer.status_code == 422
    AgendaItem.objects.create(entrant=two, reason="spread")
    answer = post(rakor.chair, "round_close", rakor.code, expected=rakor.lock_version, sure="on")
    assert two.name in answer.content.decode()
    assert one.name not in answer.content.decode()


def test_secretary_and_province_see_who_closes(rakor):
    for user in (rakor.secretary, rakor.province):
        answer = get(user, "round_close", rakor.code)
        assert str(rakor.chair) in answer.content.decode()
        assert 'name="sure"' not in answer.content.decode()
        assert post(user, "round_close", rakor.code, expected=rakor.lock_version, sure="on").status_code == 403


def test_close_page_in_another_phase_says_so(closed):
    answer = get(closed.chair, "round_close", closed.code)
    assert reverse("round_results", args=[closed.code]) in answer.content.decode()
    assert 'name="sure"' not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_close_page_takes_the_same_queries(world, django_assert_num_queries, count):
    rakor = make_rakor(count)
    for entrant in rakor.products:
        AgendaItem.objects.create(entrant=entrant, reason="spread")
        make_sheet(entrant, make_reviewer(rakor))
    client = Client()
    client.force_login(rakor.chair)
    address = reverse("round_close", args=[rakor.code])
    client.get(address)
    with django_assert_num_queries(CLOSE_QUERIES):
        client.get(address)


CLOSE_QUERIES = 17


# --- reopening and versions ------------------------------------------------------------------------------------------


def test_reopening_needs_a_reason_and_keeps_the_old_version_readable(closed):
    one = closed.products[0]
    assert post(closed.chair, "round_reopen", closed.code, expected=closed.lock_version, reason=" ").status_code == 422
    assert post(closed.chair, "round_reopen", closed.code, expected=closed.lock_version, reason="Salah").status_code == 302
    closed.refresh_from_db()
    assert closed.phase == "rakor"
    level = criterion_of(one, "A1").levels.get(position=1)
    Score.objects.filter(sheet__entrant=one, criterion=level.criterion).update(level=level)
    closing.close_round(actor=closed.chair, round=closed, expected=closed.lock_version)

    now, old = get(closed.chair, "round_results", closed.code), get(closed.chair, "round_results", closed.code, query="?versi=1")

    assert [one.version for one in now.context["versions"]] == [2, 1]
    assert {row["result"].total for row in old.context["rows"]} == {100, 65 + 0}
    assert sorted(row["result"].total for row in now.context["rows"]) == [65, 80, 100]
    page = get(closed.chair, "round_result", closed.code, one.number, query="?versi=1")
    assert page.context["result"].total == 100
    assert get(closed.chair, "round_results", closed.code, query="?versi=3").status_code == 404
    assert get(closed.chair, "round_results", closed.code, query="?versi=x%00").status_code == 404


def test_only_the_chair_opens_it_again(closed):
    for user in (closed.secretary, closed.province, closed.member):
        assert get(user, "round_reopen", closed.code).status_code == 403
        assert post(user, "round_reopen", closed.code, expected=closed.lock_version, reason="x").status_code == 403


def test_reopening_under_a_decree_is_refused_with_words(closed):
    establish(closed)
    answer = post(closed.chair, "round_reopen", closed.code, expected=closed.lock_version, reason="Salah")
    assert answer.status_code == 422
    assert answer.context["problems"]


# --- the ranking -----------------------------------------------------------------------------------------------------


def test_ranking_shows_honest_ties(closed):
    answer = get(closed.chair, "round_results", closed.code)
    assert shown_places(answer) == {"Kopi 0": (1, 1), "Kopi 2": (1, 1), "Kopi 1": (3, 0)}
    assert "Menunggu penetapan" in answer.content.decode()
    assert "100,00" in answer.content.decode()


def test_places_on_the_page_are_the_stored_ones(closed):
    among = ranking.compared(closed.results, closed.chair)
    for row in Result.objects.select_related("entrant"):
        stored = {name: getattr(row, name) for name in results.RANKINGS}
        assert {name: place.place for name, place in ranking.places_of(among, row).items()} == stored
        assert ranking.all_places(among)[row.pk] == stored


def test_ranking_in_a_group(closed):
    one, _two, three = closed.products
    answer = get(closed.chair, "round_results", closed.code, query=f"?regency={three.regency_code}")
    assert shown_places(answer) == {"Kopi 2": (1, 0)}
    answer = get(closed.chair, "round_results", closed.code, query=f"?regency={one.regency_code}&pillar={one.pillar}")
    assert shown_places(answer) == {"Kopi 0": (1, 0), "Kopi 1": (2, 0)}


def test_a_search_finds_a_product_without_changing_its_place(closed):
    answer = get(closed.chair, "round_results", closed.code, query="?q=Kopi+1")
    assert shown_places(answer) == {"Kopi 1": (3, 0)}


@pytest.mark.parametrize("query", ["?pillar=x", "?regency=99.99", "?q=%00", "?page=999", "?page=x", "?family=%27"])
def test_bad_filters_are_no_error(closed, query):
    assert get(closed.chair, "round_results", closed.code, query=query).status_code == 200


def test_knocked_out_product_has_no_place(world):
    rakor = make_rakor()
    decide(rakor.products[0], is_knocked_out=True)
    closing.close_round(actor=rakor.chair, round=rakor, expected=rakor.lock_version)
    answer = get(rakor.chair, "round_results", rakor.code)
    assert shown_places(answer) == {"Kopi 2": (1, 0), "Kopi 1": (2, 0), "Kopi 0": None}
    page = get(rakor.chair, "round_result", rakor.code, rakor.products[0].number)
    assert page.context["shown"].places == {}
    assert "Gugur" in page.content.decode()


def test_a_conflict_hides_the_product_and_where_it_stands(closed):
    one, two, _three = closed.products
    close_to(closed.chair, one)

    answer = get(closed.chair, "round_results", closed.code)

    assert shown_places(answer) == {"Kopi 2": (1, 0), "Kopi 1": (2, 0)}
    assert answer.context["hidden"] == 1
    assert answer.context["figures"]["products"] == 2
    assert one.name not in answer.content.decode()
    assert get(closed.chair, "round_result", closed.code, one.number).status_code == 404
    assert get(closed.chair, "round_result", closed.code, two.number).context["shown"].places["rank"] == ranking.Place(2, 0)
    establish(closed)
    answer = get(closed.chair, "round_results", closed.code)
    assert shown_places(answer) == {"Kopi 0": (1, 1), "Kopi 2": (1, 1), "Kopi 1": (3, 0)}
    assert answer.context["hidden"] == 0


@pytest.mark.parametrize("count", [1, 3])
def test_ranking_takes_the_same_queries(world, django_assert_num_queries, count):
    closed = make_closed(count, (FULL, HALF, LOW))
    client = Client()
    client.force_login(closed.chair)
    address = reverse("round_results", args=[closed.code])
    client.get(address)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(address)


LIST_QUERIES = 20


# --- who reads results before and after the decree -------------------------------------------------------------------


def test_an_office_reads_its_area_once_established(closed):
    regency = make_officer()
    before = get(regency, "round_results", closed.code)
    assert before.status_code == 200
    assert "Kopi" not in before.content.decode()
    assert "Menunggu penetapan" in before.content.decode()
    assert get(regency, "round_result", closed.code, closed.products[0].number).status_code == 404
    establish(closed)

    after = get(regency, "round_results", closed.code)

    assert shown_places(after) == {"Kopi 0": (1, 1), "Kopi 1": (3, 0)}
    page = get(regency, "round_result", closed.code, closed.products[0].number).content.decode()
    assert "Saran untuk Kopi 0" in page
    assert str(closed.member) not in page
    assert reverse("scores_file", args=[closed.code]) not in after.content.decode()


@pytest.mark.parametrize(("rule", "seen"), [("never", 0), ("after_own", 1), ("always", 1)])
def test_a_reviewer_reads_results_by_the_rule_of_the_round(world, rule, seen):
    closed = make_closed(sees_others=rule)
    other = make_reviewer(closed)
    make_sheet(closed.products[0], other, FULL, sent=True)
    assert len(get(other, "round_results", closed.code).context["rows"]) == seen
    idle = make_reviewer(closed)
    assert get(idle, "round_results", closed.code).context["rows"] == []
    establish(closed)
    assert len(get(idle, "round_results", closed.code).context["rows"]) == 3
    assert get(make_reviewer(), "round_results", closed.code).status_code == 404


def test_a_blind_round_tells_reviewers_no_names(closed):
    establish(closed)
    idle = make_reviewer(closed)
    page = get(idle, "round_result", closed.code, 1).content.decode()
    assert "Penilai 1" in page
    assert str(closed.member) not in page
    assert str(closed.member) in get(closed.secretary, "round_result", closed.code, 1).content.decode()


# --- one product -----------------------------------------------------------------------------------------------------


def test_result_page_shows_sections_hash_and_instrument(closed):
    answer = get(closed.province, "round_result", closed.code, 2)
    result, text = answer.context["result"], answer.content.decode()
    assert [(line.code, line.points, line.most) for line in answer.context["shown"].sections] == [
        ("A", 20, 40),
        ("B", 10, 25),
        ("C", 35, 35),
    ]
    assert result.sha256 in text
    assert result.inputs["instrument"]["sha256"] in text
    assert "Saran untuk Kopi 1" in text
    assert "65,00" in text


@pytest.mark.parametrize("count", [1, 3])
def test_result_page_takes_the_same_queries_for_any_number_of_sheets(world, django_assert_num_queries, count):
    rakor = make_rakor(1)
    for _sheet in range(count - 1):
        make_sheet(rakor.products[0], make_reviewer(rakor), HALF, sent=True)
    closing.close_round(actor=rakor.chair, round=rakor, expected=rakor.lock_version)
    client = Client()
    client.force_login(rakor.chair)
    address = reverse("round_result", args=[rakor.code, 1])
    client.get(address)
    with django_assert_num_queries(RESULT_QUERIES):
        client.get(address)


RESULT_QUERIES = 13


# --- computed again --------------------------------------------------------------------------------------------------


def test_check_says_that_all_is_the_same(closed):
    for user in (closed.chair, closed.province):
        answer = post(user, "result_check", closed.code)
        assert answer.status_code == 200
        assert (answer.context["lines"], answer.context["hidden"]) == ([], 0)
    for user in (closed.secretary, closed.member):
        assert post(user, "result_check", closed.code).status_code == 403
    assert get(closed.chair, "result_check", closed.code).status_code == 405


def test_check_tells_a_changed_record_in_words_but_not_of_a_hidden_product(closed):
    one = closed.products[0]
    Score.objects.filter(sheet__entrant=one, criterion__code="A1").delete()
    assert one.name in post(closed.province, "result_check", closed.code).context["lines"][0]
    close_to(closed.chair, one)

    answer = post(closed.chair, "result_check", closed.code)

    assert (answer.context["lines"], answer.context["hidden"]) == ([], 1)
    assert one.name not in answer.content.decode()


def test_every_difference_has_words():
    assert set(WHAT) == {*results.RANKINGS, *(f.name for f in results.fields(results.Computed)), "sha256"}


# --- the decree ------------------------------------------------------------------------------------------------------


def typed(closed, **more):
    day = timezone.localdate().isoformat()
    values = {"number": "188/7/KEP/2026", "decreed_on": day, "signer": "Gubernur (contoh)", "upload": upload(picture(), "ba.jpg")}
    return {"expected": closed.lock_version, **values, **more}


def test_province_enters_the_decree_with_a_photo_that_is_made_anew(closed):
    answer = post(closed.province, "decree_enter", closed.code, **typed(closed))
    assert answer.status_code == 302
    decree = Decree.objects.get()
    closed.refresh_from_db()
    assert closed.phase == "established"
    worker.run_due()
    image = decree.scan
    image.refresh_from_db()
    assert image.state == "ready"
    text = get(closed.province, "round_results", closed.code).content.decode()
    assert "188/7/KEP/2026" in text
    address = reverse("image_private", args=[image.sha256, "l"])
    assert address in text
    client = Client()
    for user, status in ((closed.province, 200), (closed.chair, 200), (closed.member, 404), (make_officer(), 404)):
        client.force_login(user)
        answer = client.get(address)
        b"".join(answer)
        assert answer.status_code == status


def test_the_scan_goes_out_of_sight_with_a_revoked_decree(closed):
    post(closed.province, "decree_enter", closed.code, **typed(closed))
    closed.refresh_from_db()
    sha = Decree.objects.get().scan.sha256
    post(closed.province, "decree_revoke", closed.code, expected=closed.lock_version, reason="Salah ketik")
    assert get(closed.chair, "image_private", sha, "l").status_code == 404


def test_a_round_whose_decree_was_revoked_does_not_lead_to_another(closed):
    post(closed.province, "decree_enter", closed.code, **typed(closed))
    closed.refresh_from_db()
    post(closed.province, "decree_revoke", closed.code, expected=closed.lock_version, reason="Salah ketik")

    page = get(closed.province, "round", closed.code).content.decode()

    assert reverse("decree_enter", args=[closed.code]) not in page
    assert reverse("round_results", args=[closed.code]) in page


def test_decree_entered_twice_shows_the_one_that_stands(closed):
    values = typed(closed)
    post(closed.province, "decree_enter", closed.code, **values)
    again = post(closed.province, "decree_enter", closed.code, **{**values, "number": "2", "upload": upload(picture(), "ba.jpg")})
    assert again.status_code == 409
    text = again.content.decode()
    assert "188/7/KEP/2026" in text
    assert 'name="signer"' not in text
    assert Decree.objects.count() == 1
    page = get(closed.province, "decree_enter", closed.code)
    assert "188/7/KEP/2026" in page.content.decode()
    assert 'name="signer"' not in page.content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"number": ""},
        {"number": "x" * 101},
        {"decreed_on": "2026-13-01"},
        {"decreed_on": "2099-01-01"},
        {"signer": " "},
        {"upload": ""},
        {"number": "a\x00b"},
    ],
    ids=str,
)
def test_bad_decrees_are_said_and_nothing_changes(closed, bad):
    assert post(closed.province, "decree_enter", closed.code, **typed(closed, **bad)).status_code == 422
    assert not Decree.objects.exists()


@pytest.mark.parametrize("data", [b"%PDF-1.7 x", b"<svg/>", b""])
def test_what_is_no_photo_is_refused(closed, data):
    before = StoredImage.objects.count()
    answer = post(closed.province, "decree_enter", closed.code, **typed(closed, upload=upload(data, "ba.jpg")))
    assert answer.status_code == 422
    closed.refresh_from_db()
    assert (closed.phase, StoredImage.objects.count()) == ("closed", before)


def test_a_number_used_before_is_said_at_its_field(closed):
    other = make_round("ovop-2025", phase="established", instrument=closed.families.get().instrument)
    earlier = ResultSet.objects.create(round=other, version=1, sha256="0" * 64, closed_by=closed.chair)
    day = timezone.localdate()
    Decree.objects.create(result_set=earlier, number="188/1/2025", decreed_on=day, signer="x", entered_by=closed.province)
    answer = post(closed.province, "decree_enter", closed.code, **typed(closed, number="188/1/2025"))
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors


def test_revoking_needs_a_reason_and_is_told(closed):
    establish(closed)
    assert post(closed.province, "decree_revoke", closed.code, expected=closed.lock_version, reason="").status_code == 422
    assert post(closed.province, "decree_revoke", closed.code, expected=closed.lock_version, reason="Salah tanggal").status_code == 302
    closed.refresh_from_db()
    assert closed.phase == "closed"
    assert "Salah tanggal" in get(closed.chair, "round_results", closed.code).content.decode()
    twice = post(closed.province, "decree_revoke", closed.code, expected=closed.lock_version, reason="Lagi")
    assert twice.status_code == 422
    page = get(closed.province, "decree_enter", closed.code).content.decode()
    assert 'name="signer"' not in page


# --- objections ------------------------------------------------------------------------------------------------------


@pytest.fixture
def appeal(closed):
    establish(closed)
    result = closed.results.results.get(entrant=closed.products[0])
    return Appeal.objects.create(
        result=result, text="Nilai kemasan terlalu rendah", raised_by=make_head(closed.products[0].product.producer)
    )


def test_chair_reads_and_answers_once(closed, appeal):
    assert appeal.result.entrant.name in get(closed.chair, "appeals", closed.code).content.decode()
    args = ("appeal", closed.code, 1, 1)
    assert appeal.text in get(closed.chair, *args).content.decode()
    for bad in ({"outcome": "", "answer": "x"}, {"outcome": "upheld", "answer": " "}, {"outcome": "maybe", "answer": "x"}):
        assert post(closed.chair, *args, **bad).status_code == 422
    assert post(closed.chair, *args, outcome="rejected", answer="Sudah dilihat lagi").status_code == 302
    assert post(closed.chair, *args, outcome="upheld", answer="Lagi").status_code == 422
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.answered_by) == ("rejected", closed.chair)


def test_secretary_answers_only_in_place_of_a_chair_with_a_conflict(closed, appeal):
    args = ("appeal", closed.code, 1, 1)
    assert post(closed.secretary, *args, outcome="upheld", answer="x").status_code == 403
    close_to(closed.chair, closed.products[0])
    page = get(closed.chair, *args)
    assert 'name="answer"' not in page.content.decode()
    assert post(closed.chair, *args, outcome="upheld", answer="x").status_code == 403
    assert post(closed.secretary, *args, outcome="upheld", answer="Dilihat lagi").status_code == 302


def test_an_objection_to_a_hidden_product_is_hidden_while_the_round_is_open_again(closed, appeal):
    close_to(closed.chair, closed.products[0])
    decrees.revoke_decree(actor=closed.province, decree=Decree.objects.get(), expected=closed.lock_version, reason="Salah")
    assert list(get(closed.chair, "appeals", closed.code).context["appeals"]) == []
    assert get(closed.chair, "appeal", closed.code, 1, 1).status_code == 404
    assert len(get(closed.secretary, "appeals", closed.code).context["appeals"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_objections_takes_the_same_queries(world, django_assert_num_queries, count):
    closed = make_closed(count)
    establish(closed)
    for row in closed.results.results.all():
        Appeal.objects.create(result=row, text="Keberatan", raised_by=closed.member)
    client = Client()
    client.force_login(closed.chair)
    address = reverse("appeals", args=[closed.code])
    client.get(address)
    with django_assert_num_queries(APPEAL_QUERIES):
        client.get(address)


APPEAL_QUERIES = 8


# --- reached from the round ------------------------------------------------------------------------------------------


def test_the_round_leads_to_its_close_results_and_decree(rakor):
    assert reverse("round_close", args=[rakor.code]) in get(rakor.chair, "round", rakor.code).content.decode()
    closing.close_round(actor=rakor.chair, round=rakor, expected=rakor.lock_version)
    assert reverse("round_results", args=[rakor.code]) in get(rakor.chair, "round", rakor.code).content.decode()
    assert reverse("decree_enter", args=[rakor.code]) in get(rakor.province, "round", rakor.code).content.decode()
    rakor.refresh_from_db()
    establish(rakor)
    for user in (make_officer(), make_officer(Role.VIEWER, ["53"]), rakor.member):
        assert reverse("round_results", args=[rakor.code]) in get(user, "round", rakor.code).content.decode()
