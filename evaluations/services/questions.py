"""Questions of reviewers to a producer, and the producer's answers. The producer is never told who asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied, require
from common.text import check_length, clean_text
from evaluations import events, permissions, sheet_lock
from evaluations.errors import NotReady
from evaluations.models import Criterion, Entrant, EvidenceRequest, Round, Sheet
from evaluations.sheet_rubric import words_for
from evaluations.states import Phase
from registry import notices
from registry.services import images

if TYPE_CHECKING:
    from accounts.models import Mandate, User

LONGEST_QUESTION, LONGEST_ANSWER = 1000, 2000
MOST_PHOTOS = 6
OVER = Denied(_("Scoring has ended, so answers are not taken any more."))


@transaction.atomic
def ask_evidence(*, actor: User, sheet: Sheet, criterion_id: int, question: str, due_on: dt.date) -> EvidenceRequest:
    """Ask the producer for more evidence beside a criterion of the own sheet; the same open question twice is one.

    Raises Refused where the sheet may not be written, NotReady for an empty question or a due day that does not fit.
    """
    facts = sheet_lock.facts_of(sheet.key, actor, lock="share")
    if facts is None or facts.is_self:
        require(sheet_lock.NOT_YOURS)
        raise AssertionError  # unreachable: the line above refuses
    allowed = require(sheet_lock.may_write(actor, facts))
    text = check_length(clean_text(question), LONGEST_QUESTION)
    criterion = words_for(facts.instrument_id, facts.family).criteria.get(criterion_id)
    _check(facts, criterion, text, due_on)
    entrant = Entrant.objects.select_related("round", "product__producer").get(pk=facts.entrant_id)
    same = entrant.requests.filter(asked_by=actor, criterion=criterion, question=text, answered_at=None).first()
    mandate = allowed.mandate or permissions.reviewer_mandate(actor)
    return same or _ask(entrant, criterion, actor, mandate, text, due_on)


def _check(facts: sheet_lock.SheetFacts, criterion: Criterion | None, text: str, due_on: dt.date) -> None:
    if criterion is None:
        raise NotReady(_("This criterion is not asked of this product."))
    if not text:
        raise NotReady(_("Write what the producer should send."))
    if not timezone.localdate() <= due_on <= facts.scoring_closes_on:
        raise NotReady(_("Choose a day from today until the last day of scoring."))


def _ask(
    entrant: Entrant, criterion: Criterion | None, actor: User, mandate: Mandate | None, text: str, due_on: dt.date
) -> EvidenceRequest:
    made = EvidenceRequest.objects.create(entrant=entrant, criterion=criterion, asked_by=actor, question=text, due_on=due_on)
    detail = {"request": str(made.key), "criterion": criterion.code if criterion else ""}
    events.record(round=entrant.round, entrant=entrant, kind="evidence_asked", actor=actor, mandate=mandate, comment=text, detail=detail)
    people = notices.holders_of(entrant.product.producer)
    notices.tell(people, kind="evidence_asked", product=entrant.product, path=f"/ruang/penilaian/pertanyaan/{made.key}/")
    return made


def may_still_answer(round: Round) -> Answer:
    """Whether answers are still taken: until scoring ends (23.59 WITA of its last day), late or not."""
    if round.phase in (Phase.ENTRY, Phase.DOCUMENTS, Phase.SAMPLES):
        return Allowed()
    is_scoring = round.phase == Phase.SCORING and timezone.localdate() <= round.scoring_closes_on
    return Allowed() if is_scoring else OVER


@transaction.atomic
def answer_question(*, actor: User, request: EvidenceRequest, answer: str, receipts: Sequence[images.Receipt] = ()) -> EvidenceRequest:
    """Answer once, in words, with photos or both; after the due day too, until scoring ends.

    Receive the photos before (registry.services.images). Raises Refused, NotReady when answered before or empty.
    """
    round = Round.objects.select_for_update(of=("self",)).get(pk=request.entrant.round_id)
    row = EvidenceRequest.objects.select_for_update(of=("self",)).select_related("entrant__product", "asked_by").get(pk=request.pk)
    allowed = require(permissions.may_answer(actor, row.entrant))
    if row.answered_at is not None:
        raise NotReady(_("This question has been answered already."))
    require(may_still_answer(round))
    text = check_length(clean_text(answer), LONGEST_ANSWER)
    if not text and not receipts:
        raise NotReady(_("Write an answer or add a photo."))
    if len(receipts) > MOST_PHOTOS:
        raise NotReady(_("At most %(most)s photos fit one answer.") % {"most": MOST_PHOTOS})
    row.answer, row.answered_by, row.answered_at = text, actor, timezone.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    row.images.set([images.claim(actor=actor, receipt=receipt) for receipt in receipts])
    detail = {"request": str(row.key), "late": row.was_late}
    events.record(round=round, entrant=row.entrant, kind="evidence_answered", actor=actor, mandate=allowed.mandate, detail=detail)
    _tell_asker(row)
    return row


def _tell_asker(request: EvidenceRequest) -> None:
    """A notice to the reviewer who asked, unless a conflict hides the product from them by now."""
    sheet = Sheet.objects.reviews().filter(entrant=request.entrant_id, reviewer=request.asked_by_id).first()
    if sheet is not None and not permissions.has_conflict(request.asked_by, request.entrant):
        path = f"/penilaian/lembar/{sheet.key}/"
        notices.tell([request.asked_by], kind="evidence_answered", product=request.entrant.product, path=path)
