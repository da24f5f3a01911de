"""How strictly reviewers score: the arithmetic as properties, and the page's rows as one person may see them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import severity, severity_page
from evaluations.models import Conflict
from evaluations.severity import Mark
from tests.registry.factories import make_producer

from .factories import make_entrant, make_reviewer, make_round, make_sheet

TOTALS = st.builds(Fraction, st.integers(0, 700), st.just(7))
GRID = st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 5)), TOTALS, max_size=30)
FULL = {"A1": 3, "A2": 2, "B1": 3, "C1": 3, "C2": 2}
LOW = dict.fromkeys(FULL, 1)


def marks(grid):
    return [Mark(product, reviewer, total) for (product, reviewer), total in grid.items()]


@given(GRID)
def test_distances_add_up_to_nothing(grid):
    known = severity.severities(marks(grid))
    assert sum((one.deviation * one.products for one in known.values()), Fraction(0)) == 0


@given(GRID)
def test_who_shares_no_product_has_no_deviation(grid):
    shared = {product for product, _reviewer in grid if sum(p == product for p, _r in grid) > 1}
    assert set(severity.severities(marks(grid))) == {reviewer for product, reviewer in grid if product in shared}


@given(GRID, st.randoms())
def test_order_of_arrival_makes_no_difference(grid, chance):
    rows = marks(grid)
    shuffled = chance.sample(rows, len(rows))
    assert severity.severities(shuffled) == severity.severities(rows)
    assert severity.pairs(shuffled) == severity.pairs(rows)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=5), st.lists(st.integers(-20, 20), min_size=2, max_size=4))
def test_reviewers_who_only_differ_by_a_constant_come_out_equal(worths, leanings):
    grid = {(p, r): Fraction(worth + lean) for p, worth in enumerate(worths) for r, lean in enumerate(leanings)}
    middle = sum(leanings) / Fraction(len(leanings))
    known = severity.severities(marks(grid))
    assert {r: one.deviation for r, one in known.items()} == {r: lean - middle for r, lean in enumerate(leanings)}
    assert all(pair.balanced == pair.raw for pair in severity.pairs(marks(grid)))


@given(GRID)
def test_equal_sheets_are_left_as_they_are(grid):
    alike = {(product, reviewer): Fraction(product) for product, reviewer in grid}
    assert all(pair.difference == 0 for pair in severity.pairs(marks(alike)))


def test_a_milder_pair_is_taken_down_and_a_stricter_one_up():
    grid = {(1, 1): 60, (1, 2): 40, (2, 1): 70, (3, 2): 50}
    rows = {pair.product: pair for pair in severity.pairs(marks({key: Fraction(value) for key, value in grid.items()}))}
    assert [(rows[p].raw, rows[p].balanced) for p in (1, 2, 3)] == [(50, 50), (70, 60), (50, 60)]


@given(TOTALS)
def test_both_signs_are_rounded_alike(value):
    assert severity.signed(-value) == -severity.signed(value)
    assert abs(severity.signed(value) - Decimal(value.numerator) / value.denominator) <= Decimal("0.005")


@pytest.fixture
def sheets(world):
    """Three products: two shared by a mild and a strict reviewer, one that the mild one scored alone."""
    made = make_round(phase="rakor")
    made.chair, made.secretary = make_reviewer(made, "chair"), make_reviewer(made, "secretary")
    made.mild, made.strict = make_reviewer(made), make_reviewer(made)
    made.products = [make_entrant(made, f"Kopi {n}", producer=make_producer("ocop")) for n in range(3)]
    for entrant in made.products[:2]:
        make_sheet(entrant, made.mild, FULL, sent=True)
        make_sheet(entrant, made.strict, LOW, sent=True)
    make_sheet(made.products[2], made.mild, FULL, sent=True)
    return made


def test_the_page_names_reviewers_and_sets_raw_beside_balanced(sheets):
    found = severity_page.weigh(sheets, sheets.chair)
    assert [(row.name, row.products, row.deviation) for row in found.reviewers] == [
        (str(sheets.strict), 2, Decimal("-50.00")),
        (str(sheets.mild), 2, Decimal("50.00")),
    ]
    assert [(row.entrant.name, row.raw, row.balanced) for row in found.products] == [
        ("Kopi 2", Decimal("100.00"), Decimal("50.00")),
        ("Kopi 0", Decimal("50.00"), Decimal("50.00")),
        ("Kopi 1", Decimal("50.00"), Decimal("50.00")),
    ]


def test_a_conflict_takes_the_product_out_of_every_number(sheets):
    Conflict.objects.create(round=sheets, entrant=sheets.products[0], user=sheets.chair, kind="declared")
    found = severity_page.weigh(sheets, sheets.chair)
    assert found.hides
    assert [row.entrant.name for row in found.products] == ["Kopi 2", "Kopi 1"]
    assert [row.products for row in found.reviewers] == [1, 1]
    assert not severity_page.weigh(sheets, sheets.secretary).hides


def test_a_product_whose_own_sheet_is_open_is_left_out(sheets):
    make_sheet(sheets.products[1], sheets.chair)
    found = severity_page.weigh(sheets, sheets.chair)
    assert found.waits
    assert [row.entrant.name for row in found.products] == ["Kopi 2", "Kopi 0"]


@pytest.mark.parametrize("count", [1, 3])
def test_weighing_takes_a_fixed_number_of_queries(sheets, count, django_assert_num_queries):
    for number in range(count):
        entrant = make_entrant(sheets, f"Madu {number}", producer=make_producer("ocop"))
        make_sheet(entrant, make_reviewer(sheets), FULL, sent=True)
        make_sheet(entrant, sheets.strict, LOW, sent=True)
    severity_page.weigh(sheets, sheets.chair)
    with django_assert_num_queries(12):
        severity_page.weigh(sheets, sheets.chair)
