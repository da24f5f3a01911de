"""Typed text loses what cannot be seen and nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import TextProblem, check_length, clean_line, clean_text


def test_nul_is_refused():
    with pytest.raises(TextProblem):
        clean_text("kopi\x00")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kopi\u202egnp.exe", "kopignp.exe"),
        ("a\u2066b\u2069", "ab"),
        ("bel\x07l", "bell"),
        ("cafe\u0301", "caf\u00e9"),
        ("kopi 🍵👩\u200d🌾", "kopi 🍵👩\u200d🌾"),
        ("=1+1", "=1+1"),
        ("satu\r\ndua\rtiga", "satu\ndua\ntiga"),
        ("satu\n\n\n\ndua", "satu\n\ndua"),
    ],
)
def test_what_stays(typed, kept):
    assert clean_text(typed) == kept


def test_one_line_has_no_breaks():
    assert clean_line(" Kopi\n  Arabika\u00a0 Bajawa ") == "Kopi Arabika Bajawa"


def test_too_long_says_how_much():
    with pytest.raises(TextProblem, match="3"):
        check_length("abcdef", 3)

    assert check_length("abc", 3) == "abc"


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text)

    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
