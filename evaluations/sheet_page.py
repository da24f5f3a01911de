"""What a score sheet shows: sections, criteria with their evidence, what is filled in and what is missing. Reads only.

Points of sections are computed here from what is saved; there is no total and no star anywhere on a sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Answer
from registry import presentation, showcase
from registry.permits import Validity, validity

from . import scoring, sheet_lock
from .models import EvidenceRequest, Sheet, Visit
from .precedent import Precedent, precedents
from .rubrics import published_rubric
from .services.sheets import Missing, missing_in, scores_of
from .sheet_rubric import RubricWords, asked_codes, words_for
from .states import AppliesIf, EvidenceKind, JudgedBy, SheetState

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Criterion, CriterionEvidence, Level, Score, Section

# What of the frozen version stands beside the sheet; contacts are not for reviewers.
FIELDS = ("summary", "maker", "variants", "raw_material", "raw_material_origin", "months", "capacity", "story")
NOT_ASKED: dict[str, str | Promise] = {
    AppliesIf.HAS_STORY: _("Not asked: the product has no story."),
    AppliesIf.IS_FOOD: _("Not asked: the product is neither food nor drink."),
    AppliesIf.HAS_PERMITS_REQUIRED: _("Not asked: no permit is compulsory for this product."),
    AppliesIf.HAS_SEASONS: _("Not asked: the product is made all year round."),
    AppliesIf.IS_GROUP: _("Not asked: no group makes this product."),
}


def plain(value: Fraction | Decimal) -> Decimal:
    """Points for the screen, rounded half up to two decimals, without needless zeros."""
    rounded = scoring.round_half_up(Fraction(value)).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral() else rounded


@dataclass(frozen=True)
class Evidence:
    """One thing a reviewer should find, and what the product's data hold of it."""

    row: CriterionEvidence
    photos: list[dict[str, Any]]
    permits: list[tuple[str, Validity]]
    link: str = ""

    @property
    def is_there(self) -> bool:
        return bool(self.photos or self.permits or self.link)


@dataclass(frozen=True)
class LevelView:
    level: Level
    points: Decimal


@dataclass(frozen=True)
class TwoValues:
    """What another window saved, beside what was typed here."""

    stored_level: str
    stored_comment: str
    typed_level: str
    typed_comment: str


@dataclass
class CriterionView:
    """One criterion with its levels, what is saved, and what helps to judge it. `why_not` says why it is not asked."""

    criterion: Criterion
    levels: list[LevelView]
    why_not: str | Promise = ""
    level_id: int | None = None
    comment: str = ""
    version: int = 0
    evidence: list[Evidence] = field(default_factory=list)
    requests: list[EvidenceRequest] = field(default_factory=list)
    precedent: Precedent | None = None
    two_values: TwoValues | None = None

    @property
    def is_visit(self) -> bool:
        return self.criterion.judged_by == JudgedBy.VISIT

    @property
    def is_sample(self) -> bool:
        return self.criterion.judged_by == JudgedBy.SAMPLE

    @property
    def my_precedent(self) -> list[tuple[str, int]]:
        return self.precedent.told(self.criterion, self.precedent.mine) if self.precedent else []

    @property
    def panel_precedent(self) -> list[tuple[str, int]]:
        return self.precedent.told(self.criterion, self.precedent.panel) if self.precedent else []


@dataclass(frozen=True)
class SectionLine:
    """One section in the list: how much of it is filled in, and its points so far."""

    section: Section
    filled: int
    asked: int
    points: Decimal
    most: Decimal

    @property
    def is_done(self) -> bool:
        return self.filled == self.asked


class SheetPage:
    """One sheet as one person sees it now."""

    def __init__(self, user: User, sheet: Sheet):
        self.user, self.sheet, self.entrant, self.round = user, sheet, sheet.entrant, sheet.entrant.round
        facts = sheet_lock.facts_of(sheet.key, user)
        assert facts is not None  # noqa: S101 - the row was just read
        self.facts = facts

    @cached_property
    def writable(self) -> Answer:
        return sheet_lock.may_write(self.user, self.facts)

    @cached_property
    def scores(self) -> dict[int, Score]:
        return scores_of(self.sheet.pk)

    @cached_property
    def words(self) -> RubricWords:
        return words_for(self.entrant.instrument_id, self.entrant.family)

    @cached_property
    def asked(self) -> frozenset[str]:
        return asked_codes(self.entrant.instrument_id, self.entrant.family, self.entrant.facts, has_sample=self.facts.has_sample)

    @cached_property
    def missing(self) -> list[Missing]:
        return missing_in(self.facts, self.scores)

    @property
    def is_sent(self) -> bool:
        return self.sheet.state == SheetState.SUBMITTED

    @property
    def may_compare(self) -> bool:
        """A common sample product shows the group once the own sheet is sent."""
        return self.is_sent and self.entrant.is_calibration and not self.facts.is_self

    @cached_property
    def lines(self) -> list[SectionLine]:
        rubric = published_rubric(self.entrant.instrument_id, self.entrant.family)
        about = scoring.Circumstances(self.entrant.facts, self.facts.has_sample)
        levels = self.words.levels
        choices = {self.words.criteria[pk].code: levels[s.level_id].position for pk, s in self.scores.items() if s.level_id}
        rows = zip(self.words.sections, rubric.sections, strict=True)
        return [self._line(section, plain(scoring.section_points(rubric, rule, choices, about)), choices) for section, rule in rows]

    def _line(self, section: Section, points: Decimal, choices: dict[str, int]) -> SectionLine:
        codes = {criterion.code for criterion in section.criteria.all()} & self.asked
        return SectionLine(section, len(codes & set(choices)), len(codes), points, plain(section.points))

    @property
    def filled(self) -> int:
        return sum(line.filled for line in self.lines)

    @property
    def asked_count(self) -> int:
        return sum(line.asked for line in self.lines)

    @property
    def percent(self) -> int:
        return 100 * self.filled // self.asked_count if self.asked_count else 100

    @property
    def next_section(self) -> Section | None:
        """The first section with something to do."""
        open_codes = [missing.section for missing in self.missing]
        return next((section for section in self.words.sections if section.code in open_codes), None)

    # --- the product beside the sheet

    @property
    def snapshot(self) -> dict[str, Any]:
        return self.entrant.version.snapshot

    @property
    def photos(self) -> list[dict[str, Any]]:
        return self.snapshot["photos"]

    @cached_property
    def permits(self) -> list[tuple[str, Validity]]:
        return [(" ".join(presentation.display("permit", row).lines[:1]), validity(row)) for row in self.snapshot["permits"]]

    @property
    def product_facts(self) -> list[tuple[str, list[str]]]:
        rows = [(presentation.label(name), presentation.display(name, self.snapshot.get(name)).lines) for name in FIELDS]
        return [(label, lines) for label, lines in rows if lines]

    @property
    def shares(self) -> list[showcase.Share]:
        return showcase.shares({"chain": self.snapshot["chain"], "shares_public": True})

    @cached_property
    def visits(self) -> list[Visit]:
        return list(self.entrant.visits.prefetch_related("images"))

    @cached_property
    def requests(self) -> list[EvidenceRequest]:
        """Questions to the producer and the answers; who asked is told to nobody."""
        return list(self.entrant.requests.prefetch_related("images"))

    @property
    def general_requests(self) -> list[EvidenceRequest]:
        return [row for row in self.requests if row.criterion_id is None]

    # --- one section

    def section(self, code: str) -> Section | None:
        return next((section for section in self.words.sections if section.code == code), None)

    def criteria(self, section: Section) -> list[CriterionView]:
        """The criteria of one section with all that stands beside them."""
        told = {} if self.facts.is_self else precedents(self.user, self.sheet, section)
        return [self._criterion(row, told.get(row.pk)) for row in section.criteria.all()]

    def _criterion(self, row: Criterion, precedent: Precedent | None) -> CriterionView:
        weight = Fraction(row.weight)
        levels = [LevelView(level, plain(Fraction(level.points) * weight)) for level in row.levels.all()]
        view = CriterionView(row, levels, self._why_not(row), precedent=precedent)
        score = self.scores.get(row.pk)
        if score:
            view.level_id, view.comment, view.version = score.level_id, score.comment, score.version
        view.evidence = [self._evidence(one) for one in row.evidence.all()]
        view.requests = [one for one in self.requests if one.criterion_id == row.pk] if not self.facts.is_self else []
        return view

    def _why_not(self, row: Criterion) -> str | Promise:
        if row.code in self.asked:
            return ""
        if row.applies_if and not self.entrant.facts.get(row.applies_if, False):
            return NOT_ASKED[row.applies_if]
        rule = self.words.instrument.unassessable_note or self.words.instrument.get_unassessable_display()
        return _("Cannot be judged: no sample was received. %(rule)s") % {"rule": rule}

    def _evidence(self, row: CriterionEvidence) -> Evidence:
        photos = self.photos[:2] if row.kind == EvidenceKind.PHOTO else []
        permits = self.permits if row.kind == EvidenceKind.PERMIT else []
        link = self.snapshot.get("source_url") or "" if row.kind == EvidenceKind.LINK else ""
        return Evidence(row, photos, permits, link)
