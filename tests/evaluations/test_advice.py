"""What would raise a product a star: computed by the engine itself, so following it reaches the star."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations import scoring
from evaluations.advice import Case, advise
from evaluations.scoring import Circumstances, CriterionRule, LevelRule, Rubric, SectionRule, SheetInput

from .test_scoring import BANDS, criterion, filled, rubric

# 40 + 60 points; four stars ask for 30 in section B.
TWO = Rubric(
    sections=(
        SectionRule("A", Fraction(40), (criterion("A1", "0", "10", "20"), criterion("A2", "0", "20"))),
        SectionRule("B", Fraction(60), (criterion("B1", "0", "20", "30"), criterion("B2", "0", "30"))),
    ),
    bands=BANDS,
    minimums=((4, "B", Fraction(40)),),
)


def case(*sheets: dict[str, int], rubric: Rubric = TWO, **fields: object) -> Case:
    about = fields.pop("about", Circumstances())
    return Case(rubric, tuple(SheetInput("drawn", one) for one in sheets), about, **fields)


def test_points_short_gains_and_a_plan_to_the_next_band():
    advice = advise(case({"A1": 3, "A2": 2, "B1": 1, "B2": 1}))

    assert (advice.target, advice.points_short, advice.lacking) == (3, 10, ())
    assert [(one.criterion.code, one.level, one.gains) for one in advice.room] == [
        ("B1", 1, ((2, Fraction(20)), (3, Fraction(30)))),
        ("B2", 1, ((2, Fraction(30)),)),
    ]
    assert advice.plan in ({"B2": 2}, {"B1": 2})


def test_a_section_below_its_minimum_is_named_and_mended():
    """70 points of the band of four, but section B has 30 of the 40 that four stars ask."""
    advice = advise(case({"A1": 3, "A2": 2, "B1": 3, "B2": 1}))

    assert (advice.target, advice.points_short) == (4, 0)
    assert [(one.section, one.points, one.least) for one in advice.lacking] == [("B", 30, 40)]
    assert advice.plan == {"B2": 2}


def test_a_raise_counts_from_the_lowest_sheet():
    advice = advise(case({"A1": 3, "A2": 2, "B1": 3, "B2": 2}, {"A1": 1, "A2": 2, "B1": 3, "B2": 2}))

    assert advice.target == 0
    assert [(one.criterion.code, one.level, one.gains) for one in advice.room] == [("A1", 1, ((2, Fraction(5)), (3, Fraction(10))))]


def test_consensus_and_keep_are_advised_by_what_counted():
    agreed = case({"A1": 1, "A2": 1, "B1": 1, "B2": 1}, method="consensus", consensus={"A1": 3, "A2": 2, "B1": 3, "B2": 1})
    assert advise(agreed).target == 4

    kept = Case(TWO, (SheetInput("drawn", {"A1": 3, "A2": 2, "B1": 1, "B2": 1}), SheetInput("extra", dict.fromkeys(("A1", "A2"), 1))),
                Circumstances(), "keep")  # fmt: skip
    assert advise(kept).points_short == 10


def test_a_knocked_out_product_has_to_leave_the_level_that_did_it():
    made = Rubric((SectionRule("A", Fraction(100), (CriterionRule("A1", (LevelRule(Fraction(0), "disqualify"), LevelRule(Fraction(60)), LevelRule(Fraction(100)))),)),), BANDS)  # noqa: E501  # fmt: skip

    advice = advise(case({"A1": 1}, rubric=made, is_knocked_out=True))

    assert (advice.target, advice.plan) == (1, {"A1": 2})


def test_sections_set_to_zero_by_two_levels_need_both():
    stop = lambda code: CriterionRule(code, (LevelRule(Fraction(0), "section_zero"), LevelRule(Fraction(25)), LevelRule(Fraction(50))))  # noqa: E731
    made = rubric(stop("A1"), stop("A2"))

    advice = advise(case({"A1": 1, "A2": 1}, rubric=made))

    assert (advice.target, advice.plan) == (2, {"A1": 2, "A2": 2})


def test_what_a_missing_sample_blocks_is_said():
    made = rubric(criterion("A1", "0", "20"), criterion("A2", "0", "80", judged_by="sample"))

    advice = advise(case({"A1": 2}, rubric=made, about=Circumstances(has_sample=False)))

    assert (advice.target, advice.plan, advice.unjudged) == (2, None, ("A2",))


@pytest.mark.parametrize("method", ["", "median", "keep", "mean"])
@settings(deadline=None, max_examples=60)
@given(data=filled(), least=st.integers(0, 30))
def test_following_the_plan_reaches_the_star_and_nothing_of_it_is_needless(method, data, least):
    made, about, sheets = data
    made = Rubric(made.sections, made.bands, ((3, "A", Fraction(least)),), unassessable=made.unassessable)
    one = Case(made, tuple(sheets), about, method)
    before = scoring.stars_for(made, one.points())

    advice = advise(one)

    if advice.target == 0:
        assert before == 5
        return
    assert advice.target > before
    if advice.plan is None:
        top = {criterion.code: len(criterion.levels) for criterion in scoring.asked(made, about)}
        assert scoring.stars_for(made, one.points(top)) < advice.target
        return
    assert scoring.stars_for(made, one.points(advice.plan)) >= advice.target
    assert all(level > one.level(code) for code, level in advice.plan.items())
    if method != "median":
        for code, level in advice.plan.items():
            assert scoring.stars_for(made, one.points({**advice.plan, code: level - 1})) < advice.target


@settings(deadline=None, max_examples=60)
@given(data=filled())
def test_every_gain_is_what_the_engine_adds(data):
    made, about, sheets = data
    one = Case(made, tuple(sheets), about)

    for room in advise(one).room:
        for level, gain in room.gains:
            assert one.points({room.criterion.code: level}).total == one.points().total + gain
            assert gain >= 0


@pytest.mark.parametrize("method", ["", "median", "keep", "mean"])
@settings(deadline=None, max_examples=40)
@given(data=filled(), seed=st.integers(0, 1000))
def test_points_after_raises_are_those_of_the_engine(method, data, seed):
    made, about, sheets = data
    one = Case(made, tuple(sheets), about, method)
    codes = [criterion.code for criterion in made.criteria()]
    raises = {code: 1 + (seed + place) % 2 for place, code in enumerate(codes) if (seed >> place) % 2}

    whole = scoring.combine(
        made, [SheetInput(s.origin, {c: max(level, raises.get(c, 0)) for c, level in s.choices.items()}) for s in sheets], about, method
    )

    assert one.points(raises).sections == whole.sections
    assert set(one.points(raises).knock_outs) == set(whole.knock_outs)
