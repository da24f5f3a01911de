"""What decides whether a sheet may be written, read under locks in one query, so that saving one choice stays cheap.

The answers name no mandate; what is logged looks for it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate
from accounts.permissions import Allowed, Answer, Denied, may
from accounts.states import Action, roles_with

from . import permissions
from .models import Round
from .states import CLOSED_PHASES, EntrantState, SheetKind, SheetState

if TYPE_CHECKING:
    from accounts.models import User

NOT_YOURS = Denied(_("This sheet is not yours."))
CALIBRATION_FIRST = Denied(_("Send the sheets of the common sample products first. The others open after that."))
SELF_OVER = Denied(_("The day for your own assessment has passed."))
GONE = {
    "withdrawn": _("The product was withdrawn from the catalogue. Its sheet takes no more scores."),
    "suspended": _("The product is suspended. Its sheet takes no more scores for now."),
    "ceased": _("The product is no longer made. Its sheet takes no more scores."),
}

# The round is held against a chair who closes it, then the sheet against a second tab: always in this order.
_QUERY = """
SELECT s.id, s.key, s.kind, s.state, s.state_reason, s.reviewer_id, s.is_paper, s.touched_at IS NULL AS untouched, s.comment,
       s.comment_version, e.id AS entrant_id, e.instrument_id, e.family, e.facts, e.state AS entrant_state, e.region_code, e.pillar,
       e.producer_code, e.is_calibration, r.id AS round_id, r.phase, r.scoring_opens_on, r.scoring_closes_on, r.self_assessment_due_on,
       (SELECT c.state FROM registry_catalogueentry c WHERE c.product_id = e.product_id) AS entry_state,
       EXISTS (SELECT 1 FROM evaluations_conflict x WHERE x.entrant_id = e.id AND x.user_id IN (s.reviewer_id, %s)) AS conflicted,
       EXISTS (SELECT 1 FROM evaluations_panelmember m
               WHERE m.round_id = r.id AND m.user_id = s.reviewer_id AND m.ended_at IS NULL) AS seated,
       {in_office} AS in_office,
       EXISTS (SELECT 1 FROM evaluations_sample a WHERE a.entrant_id = e.id AND a.state = 'received') AS has_sample,
       NOT e.is_calibration AND EXISTS (
           SELECT 1 FROM evaluations_sheet o JOIN evaluations_entrant oe ON oe.id = o.entrant_id
           WHERE oe.round_id = r.id AND oe.is_calibration AND oe.state <> 'out'
             AND o.reviewer_id = s.reviewer_id AND o.kind = 'review' AND o.state = 'open'
       ) AS calibration_first
FROM evaluations_sheet s
JOIN evaluations_entrant e ON e.id = s.entrant_id
JOIN evaluations_round r ON r.id = e.round_id
WHERE s.key = %s
"""
_ACTOR = -1  # stands for the person in the statement that is made once a day
_LOCKS = {"": "", "share": "FOR SHARE OF r FOR UPDATE OF s", "update": "FOR UPDATE OF r FOR UPDATE OF s"}


@dataclass(frozen=True)
class SheetFacts:
    """One sheet with its product and round, as they stand now."""

    id: int
    key: uuid.UUID
    kind: str
    state: str
    state_reason: str
    reviewer_id: int
    is_paper: bool
    untouched: bool
    comment: str
    comment_version: int
    entrant_id: int
    instrument_id: int
    family: str
    facts: dict[str, bool]
    entrant_state: str
    region_code: str
    pillar: str
    producer_code: str
    is_calibration: bool
    round_id: int
    phase: str
    scoring_opens_on: dt.date
    scoring_closes_on: dt.date
    self_assessment_due_on: dt.date | None
    entry_state: str | None
    conflicted: bool
    seated: bool
    in_office: bool
    has_sample: bool
    calibration_first: bool

    @property
    def is_self(self) -> bool:
        return self.kind == SheetKind.SELF


@lru_cache(maxsize=2)
def _statement(day: dt.date) -> tuple[str, tuple[Any, ...]]:
    """The query of one WITA day: the rule of current mandates is the accounts' own, asked in the same query."""
    mandates = Mandate.objects.current(day).filter(role__in=roles_with(Action.ASSESS), user=_ACTOR)
    sql, params = mandates.order_by().values("pk").query.sql_with_params()
    return _QUERY.format(in_office=f"EXISTS ({sql})"), params


def facts_of(key: uuid.UUID, actor: User, *, lock: str = "") -> SheetFacts | None:
    """The facts of a sheet; `lock` is "share" (round shared, sheet mine), "update" (both mine) or nothing."""
    sql, params = _statement(timezone.localdate())
    mandates = [actor.pk if one == _ACTOR else one for one in params]
    with connection.cursor() as cursor:
        cursor.execute(sql + _LOCKS[lock], [actor.pk, *mandates, key])
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return None if row is None else SheetFacts(**_read(dict(zip(names, row, strict=True))))


def _read(row: dict[str, Any]) -> dict[str, Any]:
    if isinstance(row["facts"], str):
        row["facts"] = json.loads(row["facts"])
    if isinstance(row["key"], str):
        row["key"] = uuid.UUID(row["key"])
    return row


def may_open(actor: User, sheet: SheetFacts) -> Answer:
    """Whether the person may work on this sheet at all: the own one, a paper one of a round they run, or the producer's."""
    if sheet.is_self:
        code, pillar, unit = sheet.region_code, sheet.pillar, sheet.producer_code
        return may(actor, Action.EVALUATION_ANSWER, region_code=code, pillar=pillar, unit_code=unit) or NOT_YOURS
    if sheet.reviewer_id == actor.pk:
        return Allowed() if sheet.in_office and sheet.seated else permissions.NO_MANDATE
    if not sheet.is_paper:
        return NOT_YOURS
    return permissions.may_run(actor, Round(pk=sheet.round_id))


def is_open(sheet: SheetFacts) -> Answer:
    """Whether the round and the product still take answers, whoever writes and whether the sheet was sent or not."""
    if sheet.entrant_state == EntrantState.OUT:
        return Denied(_("The product is out of the round. Its sheet takes no more scores."))
    if sheet.entry_state in GONE:
        return Denied(GONE[sheet.entry_state])
    if sheet.is_self:
        return _is_self_open(sheet)
    return permissions.scoring_open(_round_of(sheet))


def _round_of(sheet: SheetFacts) -> Round:
    return Round(phase=sheet.phase, scoring_opens_on=sheet.scoring_opens_on, scoring_closes_on=sheet.scoring_closes_on)


def _is_self_open(sheet: SheetFacts) -> Answer:
    due = sheet.self_assessment_due_on
    if due is None or timezone.localdate() > due:
        return SELF_OVER
    return SELF_OVER if sheet.phase in CLOSED_PHASES else Allowed()


def may_write(actor: User, sheet: SheetFacts) -> Answer:
    """Whether the person may change this sheet now; the first reason that stands against it otherwise."""
    answer = may_open(actor, sheet)
    if not answer:
        return answer
    if sheet.state == SheetState.VOID:
        return Denied(_("This sheet does not count any more: %(reason)s") % {"reason": sheet.state_reason})
    if not sheet.is_self and sheet.conflicted:
        return permissions.CONFLICT
    if not sheet.is_self and sheet.calibration_first:
        return CALIBRATION_FIRST
    open_now = is_open(sheet)
    if not open_now:
        return open_now
    return permissions.ALREADY_SENT if sheet.state == SheetState.SUBMITTED else answer
