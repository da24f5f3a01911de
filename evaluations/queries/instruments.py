"""Reads of instruments and of the rubric of one family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Prefetch, Q

from accounts.models import User
from accounts.permissions import may_anywhere
from accounts.states import Action
from evaluations.states import InstrumentState

if TYPE_CHECKING:
    from evaluations.models import Instrument, Section


class InstrumentQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        """All of them for those who hold the right at all: an instrument belongs to no area. Drafts to their editors only."""
        if not may_anywhere(user, action):
            return self.none()
        return self if may_anywhere(user, Action.INSTRUMENT_EDIT) else self.exclude(state=InstrumentState.DRAFT)

    def in_force(self) -> Self:
        """Those a new round may use."""
        return self.filter(state=InstrumentState.PUBLISHED)

    def whole(self) -> Self:
        """With every part, in a constant number of queries."""
        from evaluations.models import PathRule, StarBand  # noqa: PLC0415 - models import this module

        return self.prefetch_related(
            "paths",
            "minimums",
            Prefetch("bands", queryset=StarBand.objects.select_related("path")),
            Prefetch("path_rules", queryset=PathRule.objects.select_related("path")),
            "sections__criteria__levels",
            "sections__criteria__evidence",
        )


def families_of(instrument: Instrument) -> list[str]:
    """The families an instrument has a part of their own for, in order."""
    seen = {section.family: None for section in instrument.sections.all() if section.family}
    return list(seen)


def sections_for(instrument: Instrument, family: str) -> list[Section]:
    """The sections a product of this family is judged by: the shared ones and its own, in order."""
    return [section for section in instrument.sections.all() if section.family in ("", family)]


def sections_q(family: str) -> Q:
    """The same as a filter over sections."""
    return Q(family__in=("", family))
