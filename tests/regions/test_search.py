"""Finding a place as people write it."""

from __future__ import annotations

import pytest
from django.db import connection

from regions.models import Region

pytestmark = pytest.mark.django_db


def first(text: str, **narrow: object) -> str:
    return next(iter(Region.objects.search(text, **narrow)[:1].values_list("full_name", flat=True)), "")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Manggarai", "Kabupaten Manggarai"),
        ("Mangarai", "Kabupaten Manggarai"),
        ("MANGGARAI", "Kabupaten Manggarai"),
        ("mangarai brat", "Kabupaten Manggarai Barat"),
        ("Kab. Manggarai Timur", "Kabupaten Manggarai Timur"),
        ("Kab Kupang", "Kabupaten Kupang"),
        ("kabupaten kupang", "Kabupaten Kupang"),
        ("Kota Kupang", "Kota Kupang"),
        ("TTS", "Kabupaten Timor Tengah Selatan"),
        ("Kec. Kota Soe", "Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan"),
        ("Kel. SoE", "Kelurahan SoE, Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan"),
        ("Kel. So'e", "Kelurahan SoE, Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan"),
        ("Kel. So’e", "Kelurahan SoE, Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan"),
        ("kelurahan soe", "Kelurahan SoE, Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan"),
        ("Kel. So e", "Kelurahan SoE, Kecamatan Kota Soe, Kabupaten Timor Tengah Selatan"),
        ("Ds. Beiwali", "Desa Beiwali, Kecamatan Bajawa, Kabupaten Ngada"),
        ("Ds.Beiwali", "Desa Beiwali, Kecamatan Bajawa, Kabupaten Ngada"),
        ("Beiwalli", "Desa Beiwali, Kecamatan Bajawa, Kabupaten Ngada"),
        ("Beiwali, Bajawa", "Desa Beiwali, Kecamatan Bajawa, Kabupaten Ngada"),
        ("ds beiwali kec bajawa kab ngada", "Desa Beiwali, Kecamatan Bajawa, Kabupaten Ngada"),
        ("Bejawa", "Kecamatan Bajawa, Kabupaten Ngada"),
        ("Niki niki", "Kelurahan Niki-Niki, Kecamatan Amanuban Tengah, Kabupaten Timor Tengah Selatan"),
        ("nikiniki", "Kelurahan Niki-Niki, Kecamatan Amanuban Tengah, Kabupaten Timor Tengah Selatan"),
        ("fatuana", "Desa Fatu'Ana, Kecamatan Insana, Kabupaten Timor Tengah Utara"),
        ("Regapuu", "Desa Regapu'u, Kecamatan Paga, Kabupaten Sikka"),
        ("Labuhan Bajo", "Kelurahan Labuan Bajo, Kecamatan Komodo, Kabupaten Manggarai Barat"),
        ("waingapo", "Kecamatan Kota Waingapu, Kabupaten Sumba Timur"),
        ("53.09", "Kabupaten Ngada"),
        ("53.01.06.2015", "Desa Oesao, Kecamatan Kupang Timur, Kabupaten Kupang"),
        ("Provinsi Nusa Tenggara Timur", "Provinsi Nusa Tenggara Timur"),
    ],
)
def test_spellings_and_prefixes_lead_to_the_place(typed, found):
    assert first(typed) == found


@pytest.mark.parametrize("typed", ["", " ", "\x00", "'", "desa", "%", "|", "_", "zzqqxx", "🙂", "\u202e", "53.1.1", "desa " * 5000])
def test_nothing_to_look_for_finds_nothing(typed):
    assert list(Region.objects.search(typed)[:10]) == []


def test_two_regions_of_one_name_are_told_apart_by_kind():
    found = [region.full_name for region in Region.objects.search("Oesao")[:2]]
    assert sorted(found) == [
        "Desa Oesao, Kecamatan Kupang Timur, Kabupaten Kupang",
        "Kelurahan Oesao, Kecamatan Kupang Timur, Kabupaten Kupang",
    ]
    assert first("Ds. Oesao").startswith("Desa ")
    assert first("Kel. Oesao").startswith("Kelurahan ")


def test_the_very_name_comes_before_names_that_begin_with_it():
    found = [region.full_name for region in Region.objects.search("kupang")[:5]]
    assert found[:2] == ["Kabupaten Kupang", "Kota Kupang"]
    assert all(name.startswith("Kecamatan Kupang ") for name in found[2:])


def test_swapped_letters_keep_the_place_among_the_ten_offered():
    assert "Beiwali" in {region.name for region in Region.objects.search("Biewali")[:10]}


def test_level_and_area_narrow_the_search():
    assert first("Bajawa", level=4) == "Kelurahan Bajawa, Kecamatan Bajawa, Kabupaten Ngada"
    assert first("Merdeka", within="53.13").endswith("Kabupaten Lembata")
    assert first("Merdeka", within="53.01").endswith("Kabupaten Kupang")
    assert {region.code[:5] for region in Region.objects.search("kupang", within="53.71")} == {"53.71"}


def test_a_region_that_ended_is_not_offered():
    Region.objects.filter(pk="53.09.01").update(ended_on="2026-01-01")
    assert "53.09.01" not in {region.code for region in Region.objects.search("53.09.01")}


@pytest.mark.parametrize("typed", ["Oesao", "Oesao Kupang Timur", "Kab. Manggarai", "53.09"])
def test_one_search_is_one_query(typed, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(Region.objects.search(typed)[:10])


@pytest.mark.full
def test_the_search_uses_the_index_at_the_size_of_several_provinces():
    copy = """
        INSERT INTO regions_region (code, parent_id, level, kind, name, full_name, postal_code, aliases, search_text, path_text)
        SELECT (60 + n)::text || substr(code, 3), CASE WHEN level > 1 THEN (60 + n)::text || substr(parent_id, 3) END, level, kind,
               reverse(name), reverse(full_name), postal_code, aliases, '|' || reverse(search_text), reverse(path_text)
        FROM regions_region, generate_series(1, 12) n WHERE code LIKE '53%%'
    """
    with connection.cursor() as cursor:
        cursor.execute(copy)
        cursor.execute("SELECT gin_clean_pending_list('region_search_trgm'), gin_clean_pending_list('region_path_trgm')")
        cursor.execute("ANALYZE regions_region")
    for typed in ("Mangarai", "Oesao Kupang Timur", "Kel. Oesao", "ba"):
        plan = Region.objects.search(typed)[:10].explain()
        assert "region_search_trgm" in plan
        assert "Seq Scan" not in plan
