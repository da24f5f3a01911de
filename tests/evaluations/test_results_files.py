"""Excel files of results: what stands in them, for whom, never a formula, and never all in memory."""

import io
import re
import tracemalloc
import zipfile
from decimal import Decimal

import pytest
import python_calamine as calamine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations import exports
from evaluations.models import Entrant, Instrument, Result, Score, Sheet
from evaluations.services import closing
from evaluations.services.closing import close_round
from tests.registry.factories import make_officer

from .closed import HALF, close_to, establish, make_closed, make_rakor
from .factories import make_reviewer, make_sheet

pytestmark = pytest.mark.django_db
TRAPS = ('=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "=1+1", "\t=1", "{=1}", "http://contoh.test")


@pytest.fixture
def closed(world):
    return make_closed()


def fetched(user, made, name="ranking_file", query=""):
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name, args=[made.code]) + query)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert "attachment" in answer.headers["Content-Disposition"]
    return read(answer)


def read(answer):
    """The bytes of a file that was sent."""
    return b"".join(answer.streaming_content)


def tables(data):
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def records(table):
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def test_ranking_holds_places_points_and_the_record(closed):
    found = tables(fetched(closed.chair, closed))
    rows = records(found["Peringkat"])
    assert [(row["Peringkat keseluruhan"], row["Produk"], row["Poin"]) for row in rows] == [
        (1, "Kopi 0", 100),
        (1, "Kopi 2", 100),
        (3, "Kopi 1", 65),
    ]
    assert rows[2]["Peringkat di kabupaten/kota"] == 2
    assert (rows[2]["Bagian A"], rows[2]["Bagian B"], rows[2]["Bagian C"]) == (20, 10, 35)
    assert rows[0]["Sidik data (SHA-256)"] == closed.results.results.get(entrant=closed.products[0]).sha256
    notes = dict(found["Tentang berkas ini"][1:])
    assert notes["Surat keputusan (SK)"] == "Menunggu penetapan"
    assert notes["Sidik data (SHA-256)"] == closed.results.sha256
    assert "Tidak dimuat" not in notes


def test_scores_hold_one_sheet_a_row_with_its_criteria(closed):
    Score.objects.filter(sheet__entrant=closed.products[1], criterion__code="A1").update(comment="Bahan dari luar")
    found = tables(fetched(closed.secretary, closed, "scores_file"))
    name = next(name for name in found if name.startswith("1 "))
    rows = records(found[name])
    assert [(row["Produk"], row["Penilai"], row["Poin"], row["Catatan untuk pembuat"]) for row in rows] == [
        (f"Kopi {at}", str(closed.member), points, f"Saran untuk Kopi {at}") for at, points in ((0, 100), (1, 65), (2, 100))
    ]
    criteria = {title: value for title, value in rows[1].items() if re.match(r"[ABC]\d", title)}
    assert list(criteria.values()) == [0, 20, 10, 20, 15]
    assert [row["Catatan"] for row in records(found["Catatan penilai"])] == ["Bahan dari luar"]


def test_an_old_version_keeps_its_scores(closed):
    closing.reopen_round(actor=closed.chair, round=closed, expected=closed.lock_version, reason="Salah")
    Score.objects.filter(sheet__entrant=closed.products[0], criterion__code="A1").delete()
    closed.refresh_from_db()
    closing.close_round(actor=closed.chair, round=closed, expected=closed.lock_version)
    totals = []
    for query in ("?versi=1", "?versi=2"):
        found = tables(fetched(closed.chair, closed, "scores_file", query))
        totals.append(records(found[next(name for name in found if name.startswith("1 "))])[0]["Poin"])
    assert totals == [100, 80]


def test_nothing_is_ever_a_formula_or_a_link(world):
    made = make_rakor(3)
    Entrant.objects.filter(pk=made.products[0].pk).update(name=TRAPS[0], producer_name=TRAPS[3])
    Entrant.objects.filter(pk=made.products[1].pk).update(name=TRAPS[1], producer_name=TRAPS[7])
    Entrant.objects.filter(pk=made.products[2].pk).update(name=TRAPS[6])
    Sheet.objects.filter(entrant=made.products[0]).update(comment=TRAPS[4])
    Sheet.objects.filter(entrant=made.products[1]).update(comment=TRAPS[5])
    Score.objects.filter(sheet__entrant=made.products[0]).update(comment=TRAPS[2])
    close_round(actor=made.chair, round=made, expected=made.lock_version)
    made.refresh_from_db()
    texts = set()
    for name in ("ranking_file", "scores_file"):
        data = fetched(made.chair, made, name)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(part).decode() for part in archive.namelist() if part.startswith("xl/worksheets/")]
        assert parts
        assert not [part for part in parts if "<f>" in part or "<f " in part or "<hyperlink" in part]
        texts |= {cell for table in tables(data).values() for row in table for cell in row if isinstance(cell, str)}
    assert {trap.strip() for trap in TRAPS} <= {text.strip() for text in texts}


def test_a_hidden_product_is_in_no_file_and_the_file_says_so(closed):
    one = closed.products[0]
    close_to(closed.chair, one)
    for name in ("ranking_file", "scores_file"):
        data = fetched(closed.chair, closed, name)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            whole = b"".join(archive.read(part) for part in archive.namelist()).decode("utf-8", "replace")
        for secret in (one.name, one.code, one.producer_name, closed.results.results.get(entrant=one).sha256):
            assert secret not in whole, (name, secret)
        notes = dict(tables(data)["Tentang berkas ini"][1:])
        assert notes["Tidak dimuat"].startswith("1 produk")
    rows = records(tables(fetched(closed.chair, closed))["Peringkat"])
    assert [(row["Produk"], row["Peringkat keseluruhan"]) for row in rows] == [("Kopi 2", 1), ("Kopi 1", 2)]
    assert len(records(tables(fetched(closed.secretary, closed))["Peringkat"])) == 3
    establish(closed)
    assert len(records(tables(fetched(closed.chair, closed))["Peringkat"])) == 3


def test_an_office_gets_its_area_with_the_places_of_the_whole_round(closed):
    establish(closed)
    rows = records(tables(fetched(make_officer(), closed))["Peringkat"])
    assert [(row["Produk"], row["Peringkat keseluruhan"]) for row in rows] == [("Kopi 0", 1), ("Kopi 1", 3)]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("ranking_file", "RANKING"), ("scores_file", "SCORES")])
def test_files_take_the_same_queries_for_any_number_of_products(world, name, queries, count, django_assert_num_queries):
    made = make_closed(count)
    client = Client()
    client.force_login(made.chair)
    address = reverse(name, args=[made.code])
    read(client.get(address))
    with django_assert_num_queries({"RANKING": 14, "SCORES": 15}[queries]):
        read(client.get(address))


def test_more_rows_than_a_batch_are_read_batch_by_batch(world, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    made = make_rakor(3)
    for entrant in made.products:
        make_sheet(entrant, make_reviewer(made), HALF, sent=True)
    close_round(actor=made.chair, round=made, expected=made.lock_version)
    with CaptureQueriesContext(connection) as seen:
        found = tables(fetched(made.chair, made, "scores_file"))
    assert len(records(found[next(name for name in found if name.startswith("1 "))])) == 6
    assert sum('FROM "evaluations_sheet"' in query["sql"] and "key" in query["sql"] for query in seen.captured_queries) >= 2


def test_a_round_of_5000_products_is_written_without_holding_it(world):
    """Rows are made one by one and forgotten: what is held at the worst moment stays far below what went through."""
    instrument = Instrument(code="uji", version=1, name="Instrumen", pk=1)

    def rows():
        for at in range(5000):
            entrant = Entrant(number=at, code=f"NTT-{at}", name=f"Produk {at} " + "x" * 80, producer_name="y" * 120, instrument=instrument)
            entrant.pillar, entrant.regency_code, entrant.family = "ovop", "53.09", "kriya"
            sections = {"A": "30.00", "B": "17.50", "C": "35.00"}
            yield Result(pk=at, entrant=entrant, total=Decimal("82.50"), stars=4, sections=sections, path_key="siap", sha256="f" * 64)

    labels = exports.Labels({}, {}, {})
    tracemalloc.start()
    book = exports.Book()
    table = book.table("Peringkat", ["x"] * 19)
    exports.write_ranking(table, rows(), {}, labels, ["A", "B", "C"])
    with book.done() as file:
        size = len(file.read())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 100_000
    assert peak < 8 * 1024 * 1024
