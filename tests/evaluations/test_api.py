"""Rounds and their stars by REST: only what a standing decree established, never points, people or an open round."""

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from evaluations.models import Entrant, Result, Round
from evaluations.services import closing
from evaluations.services.decrees import revoke_decree, valid_until
from registry.models import CatalogueEntry
from tests.registry.factories import make_producer
from tests.registry.published import set_state

from .closed import FULL, HALF, establish, make_closed, make_rakor
from .factories import make_entrant, make_round, make_sheet

pytestmark = pytest.mark.usefixtures("world")
LIST, ONE, RESULTS = "/api/v1/rounds", "/api/v1/rounds/ovop-2026", "/api/v1/rounds/ovop-2026/results"


def established(count: int = 3) -> Round:
    made = make_closed(count, (FULL, HALF, FULL))
    made.decree = establish(made)
    return made


def another(year: int) -> Round:
    """The established round of another year over the first product there is."""
    made = make_rakor(0, code=f"ovop-{year}", year=year)
    entrant = make_entrant(made, entry=CatalogueEntry.objects.earliest("pk"))
    make_sheet(entrant, made.member, FULL, sent=True, comment="Saran")
    closing.close_round(actor=made.chair, round=made, expected=made.lock_version)
    made.refresh_from_db()
    establish(made, f"188/{year}")
    return made


def revoke(made: Round) -> None:
    revoke_decree(actor=made.province, decree=made.decree, expected=made.lock_version, reason="Keliru")
    made.refresh_from_db()


def properties(name: str) -> set[str]:
    document = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    return set(document["components"]["schemas"][name]["properties"])


def test_a_round_is_told_with_its_decree_and_instrument(client):
    made = established()

    answer = client.get(LIST).json()

    instrument = made.families.get().instrument
    assert answer == {
        "results": [
            {
                "key": "ovop-2026",
                "name": "Evaluasi OVOP 2026",
                "year": 2026,
                "pillars": ["ovop", "osop", "ocop"],
                "instruments": [
                    {
                        "key": "uji",
                        "name": "Instrumen uji",
                        "version": instrument.version,
                        "is_proposal": instrument.is_proposal,
                        "families": ["makanan-minuman"],
                    }
                ],
                "documents_due_on": made.documents_due_on.isoformat(),
                "scoring_opens_on": made.scoring_opens_on.isoformat(),
                "scoring_closes_on": made.scoring_closes_on.isoformat(),
                "decree": {"number": "188/1/2026", "decreed_on": timezone.localdate().isoformat()},
                "products_by_stars": {"5": 2, "4": 0, "3": 1, "2": 0, "1": 0},
            }
        ]
    }
    assert client.get(ONE).json() == answer["results"][0]


def test_results_hold_what_certificates_show_and_nothing_else(client):
    made = established()

    answer = client.get(RESULTS).json()

    codes = sorted(entrant.code for entrant in made.products)
    assert [row["code"] for row in answer["results"]] == codes
    assert answer["next"] is None
    first = next(row for row in answer["results"] if row["code"] == made.products[1].code)
    result = made.results.results.get(entrant=made.products[1])
    assert first == {
        "code": made.products[1].code,
        "name": "Kopi 1",
        "pillar": "ovop",
        "region": made.products[1].region_code,
        "stars": 3,
        "valid_until": valid_until(result, made.decree).isoformat(),
        "certificate": f"{settings.SITE_URL.rstrip('/')}/sertifikat/ovop-2026/1/{made.products[1].number}/",
    }
    assert client.get(first["certificate"].removeprefix(settings.SITE_URL.rstrip("/"))).status_code == 200


def test_nothing_inside_a_round_is_in_any_answer(client):
    made = established()
    inside = {
        str(made.chair),
        str(made.secretary),
        str(made.member),
        str(made.province),
        "Gubernur (contoh)",
        "Saran untuk",
        "total",
        "rank",
    }

    text = "".join(client.get(address).content.decode() for address in (LIST, ONE, RESULTS))

    assert [word for word in inside if word in text] == []


def test_the_answers_are_those_of_the_document(client):
    established()

    assert set(client.get(ONE).json()) == properties("Round")
    assert set(client.get(ONE).json()["instruments"][0]) == properties("InstrumentRef")
    assert set(client.get(ONE).json()["decree"]) == properties("DecreeRef")
    assert set(client.get(RESULTS).json()["results"][0]) == properties("RoundResult")


@pytest.mark.parametrize("make", [lambda: make_round(phase="scoring"), make_rakor, make_closed], ids=["scoring", "rakor", "closed"])
def test_an_open_round_answers_as_one_that_is_not_there(client, make):
    make()

    assert client.get(LIST).json() == {"results": []}
    for address in (ONE, RESULTS):
        open_one, none = client.get(address), client.get(address.replace("ovop-2026", "tidak-ada"))
        assert (open_one.status_code, none.status_code) == (404, 404)
        assert open_one.json()["errors"] == none.json()["errors"]


def test_a_revoked_decree_takes_the_round_back(client):
    made = established()

    revoke(made)

    assert client.get(LIST).json() == {"results": []}
    assert [client.get(address).status_code for address in (ONE, RESULTS)] == [404, 404]


def test_after_a_second_decree_only_its_version_is_told(client):
    made = established()
    revoke(made)
    closing.reopen_round(actor=made.chair, round=made, expected=made.lock_version, reason="Keliru")
    made.refresh_from_db()
    closing.close_round(actor=made.chair, round=made, expected=made.lock_version)
    made.refresh_from_db()
    establish(made, "188/2/2026")

    assert client.get(ONE).json()["decree"]["number"] == "188/2/2026"
    rows = client.get(RESULTS).json()["results"]
    assert len(rows) == 3
    assert {row["certificate"].split("/")[-3] for row in rows} == {"2"}


@pytest.mark.parametrize("state", ["suspended", "withdrawn"])
def test_a_hidden_product_is_neither_listed_nor_counted(client, state):
    made = established()
    set_state(made.products[0].product.entry, state)

    assert made.products[0].code not in client.get(RESULTS).content.decode()
    assert client.get(ONE).json()["products_by_stars"]["5"] == 1


def test_a_product_without_stars_is_not_told(client):
    made = make_closed(1, (FULL,))
    losing = make_entrant(made, "Tanpa bintang", producer=make_producer("ocop"))
    Result.objects.create(result_set=made.results, entrant=losing, is_knocked_out=True, inputs={}, sha256="0" * 64)
    establish(made)

    assert [row["code"] for row in client.get(RESULTS).json()["results"]] == [made.products[0].code]
    assert client.get(ONE).json()["products_by_stars"] == {"5": 1, "4": 0, "3": 0, "2": 0, "1": 0}


def test_pages_follow_the_codes(client):
    made = established()

    first = client.get(f"{RESULTS}?limit=2").json()
    second = client.get(first["next"].removeprefix(settings.SITE_URL.rstrip("/"))).json()

    assert [row["code"] for row in first["results"] + second["results"]] == sorted(entrant.code for entrant in made.products)
    assert second["next"] is None


def test_the_newest_round_comes_first(client):
    established()
    another(2025)

    assert [row["key"] for row in client.get(LIST).json()["results"]] == ["ovop-2026", "ovop-2025"]


def test_what_was_read_before_is_not_sent_again(client):
    established()
    for address in (LIST, ONE, RESULTS):
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=" + "9" * 40, "cursor=%00", "sort=name"])
def test_what_cannot_be_taken_is_refused_by_name(client, query):
    established()

    answer = client.get(f"{RESULTS}?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.partition("=")[0]


@pytest.mark.parametrize("key", ["%00", "a%00b", "1", "OVOP 2026", "%FF", "9" * 5000])
def test_a_key_nobody_has_is_a_404(client, key):
    made = established()
    assert str(made.pk) != "ovop-2026"

    assert client.get(f"/api/v1/rounds/{key}").status_code == 404
    assert client.get(f"/api/v1/rounds/{made.pk}").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(client, django_assert_num_queries, rows):
    established(rows)
    assert Entrant.objects.count() == rows

    with django_assert_num_queries(4):
        client.get(LIST)
    with django_assert_num_queries(4):
        client.get(ONE)
    with django_assert_num_queries(2):
        client.get(RESULTS)


@pytest.mark.parametrize("rounds", [1, 3])
def test_queries_of_the_list_do_not_grow_with_rounds(client, django_assert_num_queries, rounds):
    established(1)
    for year in range(2027, 2026 + rounds):
        another(year)

    with django_assert_num_queries(4):
        assert len(client.get(LIST).json()["results"]) == rounds
