"""A subtree is a code and what stands below it, never a code that merely begins alike."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.models import Region
from regions.names import canonical, clean_name, fold, key, spellings

pytestmark = pytest.mark.django_db

codes = st.builds(
    lambda parts, cut: ".".join(parts)[: cut or None],
    st.lists(st.sampled_from(["53", "5", "1", "01", "10", "06", "09", "20", "2015", "1004", "99"]), min_size=1, max_size=4),
    st.integers(0, 13),
)


def below(code: str, root: str) -> bool:
    parts, root_parts = code.split("."), root.split(".")
    return parts[: len(root_parts)] == root_parts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(root=codes)
def test_within_follows_the_parts_of_the_code(root, everything):
    found = set(Region.objects.within(root).values_list("code", flat=True))
    assert found == {code for code in everything if below(code, root)}


@pytest.fixture
def everything() -> list[str]:
    return list(Region.objects.values_list("code", flat=True))


@pytest.mark.parametrize(("root", "rows"), [("53", 3780), ("53.1", 0), ("5", 0), ("53.", 0), ("53.01.06.2015", 1), ("", 0)])
def test_a_cut_code_matches_nothing(root, rows):
    assert Region.objects.within(root).count() == rows


def test_within_of_a_regency_does_not_reach_its_numeric_neighbours():
    assert {code[:5] for code in Region.objects.within("53.10").values_list("code", flat=True)} == {"53.10"}


@given(st.text(max_size=60))
def test_folding_is_stable_and_plain(text):
    once = fold(text)
    assert fold(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert canonical(canonical(text)) == canonical(text)
    assert key(key(text)) == key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("SoE", "So'e"), ("SoE", "So’E"), ("Manggarai", "mangarai"), ("Niki-Niki", "Niki niki"), ("Fatu'Ana", "fatu ana"), ("Sabú", "sabu")],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("written", "name"),
    [("N i a n", "Nian"), ("Regapu’u", "Regapu'u"), ("Kabupaten Ende", "Ende"), ("Kota Kupang", "Kota Kupang"), (" Kot  olin", "Kot olin")],
)
def test_official_names_are_written_plainly(written, name):
    assert clean_name(written) == name


@pytest.mark.parametrize(
    ("written", "expected"),
    [("SoE", ["So'e", "Soe"]), ("Niki-Niki", ["Niki Niki"]), ("Kota Kupang", ["Kupang"]), ("Oh'aem", ["Ohaem"]), ("Bajawa", [])],
)
def test_aliases_are_seeded_from_the_way_a_name_is_written(written, expected):
    assert spellings(written) == expected


def test_the_initials_of_a_long_regency_name_are_an_alias():
    assert spellings("Kabupaten Timor Tengah Selatan") == ["TTS"]
