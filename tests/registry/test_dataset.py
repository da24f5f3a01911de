"""The files of the whole catalogue: what is in them, when they are made, and how they are sent."""

import base64
import csv
import hashlib
import io
import json
import tracemalloc
import zipfile

import orjson
import pytest
import python_calamine as calamine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from common.tasks import periodic
from registry import dataset, jobs, representation
from registry.dataset_files import COLUMNS, WRITERS, About
from registry.feed import record_change
from registry.models import CatalogueEntry, DatasetFile
from registry.services import stars

from .factories import add_contact, make_producer, make_product
from .published import publish, set_state

pytestmark = pytest.mark.usefixtures("world")
FORMATS = ("ndjson", "csv", "xlsx", "geojson")
LIST = "/api/v1/dataset"


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def make(django_capture_on_commit_callbacks):
    def run() -> bool:
        with django_capture_on_commit_callbacks(execute=True):
            return dataset.make()

    return run


def address(ext: str) -> str:
    return f"{LIST}/catalogue.{ext}"


def fetched(client, ext: str) -> bytes:
    answer = client.get(address(ext))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def products(count: int) -> list[CatalogueEntry]:
    producer = make_producer()
    return [publish(producer=producer, name=f"Kopi {at}") for at in range(count)]


def change(entry: CatalogueEntry, **columns) -> None:
    """A numbered change of an entry."""
    CatalogueEntry.objects.filter(pk=entry.pk).update(**columns)
    with transaction.atomic():
        record_change(kind="revised", subject_kind="product", subject_code=entry.code)


def tables(data: bytes) -> dict[str, list[list]]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def flat_rows(client) -> dict[str, list[dict]]:
    """The rows of each flat format as texts by column, empty ones left out."""
    commas = list(csv.DictReader(io.StringIO(fetched(client, "csv").decode(), newline="")))
    sheet = next(iter(tables(fetched(client, "xlsx")).values()))[1:]
    sheet = [dict(zip(COLUMNS, row, strict=True)) for row in sheet]
    features = [row["properties"] for row in json.loads(fetched(client, "geojson"))["features"]]
    return {"csv": _texts(commas), "xlsx": _texts(sheet), "geojson": _texts(features)}


def _texts(rows: list[dict]) -> list[dict]:
    return [{name: _text(value) for name, value in row.items() if value not in ("", None)} for row in rows]


def _text(value) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_file_holds_the_catalogue(client, make, count):
    entries = sorted(products(count), key=lambda entry: entry.code)

    assert make() is True

    whole = [representation.read(representation.text_of(entry)) for entry in entries]
    for row in whole:
        del row["contact"]
    assert [orjson.loads(line) for line in fetched(client, "ndjson").splitlines()] == whole
    expected = [
        {
            "code": row["code"],
            "name": row["name"],
            "pillar": "ovop",
            "category": row["category"]["name"],
            "region_code": row["region"]["code"],
            "region": row["region"]["name"],
            "producer": row["producer"]["name"],
            "price": "45000",
            "first_published": row["first_published_at"],
            "page": row["page"],
        }
        for row in whole
    ]
    assert flat_rows(client) == dict.fromkeys(("csv", "xlsx", "geojson"), expected)
    assert {row["rows"] for row in client.get(LIST).json()["results"]} == {count}


def test_the_list_names_every_file_with_its_hash(client, make):
    entry = products(1)[0]
    make()

    answer = client.get(LIST).json()

    assert (answer["licence"], answer["attribution"]) == ("CC BY 4.0", "OVOP NTT, Pemerintah Provinsi Nusa Tenggara Timur")
    assert [row["format"] for row in answer["results"]] == list(FORMATS)
    entry.refresh_from_db()
    for row in answer["results"]:
        data = fetched(client, row["format"])
        assert row["url"].endswith(address(row["format"]))
        assert (row["bytes"], row["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert row["as_of"] == entry.revision
        assert row["made_at"].endswith("+08:00")


def test_stars_and_their_last_day_are_columns(client, make):
    entry = products(1)[0]
    with transaction.atomic():
        stars.award_stars(entry=entry, stars=4, until=timezone.localdate(), award={"year": 2026, "decree": "SK 1"})
    make()

    for rows in flat_rows(client).values():
        assert (rows[0]["stars"], rows[0]["stars_valid_until"]) == ("4", timezone.localdate().isoformat())


@pytest.mark.parametrize("state", ["suspended", "withdrawn", "ceased"])
def test_a_product_that_is_not_in_the_catalogue_is_in_no_file(client, make, state):
    shown, gone = products(2)
    set_state(gone, state)
    make()

    for ext in FORMATS:
        data = fetched(client, ext)
        told = data if ext != "xlsx" else str(tables(data)).encode()
        assert (shown.code.encode() in told, gone.code.encode() in told) == (True, False)


def test_no_file_holds_a_contact_person(client, make):
    product = make_product(make_producer())
    contact = add_contact(product)
    entry = publish(product)
    CatalogueEntry.objects.filter(pk=entry.pk).update(overlay=entry.overlay | {"contact": {"name": contact.name, "phone": contact.phone}})
    entry.refresh_from_db()
    representation.write([entry])
    assert representation.read(representation.text_of(entry))["contact"]["phone"] == contact.phone
    make()

    for ext in FORMATS:
        data = fetched(client, ext)
        told = data.decode() if ext != "xlsx" else str(tables(data))
        assert contact.name not in told
        assert contact.phone not in told
        assert '"contact"' not in told


@pytest.mark.parametrize("name", ["=1+1", "+62", "-2", "@SUM(A1)", '=HYPERLINK("http://contoh.test")', "http://contoh.test", 'a,"b"'])
def test_nothing_is_ever_a_formula(client, make, name):
    publish(name=name)
    make()

    data = fetched(client, "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(part).decode() for part in archive.namelist() if part.startswith("xl/worksheets/")]
    assert not [part for part in parts if "<f>" in part or "<f " in part or "<hyperlink" in part]
    assert next(iter(tables(data).values()))[1][1] == name
    row = list(csv.reader(io.StringIO(fetched(client, "csv").decode(), newline="")))[1]
    assert row[1] == (f"'{name}" if name[0] in "=+-@" else name)
    assert orjson.loads(fetched(client, "ndjson"))["name"] == name


def test_csv_ends_its_lines_as_the_standard_says(client, make):
    products(1)
    make()

    data = fetched(client, "csv")

    assert data.startswith(b"code,name,pillar,category,region_code,region,producer,price,stars,stars_valid_until,first_published,page\r\n")
    assert data.endswith(b"\r\n")


def test_the_workbook_says_what_it_is(client, make):
    products(2)
    make()

    found = tables(fetched(client, "xlsx"))

    assert list(found) == ["Produk", "Tentang berkas ini"]
    about = dict(found["Tentang berkas ini"])
    assert list(about.values())[:2] == [2, DatasetFile.objects.get(format="xlsx").as_of]
    assert "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in about.values()
    assert any("/api/v1/dataset" in str(value) for value in about.values())


def test_features_have_no_place_yet(client, make):
    products(2)
    make()

    told = json.loads(fetched(client, "geojson"))

    assert told["type"] == "FeatureCollection"
    assert [(row["type"], row["geometry"]) for row in told["features"]] == [("Feature", None)] * 2
    assert [row["id"] for row in told["features"]] == [row["properties"]["code"] for row in told["features"]]


def test_files_are_made_again_only_when_the_catalogue_has_changed(make):
    entry = products(1)[0]
    assert (make(), make()) == (True, False)
    former = set(DatasetFile.objects.values_list("name", flat=True))

    change(entry, name="Kopi baru")

    assert make() is True
    names = set(DatasetFile.objects.values_list("name", flat=True))
    assert not names & former
    assert {f"datasets/{name}" for name in default_storage.listdir("datasets")[1]} == names


def test_a_new_address_or_a_lost_file_makes_them_again(make, settings):
    products(1)
    make()
    settings.SITE_URL = "https://lain.example"
    assert (make(), make()) == (True, False)

    default_storage.delete(DatasetFile.objects.get(format="csv").name)

    assert (make(), make()) == (True, False)


def test_texts_of_an_older_form_are_renewed_first(client, make):
    entry = products(1)[0]
    entry.representation.form, entry.representation.text_id = 0, "{}"
    entry.representation.save()

    make()

    assert orjson.loads(fetched(client, "ndjson"))["code"] == entry.code


def test_the_older_files_go_only_after_the_new_ones_are_committed(make, django_capture_on_commit_callbacks):
    entry = products(1)[0]
    make()
    former = DatasetFile.objects.get(format="csv").name
    change(entry, name="Kopi baru")

    with django_capture_on_commit_callbacks() as callbacks:
        dataset.make()

    assert default_storage.exists(former)
    for callback in callbacks:
        callback()
    assert not default_storage.exists(former)


@pytest.mark.parametrize("at", ["rows", "_stored", "save"])
def test_a_worker_killed_in_the_middle_leaves_the_older_files(client, make, monkeypatch, at):
    entry = products(3)[0]
    make()
    before = {ext: fetched(client, ext) for ext in FORMATS}
    change(entry, name="Kopi baru")
    _die_at(monkeypatch, at)

    with pytest.raises(KeyboardInterrupt):
        make()
    monkeypatch.undo()

    assert {ext: fetched(client, ext) for ext in FORMATS} == before
    assert make() is True


def _die_at(monkeypatch, at: str) -> None:
    """Interrupt the second row, the third file put into the storage, or the third row of the table."""
    owner, name = (DatasetFile, "save") if at == "save" else (dataset, at)
    real, calls = getattr(owner, name), []

    def dying(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    def rows():
        yield next(real())
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, rows if at == "rows" else dying)


def test_what_a_dead_worker_left_is_cleared(make, monkeypatch):
    products(1)
    make()
    left, young = (default_storage.save(f"datasets/{name}", ContentFile(b"x")) for name in ("lama.csv", "baru.csv"))
    real = default_storage.get_modified_time
    monkeypatch.setattr(default_storage, "get_modified_time", lambda name: real(name) - dataset._ABANDONED * (name == left))

    make()

    assert (default_storage.exists(left), default_storage.exists(young)) == (False, True)
    assert all(default_storage.exists(file.name) for file in DatasetFile.objects.all())


@pytest.mark.parametrize("ext", FORMATS)
def test_a_file_is_sent_with_length_hash_and_name(client, make, ext):
    products(1)
    make()

    answer = client.get(address(ext), headers={"Accept-Encoding": "gzip"})

    data = b"".join(answer.streaming_content)
    digest = hashlib.sha256(data)
    assert answer["Content-Length"] == str(len(data))
    assert answer["ETag"] == f'"{digest.hexdigest()}"'
    assert answer["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert answer["Content-Disposition"] == f'attachment; filename="ovop-ntt-{timezone.localdate()}.{ext}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Language"] == "id"


def test_who_holds_the_file_gets_304_until_it_changes(client, make):
    entry = products(1)[0]
    make()
    answer = client.get(address("csv"))
    list(answer.streaming_content)
    held = {"If-None-Match": answer["ETag"]}
    assert client.get(address("csv"), headers=held).status_code == 304
    assert client.get(address("csv"), headers={"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
    assert client.get(LIST, headers={"If-None-Match": client.get(LIST)["ETag"]}).status_code == 304

    change(entry, name="Kopi baru")
    representation.write([CatalogueEntry.objects.get(pk=entry.pk)])
    make()

    fresh = client.get(address("csv"), headers=held)
    list(fresh.streaming_content)
    assert fresh.status_code == 200


def test_before_the_first_files_the_answer_is_503():
    client = Client(raise_request_exception=False)

    answer = client.get(address("csv"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert answer.json()["errors"][0]["code"] == "not_made_yet"
    assert client.get(LIST).json()["results"] == []


def test_a_file_lost_from_the_storage_is_a_503(make):
    products(1)
    make()
    default_storage.delete(DatasetFile.objects.get(format="csv").name)

    assert Client(raise_request_exception=False).get(address("csv")).status_code == 503


@pytest.mark.parametrize("ext", ["zip", "CSV", "csv.gz", "%00", "csv%00", "..%2Fx"])
def test_another_ending_is_a_404(client, make, ext):
    make()
    assert client.get(address(ext)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(client, make, django_assert_num_queries, rows):
    products(rows)
    make()

    with django_assert_num_queries(1):
        client.get(LIST)
    with django_assert_num_queries(1):
        fetched(client, "csv")


def test_reading_goes_on_after_each_batch(make, monkeypatch, django_assert_num_queries):
    entries = products(5)
    monkeypatch.setattr(dataset, "BATCH", 2)

    with django_assert_num_queries(4):
        codes = [told["code"] for told, _price in dataset.rows()]

    assert codes == sorted(entry.code for entry in entries)


def test_memory_does_not_grow_with_the_rows(client, make, tmp_path):
    told = representation.read(representation.text_of(products(1)[0]))
    peaks = [_peak(told, count, tmp_path) for count in (200, 3000)]
    assert peaks[1] < peaks[0] + 300_000


def _peak(told: dict, count: int, folder) -> int:
    """The most bytes held while all formats are written with so many rows."""
    tracemalloc.start()
    for ext, writer in WRITERS.items():
        with (folder / f"{ext}").open("w+b") as out:
            made = writer(out, About(1, timezone.now(), "https://contoh.example"))
            for at in range(count):
                made.add(told | {"code": f"NTT-{at:06}"}, 1000)
            made.end()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_the_worker_looks_every_quarter_of_an_hour(make):
    assert periodic()["registry.jobs.make_dataset"].total_seconds() == 15 * 60
    jobs.make_dataset()
    assert DatasetFile.objects.count() == 4


def test_more_rows_than_a_worksheet_holds_go_on_in_the_next(client, make, monkeypatch):
    monkeypatch.setattr(WRITERS["xlsx"], "most", 2)
    codes = sorted(entry.code for entry in products(5))
    make()

    told = tables(fetched(client, "xlsx"))

    assert [len(rows) for rows in told.values()][:3] == [3, 3, 2]
    assert [row[0] for rows in list(told.values())[:3] for row in rows[1:]] == codes
    assert len({rows[0][0] for rows in list(told.values())[:3]}) == 1
