"""Numbers, days and phones as people in NTT read them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from common import formatting

NOON_UTC = dt.datetime(2026, 11, 24, 2, 42, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567, "1.234.567"), (Decimal("2.50"), "2,5"), (0, "0"), (100, "100"), (Decimal("1E+3"), "1.000"), (None, ""), (1234.5, "1.234,5")],
)
def test_number(value, words):
    assert formatting.number(value) == words


def test_money_and_percent():
    assert formatting.rupiah(45000) == "Rp\u00a045.000"
    assert formatting.rupiah(None) == ""
    assert formatting.percent(Decimal("82.4")) == "82%"
    assert formatting.percent(12.5, 1) == "12,5%"


def test_days_are_wita_days():
    late = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)

    assert formatting.date_short(late) == "24 Nov 2026"
    assert formatting.date_short(dt.date(2026, 8, 12)) == "12 Agu 2026"
    assert formatting.moment(NOON_UTC) == "24 November 2026, 10.42\u00a0WITA"


def test_english_writes_the_time_with_a_colon():
    with translation.override("en"):
        assert formatting.clock(NOON_UTC) == "10:42"


@pytest.mark.parametrize(("count", "words"), [(2, "Sisa 2 hari kerja"), (0, "Batasnya hari ini"), (-3, "Lewat 3 hari kerja"), (None, "")])
def test_deadline_is_time_left(count, words):
    assert formatting.working_days_left(count) == words


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("+6281234567890", "0812-3456-7890"), ("+62811234567", "0811-2345-67"), ("+67077123456", "+67077123456"), ("", "")],
)
def test_phone(stored, shown):
    assert formatting.phone(stored) == shown


@pytest.mark.parametrize(("size", "words"), [(10, "1\u00a0KB"), (86016, "84\u00a0KB"), (1258291, "1,2\u00a0MB")])
def test_file_size(size, words):
    assert formatting.file_size(size) == words
