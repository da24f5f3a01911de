"""The working-day clock."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import calendar
from registry.models import Holiday

FRIDAY = dt.date(2026, 11, 27)


@pytest.fixture
def _no_holidays(monkeypatch):
    monkeypatch.setattr(calendar, "holidays_between", lambda start, end: set())


@pytest.mark.django_db
def test_weekends_and_holidays_do_not_count():
    Holiday.objects.create(day=dt.date(2026, 12, 1), name="Libur contoh")
    assert calendar.add_working_days(FRIDAY, 1) == dt.date(2026, 11, 30)
    assert calendar.add_working_days(FRIDAY, 2) == dt.date(2026, 12, 2)


@pytest.mark.django_db
def test_a_year_without_rows_is_provisional():
    assert calendar.is_provisional(2031)
    Holiday.objects.create(day=dt.date(2031, 1, 1), name="Tahun Baru")
    assert not calendar.is_provisional(2031)


@pytest.mark.usefixtures("_no_holidays")
def test_until_is_the_inverse_of_adding():
    @given(st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 60))
    def inverse(start, days):
        assert calendar.working_days_until(calendar.add_working_days(start, days), start) == days

    inverse()


@pytest.mark.usefixtures("_no_holidays")
def test_a_day_that_has_passed_counts_below_zero():
    assert calendar.working_days_until(FRIDAY, dt.date(2026, 12, 1)) == -2
    assert calendar.working_days_until(FRIDAY, FRIDAY) == 0
