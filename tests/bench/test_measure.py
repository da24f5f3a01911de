"""The ruler itself: every case in every round, ratios within a round, limits that can be passed and failed."""

import pytest

from tests.bench.measure import Gate, Report, Sample, interleaved


def test_every_case_runs_once_a_round_and_the_first_rounds_are_not_counted():
    ran = []
    samples = interleaved({"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}, rounds=4, warm_up=2)

    assert ran == ["a", "b", "b", "a"] * 3
    assert [len(sample.times) for sample in samples.values()] == [4, 4]


def test_a_ratio_compares_within_a_round():
    # The machine was ten times slower in the second round, for both.
    assert Sample([2.0, 20.0, 2.2]).over(Sample([1.0, 10.0, 1.0])) == 2.0


def test_median_and_p95():
    sample = Sample([float(value) for value in range(1, 101)])
    assert sample.median == 50.5
    assert sample.p95 == 95.0


@pytest.mark.parametrize(("value", "word"), [(2.0, "PASS"), (2.01, "FAIL")])
def test_a_gate_says_whether_the_limit_was_kept(value, word, capsys):
    report = Report()
    report.gate("search", value, 2)

    assert report.finish() is (word == "PASS")
    assert capsys.readouterr().out.strip() == f"{word}  search: {value:.2f} (at most 2)"
    assert Gate("x", 1, 2).passed
