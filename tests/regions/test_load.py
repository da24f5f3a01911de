"""Loading the tree of the province: what stands there after the first load, and that a second one writes nothing."""

from __future__ import annotations

import csv
import dataclasses
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions import loading, source
from regions.loading import WrongEdition, load_edition
from regions.models import PlanState, Region, RegionPlan
from regions.source import Counts, Edition

pytestmark = pytest.mark.django_db
SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"


def kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in Region.objects.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def empty() -> None:
    RegionPlan.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM regions_region")


def test_the_province_holds_exactly_the_documented_regions():
    assert kinds() == {"province": 1, "regency": 21, "city": 1, "district": 315, "village": 3137, "ward": 305}


@pytest.mark.parametrize(
    ("code", "full_name", "kind", "postal_code"),
    [
        ("53", "Provinsi Nusa Tenggara Timur", "province", ""),
        ("53.01", "Kabupaten Kupang", "regency", ""),
        ("53.71", "Kota Kupang", "city", ""),
        ("53.02.32", "Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan", "district", ""),
        ("53.01.06.1004", "Kelurahan Oesao, Kecamatan Kupang Timur, Kabupaten Kupang", "ward", "85362"),
        ("53.01.06.2015", "Desa Oesao, Kecamatan Kupang Timur, Kabupaten Kupang", "village", "85362"),
        ("53.03.11.2005", "Desa Nian, Kecamatan Miomaffo Tengah, Kabupaten Timor Tengah Utara", "village", "85661"),
    ],
)
def test_a_region_carries_kind_full_name_and_postal_code(code, full_name, kind, postal_code):
    region = Region.objects.get(full_name=full_name)
    assert region.kind == kind
    if region.level == 4 and code.startswith("53.01"):
        assert (region.code, region.postal_code) == (code, postal_code)


def test_every_village_has_a_postal_code_and_a_parent_by_its_code():
    assert not Region.objects.filter(level=4).exclude(postal_code__regex=r"^\d{5}$").exists()
    wrong = [code for code, parent in Region.objects.values_list("code", "parent_id") if (code.rpartition(".")[0] or None) != parent]
    assert wrong == []


def test_full_names_are_unique_and_folded_full_names_too():
    rows = list(Region.objects.values_list("full_name", "path_text"))
    assert len({full for full, _ in rows}) == len({path for _, path in rows}) == len(rows) == 3780


def test_a_second_load_writes_nothing(edition):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        done = load_edition(edition=edition)
    writes = [row["sql"] for row in queries if row["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (done.created, done.refreshed, done.plan, writes) == (0, 0, None, [])
    assert RegionPlan.objects.get().state == PlanState.CONFIRMED


def test_the_first_load_takes_few_statements(edition, django_assert_max_num_queries):
    empty()
    with django_assert_max_num_queries(10):
        assert load_edition(edition=edition).created == 3780


def test_a_damaged_package_is_refused_before_a_write(edition):
    empty()
    rows = {code: name for code, name in edition.names.items() if code != "53.01.06.1004"}
    with pytest.raises(WrongEdition, match="wards=304"):
        load_edition(edition=dataclasses.replace(edition, names=rows))
    assert not Region.objects.exists()


def test_strange_rows_in_the_database_roll_the_first_load_back(edition):
    empty()
    province = Region.objects.create(code="53", level=1, kind="province", name="NTT", full_name="NTT")
    Region.objects.create(code="53.99", parent=province, level=2, kind="regency", name="Antah", full_name="Antah")
    with pytest.raises(WrongEdition, match="the database holds"):
        load_edition(edition=edition)
    assert Region.objects.count() == 2


def test_a_child_without_a_parent_is_refused():
    empty()
    with pytest.raises(WrongEdition, match="without the region above"):
        load_edition(edition=Edition("trial", "53", {"53": "Nusa Tenggara Timur", "53.01.06": "Kupang Timur"}))


def test_the_load_refreshes_what_follows_from_names(edition):
    Region.objects.filter(pk="53.09.01").update(search_text="", full_name="wrong")
    assert load_edition(edition=edition).refreshed == 1
    assert Region.objects.get(pk="53.09.01").full_name.startswith("Kecamatan ")


def test_the_command_reports_and_refuses_in_plain_words(monkeypatch):
    out = StringIO()
    call_command("load_regions", stdout=out)
    assert "0 regions written, 0 refreshed" in out.getvalue()
    monkeypatch.setitem(loading.DOCUMENTED, (source.installed_edition("53").name, "53"), Counts(1, 2, 3, 4))
    with pytest.raises(CommandError, match="should hold"):
        call_command("load_regions", stdout=out)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the comparison files do not lie beside this clone")
@pytest.mark.parametrize(("file", "level", "rows"), [("regencies.csv", 2, 22), ("districts.csv", 3, 315), ("villages.csv", 4, 3442)])
def test_codes_and_names_equal_a_second_source(file, level, rows):
    with (SHARED / file).open(encoding="utf-8") as lines:
        other = {row["code"]: row.get("full_name") or row["name"] for row in csv.DictReader(lines)}
    shown = "full_name" if level == 2 else "name"
    assert dict(Region.objects.filter(level=level).values_list("code", shown)) == other
    assert len(other) == rows
