"""Numbers are read as people type them; what has two readings is refused with an example."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.formatting import number, rupiah
from common.numbers import NumberProblem, parse_count, parse_decimal, parse_rupiah, sent_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.500.000", 1_500_000),
        ("1500", 1500),
        (" 25 000", None),
        ("Rp 25.000", 25_000),
        ("Rp25.000", 25_000),
        ("rp. 25.000,-", 25_000),
        ("25.000,00", 25_000),
        ("25 ribu", 25_000),
        ("25rb", 25_000),
        ("25k", 25_000),
        ("1,5 juta", 1_500_000),
        ("1.5 jt", 1_500_000),
        ("2 miliar", 2_000_000_000),
        ("1,500,000", 1_500_000),
        ("25000 rupiah", 25_000),
        ("25.000.", 25_000),
        ("0", 0),
        ("1.500", 1500),
        ("1.5", None),
        ("25,000", None),
        ("12,5", None),
        ("1.50.000", None),
        ("0.500", None),
        ("-5", None),
        ("Rp -5", None),
        ("empat puluh", None),
        ("", None),
        ("25 kg", None),
        ("½", None),
        ("٣", None),
        ("9" * 40, None),
    ],
)
def test_rupiah_as_typed(typed, value):
    if value is None:
        with pytest.raises(NumberProblem):
            parse_rupiah(typed)
    else:
        assert parse_rupiah(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.500,5", "1500.5"),
        ("1.500", "1500"),
        ("0,25", "0.25"),
        ("0.250", "0.25"),
        ("1,250", "1.25"),
        ("3", "3"),
    ],
)
def test_quantities_as_typed(typed, value):
    assert parse_decimal(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["1.500,5", "1.5", "1,5", "3,500"])
def test_a_count_is_whole(typed):
    with pytest.raises(NumberProblem):
        parse_count(typed)


@pytest.mark.parametrize("typed", ["", "abc", "1.5", "25,000", "-1", "9" * 30])
def test_every_refusal_gives_an_example(typed):
    with pytest.raises(NumberProblem) as caught:
        parse_count(typed)

    assert "1500" in str(caught.value) or "25000" in str(caught.value) or "1.500" in str(caught.value)


@given(st.integers(min_value=0, max_value=10**14))
def test_money_shown_can_be_typed_again(amount):
    assert parse_rupiah(rupiah(amount)) == amount
    assert parse_count(number(amount)) == amount


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_quantities_shown_can_be_typed_again(quantity):
    assert parse_decimal(number(quantity)) == quantity


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_problem(text):
    with contextlib.suppress(NumberProblem):
        assert parse_decimal(text) >= 0


@pytest.mark.parametrize(
    ("sent", "number"),
    [("0", 0), ("12", 12), ("9" * 9, 999_999_999), ("9" * 10, None), ("", None), ("-1", None), ("1.5", None), ("٣", None)],
)
def test_a_number_sent_by_a_page_is_short_and_plain(sent, number):
    assert sent_number(sent) == number


def test_a_number_sent_by_a_page_may_be_held_shorter():
    assert (sent_number("99", digits=2), sent_number("100", digits=2)) == (99, None)
