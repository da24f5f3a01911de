"""Reads of the region tree."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from .names import Wanted, key, read_query

# From a code along its successions; the second walk passes only through regions that ended.
_CHAIN = """
WITH RECURSIVE chain(code) AS (
    SELECT %s::varchar
    UNION
    SELECT step.new_id FROM regions_regionsuccession step JOIN chain ON step.old_id = chain.code
    JOIN regions_region former ON former.code = chain.code
    WHERE step.new_id <> step.old_id AND (former.ended_on IS NOT NULL OR %s)
) SELECT code FROM chain
"""


def within(field: str, code: str) -> Q:
    """The subtree of `code` on a column that holds region codes, the region itself included."""
    return Q(**{field: code}) | Q(**{f"{field}__startswith": f"{code}."})


def _chain(code: str, *, through_all: bool) -> RawSQL:
    return RawSQL(_CHAIN, [code, through_all])  # noqa: S611 - constant text, the values are bound


class RegionQuerySet(models.QuerySet):
    def in_force(self) -> RegionQuerySet:
        """Regions of today's tree."""
        return self.filter(ended_on=None)

    def coded(self, code: str) -> RegionQuerySet:
        """The region of one code, in force or not."""
        return self.filter(pk=code)

    def as_of(self, day: dt.date) -> RegionQuerySet:
        """Regions of the tree of a day: figures of a day use this tree. `ended_on` is the first day without the region."""
        return self.filter(
            Q(started_on=None) | Q(started_on__lte=day),
            Q(ended_on=None) | Q(ended_on__gt=day),
        )

    def within(self, code: str) -> RegionQuerySet:
        """The region `code` and everything below it."""
        return self.filter(within("code", code))

    def successors_of(self, code: str) -> RegionQuerySet:
        """Every region that followed `code`, over any number of changes, in force or not; not the region itself."""
        return self.filter(pk__in=_chain(code, through_all=True)).exclude(pk=code)

    def resolve(self, code: str) -> RegionQuerySet:
        """The regions in force that answer for `code` today: itself, or else its successors; none for an unknown code."""
        return self.in_force().filter(pk__in=_chain(code, through_all=False))

    def search(self, text: str, level: int | None = None, within: str | None = None) -> RegionQuerySet:
        """Regions in force that a person may mean by `text`, the best first; one query once sliced or iterated."""
        wanted = read_query(text)
        rows = self.in_force()
        if level:
            rows = rows.filter(level=level)
        if within:
            rows = rows.within(within)
        if wanted.code:
            return rows.within(wanted.code).order_by("level", "code")
        if not wanted.text:
            return rows.none()
        return rows.filter(_candidates(wanted)).annotate(**_marks(wanted)).order_by("rank", "-likeness", "level", "code")


def _own_name(wanted: Wanted, end: str) -> Q:
    match = Q()
    for each in wanted.keys:
        match |= Q(search_text__contains=f"|{each}{end}")
    return match


def _place(wanted: Wanted) -> Q:
    """Every word somewhere in the full name: "Oesao Kupang Timur"."""
    words = [word for word in wanted.words if word != "kota" and len(word) > 2]
    match = Q()
    for word in words if len(words) > 1 else ():
        match &= Q(path_text__contains=word)
    return match


def _candidates(wanted: Wanted) -> Q:
    match = _own_name(wanted, "") | _place(wanted)
    if len(wanted.text) > 2:
        match |= Q(search_text__trigram_word_similar=wanted.text) | Q(search_text__trigram_similar=wanted.text)
    return match


def _marks(wanted: Wanted) -> dict[str, models.expressions.Combinable]:
    """Rank 0 the very name and kind, 1 the very name, 2 name and place, 3 beginning of the name, 4 like it."""
    very = _own_name(wanted, "|")
    steps = [When(very & Q(kind=wanted.kind), then=0)] if wanted.kind else []
    steps.append(When(very, then=1))
    if place := _place(wanted):
        steps.append(When(place & Q(search_text__contains=f"|{key(wanted.words[0])}"), then=2))
    steps.append(When(_own_name(wanted, ""), then=3))
    return {
        "rank": Case(*steps, default=4, output_field=IntegerField()),
        "likeness": TrigramWordSimilarity(wanted.text, Left("search_text", Value(200))),
    }


class RegionPlanQuerySet(models.QuerySet):
    def open(self) -> RegionPlanQuerySet:
        """Plans that wait for the province."""
        return self.filter(state="open")

    def for_content(self, fingerprint: str) -> RegionPlanQuerySet:
        """The plan made of one content of an edition, whatever became of it."""
        return self.filter(fingerprint=fingerprint)
