from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import scoring
from evaluations.scoring import Circumstances, CriterionRule, LevelRule, PathRuleOf, Rubric, SectionRule, SheetInput

BANDS = (
    (Fraction(90), 5, "jual"),
    (Fraction(70), 4, "jual"),
    (Fraction(50), 3, "dampingi"),
    (Fraction(30), 2, "dampingi"),
    (Fraction(0), 1, "mula"),
)


def criterion(code: str, *points: str, **fields: str) -> CriterionRule:
    return CriterionRule(code, tuple(LevelRule(Fraction(value)) for value in points), **fields)


def rubric(*criteria: CriterionRule, **fields: object) -> Rubric:
    whole = sum((one.top for one in criteria), Fraction(0))
    return Rubric(sections=(SectionRule("A", whole, criteria),), bands=BANDS, **fields)


@st.composite
def rubrics(draw):
    """Random rubrics of up to three sections; some criteria are conditional or need a sample."""
    sections = []
    for name in draw(st.sampled_from(["A", "AB", "ABC"])):
        criteria = []
        for number in range(1, draw(st.integers(1, 4)) + 1):
            steps = sorted(draw(st.sets(st.integers(0, 2000), min_size=2, max_size=5)))
            criteria.append(
                CriterionRule(
                    f"{name}{number}",
                    tuple(LevelRule(Fraction(step, 100)) for step in steps),
                    judged_by=draw(st.sampled_from(["documents", "sample"])),
                    applies_if=draw(st.sampled_from(["", "has_story"])),
                    otherwise=draw(st.sampled_from(["full", "lowest", "rescale"])),
                )
            )
        sections.append(SectionRule(name, sum((c.top for c in criteria), Fraction(0)), tuple(criteria)))
    return Rubric(tuple(sections), BANDS, unassessable=draw(st.sampled_from(["lowest", "rescale"])))


@st.composite
def filled(draw):
    """A rubric, circumstances, and one to four complete sheets."""
    made = draw(rubrics())
    about = Circumstances({"has_story": draw(st.booleans())}, has_sample=draw(st.booleans()))
    sheets = []
    for _sheet in range(draw(st.integers(1, 4))):
        choices = {one.code: draw(st.integers(1, len(one.levels))) for one in made.criteria()}
        sheets.append(SheetInput(draw(st.sampled_from(["drawn", "extra"])), choices))
    return made, about, sheets


@given(filled(), st.sampled_from(["", "keep", "mean", "median"]), st.randoms())
def test_total_does_not_depend_on_order(case, method, shuffler):
    made, about, sheets = case
    shuffled = [SheetInput(one.origin, dict(shuffler.sample(list(one.choices.items()), len(one.choices)))) for one in sheets]
    shuffler.shuffle(shuffled)

    assert scoring.combine(made, shuffled, about, method).total == scoring.combine(made, sheets, about, method).total


@given(filled(), st.sampled_from(["", "keep", "mean", "median"]), st.data())
def test_a_better_level_never_lowers_the_total(case, method, data):
    made, about, sheets = case
    place = data.draw(st.integers(0, len(sheets) - 1))
    raised = data.draw(st.sampled_from(list(made.criteria())))
    better = dict(sheets[place].choices)
    better[raised.code] = min(better[raised.code] + 1, len(raised.levels))
    after = [*sheets[:place], SheetInput(sheets[place].origin, better), *sheets[place + 1 :]]

    before_total = scoring.combine(made, sheets, about, method).total
    after_total = scoring.combine(made, after, about, method).total

    assert after_total >= before_total
    assert scoring.round_half_up(after_total) >= scoring.round_half_up(before_total)


@given(filled())
def test_points_stay_between_zero_and_the_whole(case):
    made, about, sheets = case
    whole = sum((section.points for section in made.sections), Fraction(0))

    assert 0 <= scoring.combine(made, sheets, about).total <= whole


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("74.994", "74.99"), ("74.995", "75.00"), ("0", "0.00"), ("99.999", "100.00"), ("0.005", "0.01"), ("89.99499", "89.99")],
)
def test_rounds_half_up_once(value, rounded):
    assert scoring.round_half_up(Fraction(value)) == Decimal(rounded)
    assert str(scoring.round_half_up(Fraction(value))) == rounded


def test_mean_of_thirds_is_exact_until_the_end():
    made = rubric(criterion("A1", "0", "50", "100"))
    sheets = [SheetInput("drawn", {"A1": position}) for position in (1, 2, 2)]

    assert scoring.combine(made, sheets, Circumstances()).total == Fraction(100, 3)


def test_left_out_criterion_lets_the_others_fill_the_section():
    made = rubric(criterion("A1", "0", "30", "60"), criterion("A2", "0", "40", applies_if="has_story"))

    points = scoring.sheet_points(made, {"A1": 2}, Circumstances({"has_story": False}))

    assert points.total == 50


@pytest.mark.parametrize(("rule", "total"), [("full", 40), ("lowest", 5), ("rescale", 0)])
def test_section_whose_only_criterion_does_not_apply(rule, total):
    made = rubric(criterion("A1", "5", "40", applies_if="has_story", otherwise=rule))

    assert scoring.sheet_points(made, {}, Circumstances({"has_story": False})).total == total


@pytest.mark.parametrize(("rule", "total"), [("lowest", 60), ("rescale", 100)])
def test_criterion_without_its_sample_counts_by_the_written_rule(rule, total):
    made = rubric(criterion("A1", "0", "60"), criterion("A2", "0", "40", judged_by="sample"), unassessable=rule)

    assert scoring.sheet_points(made, {"A1": 2, "A2": 2}, Circumstances(has_sample=False)).total == total
    assert [one.code for one in scoring.asked(made, Circumstances(has_sample=False))] == ["A1"]


def test_stop_rule_sets_only_its_section_to_zero():
    stop = CriterionRule("A1", (LevelRule(Fraction(0), "section_zero"), LevelRule(Fraction(10))))
    made = Rubric(
        (SectionRule("A", Fraction(30), (stop, criterion("A2", "0", "20"))), SectionRule("B", Fraction(5), (criterion("B1", "0", "5"),))),
        BANDS,
    )

    points = scoring.sheet_points(made, {"A1": 1, "A2": 2, "B1": 2}, Circumstances())

    assert points.sections == {"A": 0, "B": 5}


def test_knock_out_is_reported_and_leaves_the_points():
    gate = CriterionRule("A1", (LevelRule(Fraction(0), "disqualify"), LevelRule(Fraction(100))))
    made = Rubric((SectionRule("A", Fraction(100), (gate,)),), BANDS)

    points = scoring.combine(made, [SheetInput("drawn", {"A1": 1}), SheetInput("drawn", {"A1": 2})], Circumstances())

    assert points.knock_outs == ("A1",)
    assert points.total == 50


def test_minimum_of_a_section_lowers_the_stars_step_by_step():
    made = Rubric((), BANDS, minimums=((5, "C", Fraction(28)), (4, "C", Fraction(28))))

    assert scoring.stars_for(made, scoring.Points({"A": Fraction(68), "C": Fraction(27)})) == 3
    assert scoring.stars_for(made, scoring.Points({"A": Fraction(67), "C": Fraction(28)})) == 5


def test_stars_are_read_from_the_rounded_total():
    assert scoring.stars_for(Rubric((), BANDS), scoring.Points({"A": Fraction("89.995")})) == 5
    assert scoring.stars_for(Rubric((), BANDS), scoring.Points({"A": Fraction("89.994")})) == 4


def test_path_rule_needs_more_than_half_of_the_sheets():
    made = Rubric((), BANDS, path_rules=(PathRuleOf("izin", "B2", 2),))

    assert scoring.path_for(made, 4, [{"B2": 1}, {"B2": 3}]) == "jual"
    assert scoring.path_for(made, 4, [{"B2": 1}, {"B2": 2}, {"B2": 3}]) == "izin"
    assert scoring.path_for(made, 3, [{}]) == "dampingi"


def test_median_takes_the_middle_sheet_and_keep_leaves_the_extra_one_aside():
    made = rubric(criterion("A1", "0", "10", "100"))
    sheets = [SheetInput("drawn", {"A1": 1}), SheetInput("drawn", {"A1": 2}), SheetInput("extra", {"A1": 3})]

    assert scoring.combine(made, sheets, Circumstances(), "median").total == 10
    assert scoring.combine(made, sheets, Circumstances(), "keep").total == 5
    assert scoring.combine(made, sheets, Circumstances(), "mean").total == Fraction(110, 3)
    assert scoring.combine(made, sheets, Circumstances(), "consensus", {"A1": 3}).total == 100
    assert scoring.spread(made, sheets, Circumstances()) == 100


def test_equal_totals_share_a_place_and_the_next_is_skipped():
    totals = {1: Decimal("80.00"), 2: Decimal("90.00"), 3: Decimal("80.00"), 4: Decimal("70.00")}

    assert scoring.ranks(totals) == {2: 1, 1: 2, 3: 2, 4: 4}
    assert set(scoring.ranks(dict.fromkeys(range(5), Decimal(50))).values()) == {1}


def test_no_sheet_has_no_points():
    with pytest.raises(ValueError, match="without a sheet"):
        scoring.combine(rubric(criterion("A1", "0", "1")), [], Circumstances())
