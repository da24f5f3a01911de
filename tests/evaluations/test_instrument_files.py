"""Instruments as files: the same content through each, all faults at once with their places, hostile files refused."""

import io
import json
import zipfile

import pytest
import xlsxwriter
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from evaluations import instrument_excel, instrument_yaml
from evaluations.instrument_files import MAX_BYTES, FaultyFile
from evaluations.services.instruments import PROPOSAL

from .instrument_contents import FAMILIES, contents, sound

KNOWN = set(FAMILIES)
MANY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@MANY
@given(contents())
def test_yaml_gives_back_the_same_content(content):
    assert instrument_yaml.load(instrument_yaml.dump(content)) == content


@MANY
@given(contents())
def test_excel_gives_back_the_same_content(content):
    assert instrument_excel.load(instrument_excel.dump(content)) == content


def test_both_formats_agree_on_the_shipped_proposal():
    content = instrument_yaml.load(PROPOSAL.read_bytes())

    assert instrument_excel.load(instrument_excel.dump(content)) == content


def faults(load, data: bytes, families=KNOWN) -> list[tuple[str, str]]:
    with pytest.raises(FaultyFile) as caught:
        load(data, families=families)
    return [(error.where, str(error.message)) for error in caught.value.errors]


def test_all_faults_of_a_yaml_file_come_with_their_lines():
    lines = instrument_yaml.dump(sound()).decode().splitlines()
    data = "\n".join([*lines, "extra: 1"]).replace("validity_months: 24", "validity_months: dua").replace("from: '70'", "from: 7.123")
    wrong = data.replace("path: benahi", "path: hilang", 1)

    found = dict(faults(instrument_yaml.load, wrong.encode()))

    texts = wrong.splitlines()
    expected = {
        f"line {next(n for n, line in enumerate(texts, start=1) if needle in line)}"
        for needle in ("extra: 1", "validity_months: dua", "from: 7.123", "path: hilang")
    }
    assert set(found) == expected


def test_all_faults_of_an_excel_file_come_with_sheet_and_cell():
    content = sound()
    content["bands"][0]["from"] = "tujuh puluh"
    content["sections"][0]["criteria"][0]["code"] = "a1"
    content["variants"][0]["sections"][0]["points"] = "101"
    content["paths"][0]["advice"] = "x" * 601

    found = [where for where, _words in faults(instrument_excel.load, instrument_excel.dump(content))]

    assert {"Bintang!B2", "Kriteria!C2", "Bagian!D3", "Jalur!C2"} <= set(found)


def test_sums_are_checked_with_their_place_in_the_file():
    content = sound()
    content["variants"][0]["sections"][0]["points"] = "39.99"

    [section, family] = faults(instrument_excel.load, instrument_excel.dump(content))

    assert section[0] == "Bagian!D3"
    assert "99,99" in family[1]
    assert "100" in family[1]
    # Without the check of what may be published it is taken as it is.
    assert instrument_excel.load(instrument_excel.dump(content)) == content


def test_what_stands_twice_is_named():
    content = sound()
    content["sections"].append(content["sections"][0])
    content["variants"].append(content["variants"][0])
    content["paths"].append(content["paths"][0])

    assert len(faults(instrument_yaml.load, instrument_yaml.dump(json.loads(json.dumps(content))))) == 3
    assert any("second time" in words for _where, words in faults(instrument_excel.load, instrument_excel.dump(content)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"x" * (MAX_BYTES + 1), "too large"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"name: a\x00b", "cannot be read"),
        (b"a: &x 1\nb: *x", "Anchors"),
        (b"a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]", "Anchors"),
        (b"name: !!python/object/apply:os.system ['true']", "Tags"),
        (b"a: " + b"[" * 900, "nested too deeply"),
        (b"a: " + b"{a: " * 900, "nested too deeply"),
        (b"[a]: 1", "must be a word"),
        (b"a: 1\n---\nb: 2", "more than one"),
        (b"a: 'x", "cannot be read"),
        (b"- a", "group of named values"),
        (b"hello", "group of named values"),
        (b"name: a\nname: b", "second time"),
        (b"sections: 5", "must be a list"),
        (b"bands: [5]", "group of named values"),
        (b"name: [a]", "one value"),
        (b"name: '\\u0000'\nnote: \"\\u0007\"", "cannot be shown"),
    ],
)
def test_hostile_or_wrong_yaml_is_refused_in_words(data, words):
    assert any(words in message for _where, message in faults(instrument_yaml.load, data, None))


def test_a_fault_of_yaml_names_its_line():
    assert faults(instrument_yaml.load, b"code: a\nname: &x b\n", None)[0][0] == "line 2"


def workbook(*cells: tuple[str, int, int, str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheets = {name: book.add_worksheet(name) for name in instrument_excel.SHEETS}
    for name, columns in instrument_excel.SHEETS.items():
        for at, title in enumerate(columns):
            sheets[name].write_string(0, at, title)
    for name, row, column, value in cells:
        sheets[name].write(row, column, value)
    book.close()
    return out.getvalue()


def zipped(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rubbish", "not an Excel file"),
        (zipped({"a.xml": b"0" * (21 * 1024 * 1024)}), "unpacks to more"),
        (zipped({f"{n}.xml": b"<a/>" for n in range(201)}), "too much"),
        (zipped({"a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "not an Excel file"),
        (zipped({"a.xml": b"<a>"}), "not an Excel file"),
        (zipped({"a.xml": b"<a/>"}), "not an Excel file"),
        (workbook(("Jalur", 1048575, 0, "x")), "reaches further"),
        (workbook(("Jalur", 1, 16383, "x")), "reaches further"),
        (workbook(("Instrumen", 1, 0, "lain")), "not a name of this sheet"),
        (workbook(("Tingkat", 1, 2, "A1")), "belongs to"),
        (workbook(("Bagian", 0, 0, "keluarga")), "columns are missing"),
    ],
)
def test_hostile_or_wrong_workbooks_are_refused_in_words(data, words):
    assert any(words in message for _where, message in faults(instrument_excel.load, data, None))


def test_a_header_that_lies_about_the_size_changes_nothing():
    data = bytearray(zipped({"a.xml": b"<a>" + b"0" * (30 * 1024 * 1024) + b"</a>"}))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(signature)
        data[start + at : start + at + 4] = (100).to_bytes(4, "little")

    assert faults(instrument_excel.load, bytes(data), None)


def test_formulas_are_written_as_text():
    content = sound(name="=1+1")

    with zipfile.ZipFile(io.BytesIO(instrument_excel.dump(content))) as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/" in name)
    assert "<f>" not in sheets
    assert instrument_excel.load(instrument_excel.dump(content))["name"] == "=1+1"


def test_numbers_typed_in_excel_are_read_as_numbers():
    data = instrument_excel.parse(workbook(("Bintang", 1, 0, 5), ("Bintang", 1, 1, 17.5), ("Bintang", 1, 2, "Baik"))).raw

    assert data["bands"] == [{"stars": "5", "from": "17.5", "label": "Baik", "path": None}]
