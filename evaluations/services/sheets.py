"""Writing, sending and reopening sheets. With services/panel.py the only writer of `Sheet.state`.

Locks: the round shared, then the sheet. Sending takes the round for itself, because it may bring one more reviewer.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Denied, Refused, require
from common.text import check_length, clean_text
from evaluations import events, permissions, scoring, sheet_lock
from evaluations.errors import Conflict, NotReady
from evaluations.models import AgendaItem, Criterion, Entrant, Level, Round, Score, Sheet
from evaluations.rubrics import rubric_of
from evaluations.sheet_lock import SheetFacts
from evaluations.sheet_rubric import asked_codes, words_for
from evaluations.states import AgendaReason, LevelEffect, SampleState, SheetOrigin, SheetState
from registry import notices

from . import draw

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_REMARK, LONGEST_ADVICE = 1000, 2000
OTHER_DEVICE = _("Another window or device has saved something else here meanwhile.")

_UPSERT = """
INSERT INTO evaluations_score AS old (sheet_id, criterion_id, level_id, comment, version, saved_at)
VALUES (%(sheet)s, %(criterion)s, %(level)s, %(comment)s, 1, %(now)s)
ON CONFLICT (sheet_id, criterion_id) DO UPDATE
SET level_id = COALESCE(EXCLUDED.level_id, old.level_id), comment = EXCLUDED.comment,
    version = old.version + 1, saved_at = EXCLUDED.saved_at
WHERE old.version = %(base)s
  AND (COALESCE(EXCLUDED.level_id, old.level_id), EXCLUDED.comment) IS DISTINCT FROM (old.level_id, old.comment)
RETURNING version
"""


@dataclass(frozen=True)
class Typed:
    """What one save says of one criterion; no level means that none is said."""

    level_id: int | None
    comment: str


@transaction.atomic
def save_score(*, actor: User, key: uuid.UUID, criterion_id: int, level_id: int | None, comment: str, base: int) -> int:
    """Save level and remark of one criterion over version `base` (0: nothing saved yet); returns the version that stands.

    The same value again is no change, however late it comes; another value over an older version never overwrites:
    Conflict with `current` (a Score) and `typed`. Raises Refused where the sheet takes no score from this person now,
    NotReady for a criterion that is not asked of this product or a level that is not its own.
    """
    sheet = _writable(actor, key)
    typed = Typed(level_id, check_length(clean_text(comment), LONGEST_REMARK))
    _check_choice(sheet, criterion_id, level_id)
    now = timezone.now()
    with connection.cursor() as cursor:
        values = {"sheet": sheet.id, "criterion": criterion_id, "level": level_id, "comment": typed.comment, "base": base, "now": now}
        cursor.execute(_UPSERT, values)
        row = cursor.fetchone()
    version: int = row[0] if row else _standing(sheet, criterion_id, typed)
    if sheet.untouched:
        Sheet.objects.filter(pk=sheet.id).update(touched_at=now)
    return version


def _writable(actor: User, key: uuid.UUID, lock: str = "share") -> SheetFacts:
    sheet = sheet_lock.facts_of(key, actor, lock=lock)
    if sheet is None:
        raise Refused(sheet_lock.NOT_YOURS)
    require(sheet_lock.may_write(actor, sheet))
    return sheet


def _check_choice(sheet: SheetFacts, criterion_id: int, level_id: int | None) -> None:
    words = words_for(sheet.instrument_id, sheet.family)
    criterion = words.criteria.get(criterion_id)
    asked = asked_codes(sheet.instrument_id, sheet.family, sheet.facts, has_sample=sheet.has_sample)
    if criterion is None or criterion.code not in asked:
        raise NotReady(_("This criterion is not asked of this product."))
    if level_id is not None and words.level_of(criterion, level_id) is None:
        raise NotReady(_("This level belongs to another criterion."))


def _standing(sheet: SheetFacts, criterion_id: int, typed: Typed) -> int:
    """The version that stands where the save changed nothing; Conflict when what stands is something else."""
    score = Score.objects.select_related("level").get(sheet=sheet.id, criterion=criterion_id)
    if (typed.level_id or score.level_id, typed.comment) == (score.level_id, score.comment):
        return score.version
    raise Conflict(OTHER_DEVICE, current=score, typed=typed)


@transaction.atomic
def save_comment(*, actor: User, key: uuid.UUID, comment: str, base: int) -> int:
    """Save the advice to the producer over version `base`; same rules as `save_score`."""
    sheet = _writable(actor, key)
    text = check_length(clean_text(comment), LONGEST_ADVICE)
    if text == sheet.comment:
        return sheet.comment_version
    if base != sheet.comment_version:
        raise Conflict(OTHER_DEVICE, current=sheet, typed=text)
    touched = {"touched_at": timezone.now()} if sheet.untouched else {}
    Sheet.objects.filter(pk=sheet.id).update(comment=text, comment_version=base + 1, **touched)
    return base + 1


# --- completeness ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """What is lacking before a sheet can be sent: a level, or a remark that says which required evidence was seen."""

    section: str
    criterion: Criterion
    is_level: bool

    @property
    def words(self) -> str:
        lacks = _("no level chosen yet") if self.is_level else _("write in the remark which evidence you saw")
        return f"{self.criterion}: {lacks}"


def missing_in(sheet: SheetFacts, scores: dict[int, Score]) -> list[Missing]:
    """What a sheet lacks, in the order of the instrument; `scores` by criterion.

    Above the lowest level, required evidence has to be named; so has the reason of a level that knocks out. A producer
    assessing itself only chooses levels.
    """
    words = words_for(sheet.instrument_id, sheet.family)
    asked = asked_codes(sheet.instrument_id, sheet.family, sheet.facts, has_sample=sheet.has_sample)
    found: list[Missing] = []
    for section in words.sections:
        for criterion in section.criteria.all():
            score = scores.get(criterion.pk)
            if criterion.code not in asked:
                continue
            if score is None or score.level_id is None:
                found.append(Missing(section.code, criterion, is_level=True))
            elif not sheet.is_self and not score.comment and needs_remark(criterion, words.levels[score.level_id]):
                found.append(Missing(section.code, criterion, is_level=False))
    return found


def needs_remark(criterion: Criterion, level: Level) -> bool:
    """Whether a chosen level has to be explained."""
    if level.effect == LevelEffect.DISQUALIFY:
        return True
    return level.position > 1 and any(row.is_required for row in criterion.evidence.all())


def scores_of(sheet_id: int) -> dict[int, Score]:
    """The scores of a sheet by criterion."""
    return {score.criterion_id: score for score in Score.objects.filter(sheet=sheet_id)}


# --- sending --------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit_sheet(*, actor: User, key: uuid.UUID) -> Sheet:
    """Send a complete sheet; sent twice is sent once. NotReady lists what is missing in `needs`, Refused says why not now."""
    sheet = sheet_lock.facts_of(key, actor, lock="update")
    if sheet is None:
        raise Refused(sheet_lock.NOT_YOURS)
    if sheet.state == SheetState.SUBMITTED and sheet_lock.may_open(actor, sheet):
        return _row(sheet)
    allowed = require(sheet_lock.may_write(actor, sheet))
    scores = scores_of(sheet.id)
    missing = missing_in(sheet, scores)
    if missing:
        raise NotReady(_("The sheet is not complete yet."), needs=missing)
    row = _move(sheet, SheetState.SUBMITTED)
    _log(row, "sheet_sent", actor, allowed)
    if not sheet.is_self:
        _note_knock_outs(row, sheet, scores, actor)
        on_sent(entrant=row.entrant, actor=actor)
    return row


def _row(sheet: SheetFacts) -> Sheet:
    return Sheet.objects.select_related("entrant__round").get(pk=sheet.id)


def _move(sheet: SheetFacts, state: str) -> Sheet:
    """Write the state of a sheet whose row is locked."""
    row = _row(sheet)
    row.state, row.lock_version = state, row.lock_version + 1
    row.submitted_at = timezone.now() if state == SheetState.SUBMITTED else None
    row.save(update_fields=["state", "lock_version", "submitted_at"])
    return row


def _log(row: Sheet, kind: str, actor: User, allowed: Allowed) -> None:
    mandate = allowed.mandate or permissions.reviewer_mandate(actor)
    detail = {"sheet": str(row.key), "kind": row.kind, "is_paper": row.is_paper, "reviewer": row.reviewer_id}
    events.record(round=row.entrant.round, entrant=row.entrant, kind=kind, actor=actor, mandate=mandate, detail=detail)


@transaction.atomic
def reopen_sheet(*, actor: User, key: uuid.UUID) -> Sheet:
    """Take a sent sheet back to change it, until the round closes. Raises Refused, NotReady once the panel has decided."""
    sheet = sheet_lock.facts_of(key, actor, lock="update")
    if sheet is None:
        raise Refused(sheet_lock.NOT_YOURS)
    allowed = require(sheet_lock.may_open(actor, sheet))
    if sheet.state != SheetState.SUBMITTED:
        return _row(sheet)
    require(permission_to_reopen(sheet))
    row = _move(sheet, SheetState.OPEN)
    _log(row, "sheet_reopened", actor, allowed)
    return row


def permission_to_reopen(sheet: SheetFacts) -> Allowed | Denied:
    """Whether a sent sheet may still be opened again."""
    if not sheet.is_self and sheet.conflicted:
        return permissions.CONFLICT
    if Entrant.objects.filter(pk=sheet.entrant_id, decision__isnull=False).exists() and not sheet.is_self:
        return Denied(_("The panel has decided on this product, so its sheets stay as they are."))
    return sheet_lock.is_open(sheet)


# --- what follows from a sent sheet ---------------------------------------------------------------------------------


def _note_knock_outs(row: Sheet, sheet: SheetFacts, scores: dict[int, Score], actor: User) -> None:
    levels = words_for(sheet.instrument_id, sheet.family).levels
    out = [score for score in scores.values() if score.level_id and levels[score.level_id].effect == LevelEffect.DISQUALIFY]
    if out:
        _put_on_agenda(row.entrant, AgendaReason.KNOCKOUT, actor)


def _put_on_agenda(entrant: Entrant, reason: str, actor: User) -> None:
    _item, made = AgendaItem.objects.get_or_create(entrant=entrant, reason=reason)
    if made:
        events.record(round=entrant.round, entrant=entrant, kind="on_agenda", actor=actor, detail={"reason": reason})


def on_sent(*, entrant: Entrant, actor: User) -> None:
    """Once every sheet first drawn is sent, sheets far apart bring one more reviewer and put the product on the agenda."""
    sheets = list(entrant.sheets.reviews().prefetch_related("scores__level", "scores__criterion"))
    first = [sheet for sheet in sheets if sheet.origin != SheetOrigin.EXTRA]
    if any(sheet.state != SheetState.SUBMITTED for sheet in first):
        return
    sent = [as_input(sheet) for sheet in sheets if sheet.state == SheetState.SUBMITTED]
    if scoring.spread(rubric_of(entrant), sent, circumstances(entrant)) > entrant.round.spread_threshold:
        _put_on_agenda(entrant, AgendaReason.SPREAD, actor)
        add_extra_reviewer(entrant=entrant, actor=actor)


def as_input(sheet: Sheet) -> scoring.SheetInput:
    """A sheet for the arithmetic; load `scores__level` and `scores__criterion` first."""
    choices = {score.criterion.code: score.level.position for score in sheet.scores.all() if score.level}
    return scoring.SheetInput(sheet.origin, choices)


def circumstances(entrant: Entrant) -> scoring.Circumstances:
    """The answers to `applies_if`, and whether the sample came."""
    sample = getattr(entrant, "sample", None)
    return scoring.Circumstances(entrant.facts, has_sample=sample is not None and sample.state == SampleState.RECEIVED)


def add_extra_reviewer(*, entrant: Entrant, actor: User) -> Sheet | None:
    """One more reviewer, free of conflicts and with the least to do; none for a common sample product, which all score.

    Once a product; None where nobody is free (the agenda says so by itself: the product waits there).
    """
    if entrant.is_calibration or entrant.sheets.reviews().filter(origin=SheetOrigin.EXTRA).exists():
        return None
    made = draw.add_reviewer(entrant=entrant, actor=actor)
    if made is not None:
        notices.tell([made.reviewer], kind="sheet_given", product=entrant.product, path=f"/penilaian/lembar/{made.key}/")
    return made


# --- self-assessment ------------------------------------------------------------------------------------------------


@transaction.atomic
def start_self_assessment(*, actor: User, entrant: Entrant) -> Sheet:
    """The producer's own sheet for its product, made at the first asking. Raises Refused, NotReady when it is not asked."""
    round = Round.objects.select_for_update(of=("self",)).get(pk=entrant.round_id)
    row = Entrant.objects.select_for_update(of=("self",)).select_related("round").get(pk=entrant.pk)
    require(permissions.may_answer(actor, row))
    found = row.sheets.filter(kind="self").exclude(state=SheetState.VOID).first()
    if found is not None:
        return found
    if round.self_assessment_due_on is None or timezone.localdate() > round.self_assessment_due_on:
        raise NotReady(sheet_lock.SELF_OVER.reason)
    return Sheet.objects.create(entrant=row, reviewer=actor, kind="self", origin=SheetOrigin.SELF)
