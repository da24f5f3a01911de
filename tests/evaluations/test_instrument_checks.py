"""Everything that keeps an instrument from being published, each told with its place."""

import copy

import pytest
from django.utils import translation

from evaluations import instrument_yaml
from evaluations.instrument_checks import problems_in
from evaluations.services.instruments import PROPOSAL
from registry.reference import CATEGORIES

from .instrument_contents import FAMILIES, sound

KNOWN = set(FAMILIES)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def found(content):
    return [(problem.place, str(problem.message)) for problem in problems_in(content, families=KNOWN)]


def test_a_sound_instrument_has_no_problems():
    assert found(sound()) == []


def test_the_shipped_proposal_has_no_problems():
    content = instrument_yaml.load(PROPOSAL.read_bytes())

    assert problems_in(content, families=set(CATEGORIES)) == []
    assert len(content["variants"]) == 7
    assert content["knock_out_path"] == "set_right"
    assert content["is_proposal"] is True


def at(content, *place):
    for part in place:
        content = content[part]
    return content


A1 = ("sections", 0, "criteria", 0)


@pytest.mark.parametrize(
    ("where", "value", "place", "words"),
    [
        (("sections", 0, "points"), "59.99", ("sections", 0, "points"), "reach 60 points, but the section has 59,99"),
        (("sections", 0, "points"), "59.99", ("variants", 1, "family"), "reach 99,99 points instead of 100"),
        ((*A1, "levels", 1, "points"), "0", (*A1, "levels", 1, "points"), "not more than"),
        ((*A1, "levels", 1, "points"), "25", (*A1, "levels", 2, "points"), "not more than"),
        ((*A1, "levels"), [], (*A1, "levels"), "two levels"),
        ((*A1, "levels", 2, "effect"), "disqualify", (*A1, "levels", 2, "effect"), "cannot be reached"),
        ((*A1, "levels", 1, "effect"), "section_zero", (*A1, "levels", 1, "effect"), "Better levels"),
        ((*A1, "code"), "C1", ("variants", 0, "family"), "stands twice"),
        (("variants", 0, "sections", 0, "code"), "A", ("variants", 0, "family"), "stands twice"),
        (("variants", 0, "family"), "mesin", ("variants", 0, "family"), "not a group"),
        (("variants",), [], ("variants",), "No category family"),
        (("variants", 0, "sections", 0, "criteria"), [], ("variants", 0, "sections", 0, "criteria"), "no criteria"),
        (("bands",), [], ("bands",), "no star bands"),
        (("bands", 2, "from"), "1", ("bands", 2, "from"), "must start at 0"),
        (("bands", 1, "from"), "70", ("bands", 1, "from"), "Two bands start"),
        (("bands", 1, "from"), "80", ("bands", 0, "stars"), "left out"),
        (("bands", 1, "stars"), 4, ("bands", 0, "stars"), "already 4"),
        (("knock_out_path",), None, ("knock_out_path",), "knocked out"),
        (("path_rules", 0, "when", "criterion"), "Z9", ("path_rules", 0, "when", "criterion"), "no criterion Z9"),
        (("path_rules", 0, "when", "at_most_level"), 3, ("path_rules", 0, "when", "at_most_level"), "has 3 levels"),
        (("minimum_sections", 0, "section"), "Z", ("minimum_sections", 0, "section"), "no section Z"),
        (("minimum_sections", 0, "stars"), 5, ("minimum_sections", 0, "stars"), "No band"),
        (("minimum_sections", 0, "at_least"), "40.01", ("minimum_sections", 0, "at_least"), "at most"),
    ],
)
def test_each_problem_is_told_with_its_place(where, value, place, words):
    content = copy.deepcopy(sound())
    at(content, *where[:-1])[where[-1]] = value

    assert any(one == place and words in message for one, message in found(content)), found(content)


def test_a_section_that_may_be_left_out_as_a_whole_is_told():
    content = sound()
    for criterion in content["sections"][0]["criteria"]:
        criterion["applies_if"] = "has_story"

    assert [place for place, _words in found(content)] == [("sections", 0, "criteria")]


def test_all_problems_come_at_once():
    content = sound()
    content["sections"][0]["points"] = "50"
    content["bands"] = []
    content["variants"][0]["family"] = "mesin"

    assert len({place for place, _words in found(content)}) >= 4
