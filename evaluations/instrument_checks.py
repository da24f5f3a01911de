"""What stands between an instrument and being published: every problem at once, each with its place in the content."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from common.formatting import number

from . import states
from .instrument_schema import Content, Place, Problem

HUNDRED = Decimal(100)
MOST_STARS = 5


class Placed(NamedTuple):
    """A section with its place, and the family it belongs to (empty: shared)."""

    place: Place
    family: str
    section: Content


def placed_sections(content: Content) -> list[Placed]:
    rows = [Placed(("sections", i), "", section) for i, section in enumerate(content["sections"])]
    for f, family in enumerate(content["variants"]):
        rows += [Placed(("variants", f, "sections", i), family["family"], section) for i, section in enumerate(family["sections"])]
    return rows


def sum_of_variant(content: Content, family: str) -> Decimal:
    """The points of a family: the shared sections and its own."""
    return sum((Decimal(row.section["points"]) for row in placed_sections(content) if row.family in ("", family)), Decimal(0))


def top_of(criterion: Content) -> Decimal:
    """The most a criterion can give: its highest level times its weight."""
    return max((Decimal(level["points"]) for level in criterion["levels"]), default=Decimal(0)) * Decimal(criterion["weight"])


def sum_of_section(section: Content) -> Decimal:
    return sum((top_of(criterion) for criterion in section["criteria"]), Decimal(0))


def problems_in(content: Content, *, families: Collection[str]) -> list[Problem]:
    """Every reason why this content cannot be published, in the order of the content; `families` are the known ones."""
    return [
        *_outcomes(content),
        *_rules(content),
        *(problem for row in placed_sections(content) for problem in _section(row, content)),
        *_variants(content, families),
    ]


def _outcomes(content: Content) -> Iterator[Problem]:
    """Paths and star bands."""
    if content["paths"] and not content["knock_out_path"]:
        yield Problem(("knock_out_path",), _("No path is named for products that were knocked out."))
    bands = content["bands"]
    if not bands:
        yield Problem(("bands",), _("There are no star bands yet."))
        return
    lowest = min(range(len(bands)), key=lambda index: Decimal(bands[index]["from"]))
    if Decimal(bands[lowest]["from"]) != 0:
        words = _("The lowest band starts at %(start)s, so totals below it have none. It must start at 0.")
        yield Problem(("bands", lowest, "from"), words % {"start": number(bands[lowest]["from"])})
    yield from _order_of_bands(bands)


def _order_of_bands(bands: list[Content]) -> Iterator[Problem]:
    order = sorted(range(len(bands)), key=lambda index: Decimal(bands[index]["from"]))
    for below, above in itertools.pairwise(order):
        lower, upper = bands[below], bands[above]
        names = {"upper": number(upper["from"]), "stars": upper["stars"], "lower": number(lower["from"]), "fewer": lower["stars"]}
        if Decimal(upper["from"]) == Decimal(lower["from"]):
            yield Problem(("bands", above, "from"), _("Two bands start at %(upper)s.") % names)
        elif upper["stars"] <= lower["stars"]:
            words = _("From %(upper)s points a product gets %(stars)s stars, but already %(fewer)s from %(lower)s points.")
            yield Problem(("bands", above, "stars"), words % names)
        elif upper["stars"] != lower["stars"] + 1:
            words = _("Between %(fewer)s and %(stars)s stars a band is left out; a product lowered by a minimum would have no path.")
            yield Problem(("bands", above, "stars"), words % names)


def _rules(content: Content) -> Iterator[Problem]:
    """Minimums and path rules name what exists."""
    for index, one in enumerate(content["minimum_sections"]):
        yield from _minimum(content, one, ("minimum_sections", index))
    criteria = [criterion for row in placed_sections(content) for criterion in row.section["criteria"]]
    for index, rule in enumerate(content["path_rules"]):
        when, place = rule["when"], ("path_rules", index, "when")
        counts = [len(one["levels"]) for one in criteria if one["code"] == when["criterion"]]
        if not counts:
            yield Problem((*place, "criterion"), _("There is no criterion %(code)s.") % {"code": when["criterion"]})
        elif when["at_most_level"] >= min(counts):
            words = _("Criterion %(code)s has %(count)d levels; the rule must stay below the highest, or it always holds.")
            yield Problem((*place, "at_most_level"), words % {"code": when["criterion"], "count": min(counts)})


def _minimum(content: Content, one: Content, place: Place) -> Iterator[Problem]:
    if one["stars"] not in {band["stars"] for band in content["bands"]}:
        yield Problem((*place, "stars"), _("No band gives %(stars)s stars.") % {"stars": one["stars"]})
    shared = [s["points"] for s in content["sections"] if s["code"] == one["section"]]
    own = [s["points"] for family in content["variants"] for s in family["sections"] if s["code"] == one["section"]]
    if not shared and not own:
        yield Problem((*place, "section"), _("There is no section %(code)s.") % {"code": one["section"]})
        return
    lacking = [f["family"] for f in content["variants"] if one["section"] not in {s["code"] for s in f["sections"]}]
    if not shared and lacking:
        words = _("These families have no section %(code)s: %(families)s.")
        yield Problem((*place, "section"), words % {"code": one["section"], "families": ", ".join(lacking)})
    least = min(map(Decimal, [*shared, *own]))
    if Decimal(one["at_least"]) > least:
        words = _("At least %(least)s is asked, but section %(code)s gives %(points)s at most.")
        yield Problem((*place, "at_least"), words % {"least": number(one["at_least"]), "code": one["section"], "points": number(least)})


def _section(row: Placed, content: Content) -> Iterator[Problem]:
    section, place = row.section, row.place
    got, wanted = sum_of_section(section), Decimal(section["points"])
    if not section["criteria"]:
        yield Problem((*place, "criteria"), _("Section %(code)s has no criteria yet.") % {"code": section["code"]})
    elif got != wanted:
        words = _("The criteria of section %(code)s reach %(sum)s points, but the section has %(points)s.")
        yield Problem((*place, "points"), words % {"code": section["code"], "sum": number(got), "points": number(wanted)})
    if section["criteria"] and all(_may_be_left_out(one, content) for one in section["criteria"]):
        words = _("Every criterion of section %(code)s may be left out; then the section would count zero.")
        yield Problem((*place, "criteria"), words % {"code": section["code"]})
    for index, criterion in enumerate(section["criteria"]):
        yield from _criterion(criterion, (*place, "criteria", index))


def _may_be_left_out(criterion: Content, content: Content) -> bool:
    left_out = states.Uncounted.RESCALE
    by_sample = criterion["judged_by"] == states.JudgedBy.SAMPLE and content["unassessable"]["sample"] == left_out
    return by_sample or bool(criterion["applies_if"] and criterion["otherwise"] == left_out)


def _criterion(criterion: Content, place: Place) -> Iterator[Problem]:
    levels, code = criterion["levels"], {"code": criterion["code"]}
    if len(levels) < 2:
        yield Problem((*place, "levels"), _("Criterion %(code)s needs two levels or more.") % code)
        return
    for index, (below, above) in enumerate(itertools.pairwise(levels), start=1):
        if Decimal(above["points"]) <= Decimal(below["points"]):
            words = _("Criterion %(code)s: level %(level)d gives %(points)s points, not more than the level before (%(before)s).")
            names = {**code, "level": index + 1, "points": number(above["points"]), "before": number(below["points"])}
            yield Problem((*place, "levels", index, "points"), words % names)
        if above["effect"] and not below["effect"]:
            words = _("Criterion %(code)s: level %(level)d has an effect, but the level before has none. Better levels must not be worse.")
            yield Problem((*place, "levels", index, "effect"), words % {**code, "level": index + 1})
    if levels[-1]["effect"]:
        words = _("Criterion %(code)s: the highest level has an effect, so its points cannot be reached.")
        yield Problem((*place, "levels", len(levels) - 1, "effect"), words % code)


def _variants(content: Content, families: Collection[str]) -> Iterator[Problem]:
    if not content["variants"]:
        yield Problem(("variants",), _("No category family has a part of its own yet."))
    for index, family in enumerate(content["variants"]):
        place, name = ("variants", index), family["family"]
        if name not in families:
            yield Problem((*place, "family"), _("%(family)s is not a group of the categories.") % {"family": name})
        total = sum_of_variant(content, name)
        if total != HUNDRED:
            words = _("The sections of family %(family)s reach %(sum)s points instead of 100.")
            yield Problem((*place, "family"), words % {"family": name, "sum": number(total)})
        yield from _codes(content, name, place)


def _codes(content: Content, family: str, place: Place) -> Iterator[Problem]:
    """Within one variant a code names one section and one criterion."""
    rows = [row for row in placed_sections(content) if row.family in ("", family)]
    sections = Counter(row.section["code"] for row in rows)
    criteria = Counter(criterion["code"] for row in rows for criterion in row.section["criteria"])
    for code in [code for code, count in (sections + criteria).items() if sections[code] > 1 or criteria[code] > 1]:
        words = _("The code %(code)s stands twice among the sections and criteria of family %(family)s.")
        yield Problem((*place, "family"), words % {"code": code, "family": family})
