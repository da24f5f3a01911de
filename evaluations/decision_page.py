"""What lies before the panel for one product: the sent sheets side by side, what each method would give, and why not.

Names are shown only where the round is not blind, because this page is often shown to the whole room. Who has a sheet
of the product still to send sees no sheet of others, so that nothing anchors them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Allowed, Answer, Denied

from . import permissions, scoring
from .models import ConsensusScore, Criterion, Decision, Entrant, Level, Score, Section, Sheet
from .rubrics import rubric_of
from .services.sheets import as_input, circumstances
from .sheet_page import plain
from .sheet_rubric import RubricWords, words_for
from .states import CLOSED_PHASES, DecisionMethod, LevelEffect, SeesOthers, SheetOrigin, SheetState

if TYPE_CHECKING:
    from accounts.models import User

OWN_FIRST = Denied(gettext_lazy("Send your own sheet of this product first, or step back. Then you see the sheets of the others."))
NEVER = Denied(gettext_lazy("In this round members do not see the sheets of others before the results."))


def sees_sheets(user: User, entrant: Entrant) -> Answer:
    """Whether the person sees the sheets of this product now, by the rule of the round."""
    own = entrant.sheets.reviews().filter(reviewer=user.pk).first()
    if entrant.round.phase in CLOSED_PHASES or entrant.round.sees_others == SeesOthers.ALWAYS:
        return Allowed()
    if own is not None and own.state == SheetState.OPEN:
        return OWN_FIRST
    if permissions.may_run(user, entrant.round):
        return Allowed()
    sent = own is not None and entrant.round.sees_others == SeesOthers.AFTER_OWN
    return Allowed() if sent else NEVER


@dataclass(frozen=True)
class Column:
    """One sent sheet: whose (or a number), how it came about, its points."""

    name: str
    sheet: Sheet
    total: Decimal
    sections: dict[str, Decimal]
    scores: dict[int, Score]


@dataclass(frozen=True)
class Cell:
    """What one sheet says of one criterion."""

    column: Column
    level: Level | None
    points: Decimal | None
    comment: str


@dataclass
class Choice:
    """One level to agree on, with who chose it."""

    level: Level
    points: Decimal
    chosen_by: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One criterion across the sheets; `agreed` is the position chosen for the consensus."""

    criterion: Criterion
    cells: list[Cell]
    choices: list[Choice]
    agreed: int | None

    @property
    def differs(self) -> bool:
        return len({cell.level.pk for cell in self.cells if cell.level}) > 1


@dataclass(frozen=True)
class Block:
    """One section with its criteria."""

    section: Section
    points: list[tuple[Column, Decimal]]
    rows: list[Row]


class DecisionPage:
    """One product as one person sees it now; `typed` are the levels of a consensus not saved yet."""

    def __init__(self, user: User, entrant: Entrant, typed: Mapping[str, int] | None = None):
        self.user, self.entrant, self.typed = user, entrant, typed
        self.rubric, self.about = rubric_of(entrant), circumstances(entrant)

    @cached_property
    def seen(self) -> Answer:
        return sees_sheets(self.user, self.entrant)

    @cached_property
    def decision(self) -> Decision | None:
        return Decision.objects.filter(entrant=self.entrant).select_related("meeting", "decided_by").first()

    @cached_property
    def sheets(self) -> list[Sheet]:
        rows = self.entrant.sheets.counted().select_related("reviewer").order_by("key")
        return list(rows.prefetch_related("scores__level", "scores__criterion"))

    @cached_property
    def inputs(self) -> list[scoring.SheetInput]:
        return [as_input(sheet) for sheet in self.sheets]

    @cached_property
    def columns(self) -> list[Column]:
        """The sheets in an order that tells nothing; none for whoever may not see them."""
        if not self.seen:
            return []
        rows = zip(self.sheets, self.inputs, strict=True)
        return [self._column(number, sheet, one) for number, (sheet, one) in enumerate(rows, start=1)]

    def _column(self, number: int, sheet: Sheet, one: scoring.SheetInput) -> Column:
        points = scoring.sheet_points(self.rubric, one.choices, self.about)
        name = _("Reviewer %(number)s") % {"number": number} if self.entrant.round.is_blind else str(sheet.reviewer)
        if sheet.reviewer_id == self.user.pk:
            name = _("%(name)s (you)") % {"name": name}
        sections = {code: scoring.round_half_up(value) for code, value in points.sections.items()}
        return Column(name, sheet, scoring.round_half_up(points.total), sections, {s.criterion_id: s for s in sheet.scores.all()})

    @property
    def spread(self) -> Decimal:
        return scoring.round_half_up(scoring.spread(self.rubric, self.inputs, self.about))

    @property
    def is_far(self) -> bool:
        return scoring.spread(self.rubric, self.inputs, self.about) > self.entrant.round.spread_threshold

    @cached_property
    def knock_outs(self) -> list[str]:
        """Criteria where somebody chose a level that knocks the product out, in words."""
        chosen = {code for one in self.inputs for code in scoring.sheet_points(self.rubric, one.choices, self.about).knock_outs}
        return [f"{row.code} {row.name}" for row in self.words.criteria.values() if row.code in chosen]

    @property
    def may_knock_out(self) -> bool:
        """Whether a knock-out can come up at all: chosen by somebody, or a level the panel could agree on."""
        effects = {level.effect for code in self.asked for level in self.by_code[code].levels.all()}
        return bool(self.knock_outs) or LevelEffect.DISQUALIFY in effects

    def result_of(self, method: str) -> Decimal | None:
        """The points a method would give now; none where it gives none or the sheets are not shown."""
        fits = [one for one in self.inputs if method != DecisionMethod.KEEP or one.origin != SheetOrigin.EXTRA]
        if not self.seen or not fits or method == DecisionMethod.CONSENSUS:
            return None
        return scoring.round_half_up(scoring.combine(self.rubric, self.inputs, self.about, method).total)

    # --- criterion by criterion

    @cached_property
    def words(self) -> RubricWords:
        return words_for(self.entrant.instrument_id, self.entrant.family)

    @cached_property
    def by_code(self) -> dict[str, Criterion]:
        return {row.code: row for row in self.words.criteria.values()}

    @cached_property
    def asked(self) -> list[str]:
        return [one.code for one in scoring.asked(self.rubric, self.about)]

    @cached_property
    def agreed(self) -> Mapping[str, int]:
        """What was typed, else the consensus on record, else what all sheets say alike."""
        if self.typed is not None:
            return self.typed
        rows = ConsensusScore.objects.filter(decision__entrant=self.entrant).values_list("criterion__code", "level__position")
        return dict(rows) or self._alike()

    def _alike(self) -> dict[str, int]:
        if not self.seen or not self.inputs:
            return {}
        first, *others = (one.choices for one in self.inputs)
        return {code: first[code] for code in self.asked if code in first and all(one.get(code) == first[code] for one in others)}

    def blocks(self) -> list[Block]:
        """Every section with the criteria this product is asked."""
        found = []
        for section in self.words.sections:
            rows = [self._row(criterion) for criterion in section.criteria.all() if criterion.code in self.asked]
            points = [(column, column.sections[section.code]) for column in self.columns]
            found.append(Block(section, points, rows))
        return [block for block in found if block.rows]

    def _row(self, criterion: Criterion) -> Row:
        values = {level.pk: plain(level.points * criterion.weight) for level in criterion.levels.all()}
        cells = [self._cell(column, criterion, values) for column in self.columns]
        choices = [
            Choice(level, values[level.pk], [cell.column.name for cell in cells if cell.level and cell.level.pk == level.pk])
            for level in criterion.levels.all()
        ]
        return Row(criterion, cells, choices, self.agreed.get(criterion.code))

    def _cell(self, column: Column, criterion: Criterion, values: Mapping[int, Decimal]) -> Cell:
        score = column.scores.get(criterion.pk)
        level = score.level if score else None
        return Cell(column, level, values[level.pk] if level else None, score.comment if score else "")


def veil_of(page: DecisionPage) -> str | Promise:
    """Why the sheets are not shown; nothing where they are."""
    return page.seen.reason if isinstance(page.seen, Denied) else ""
