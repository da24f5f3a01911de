"""What a producer sees of the rounds its products are in: state, questions, own assessment. Reads only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import mandates_for
from accounts.states import Action
from registry.home_cards import HomeCard

from .models import Entrant, EvidenceRequest, Sheet
from .services.questions import may_still_answer
from .states import CLOSED_PHASES, EntrantState, Phase, SheetKind, SheetState

if TYPE_CHECKING:
    from accounts.models import User

PHASE_WORDS: dict[str, str | Promise] = {
    Phase.ENTRY: _("Entered in the round"),
    Phase.DOCUMENTS: _("Documents are being checked"),
    Phase.SAMPLES: _("Samples and visits"),
    Phase.SCORING: _("Being scored"),
    Phase.RAKOR: _("Before the panel (Rakor)"),
    Phase.CLOSED: _("Waits for the decree"),
    Phase.ESTABLISHED: _("Results are established"),
}


SHOWN_ON_HOME = 3


@dataclass(frozen=True)
class Line:
    """One own product in one round."""

    entrant: Entrant
    questions: list[EvidenceRequest]
    own: Sheet | None

    @property
    def state(self) -> str | Promise:
        if self.entrant.state == EntrantState.OUT:
            return _("Not in the round any more")
        return PHASE_WORDS[self.entrant.round.phase]

    @property
    def has_result_page(self) -> bool:
        return self.entrant.round.phase in CLOSED_PHASES and self.entrant.state != EntrantState.OUT

    @property
    def is_established(self) -> bool:
        return self.entrant.round.is_established

    @property
    def open_questions(self) -> list[EvidenceRequest]:
        return [row for row in self.questions if row.answered_at is None] if self.takes_answers else []

    @property
    def takes_answers(self) -> bool:
        return bool(may_still_answer(self.entrant.round))

    @property
    def assess_until(self) -> dt.date | None:
        """The day for the own assessment, while it is asked for."""
        round = self.entrant.round
        due = round.self_assessment_due_on
        asked = due is not None and due >= timezone.localdate() and round.phase not in CLOSED_PHASES
        return due if asked and self.entrant.state != EntrantState.OUT else None

    @property
    def own_is_sent(self) -> bool:
        return self.own is not None and self.own.state == SheetState.SUBMITTED


def lines_for(user: User) -> list[Line]:
    """The own products in rounds, the newest round first; three queries."""
    own = Sheet.objects.filter(kind=SheetKind.SELF).exclude(state=SheetState.VOID)
    rows = Entrant.objects.for_user(user, Action.EVALUATION_ANSWER).select_related("round").order_by("-round__year", "-round", "number")
    rows = rows.prefetch_related(
        Prefetch("requests", EvidenceRequest.objects.order_by("pk")), Prefetch("sheets", own, to_attr="own_sheets")
    )
    return [Line(entrant, list(entrant.requests.all()), next(iter(entrant.own_sheets), None)) for entrant in rows]


def home_card(user: User) -> HomeCard | None:
    """The card on the first page of the workspace for products in rounds: what is asked, and results; none and no query for others."""
    if not mandates_for(user, Action.EVALUATION_ANSWER):
        return None
    today, mine = timezone.localdate(), Entrant.objects.for_user(user, Action.EVALUATION_ANSWER).exclude(state=EntrantState.OUT)
    entered = list(mine.select_related("round").order_by("-round__year", "-round", "number"))
    if not entered:
        return None
    asked = EvidenceRequest.objects.filter(entrant__in=mine, answered_at=None).select_related("entrant__round").order_by("due_on")
    questions = [row for row in asked if may_still_answer(row.entrant.round)]
    sent = Sheet.objects.filter(entrant=OuterRef("pk"), kind=SheetKind.SELF, state=SheetState.SUBMITTED)
    waiting = mine.filter(~Exists(sent), round__self_assessment_due_on__gte=today).exclude(round__phase__in=CLOSED_PHASES)
    assess = list(waiting.select_related("round").order_by("round__self_assessment_due_on"))
    established = [entrant for entrant in entered if entrant.round.is_established][:SHOWN_ON_HOME]
    context = {"questions": questions, "assess": assess, "results": established, "today": today}
    return HomeCard("evaluations/workspace/card.html", context)
