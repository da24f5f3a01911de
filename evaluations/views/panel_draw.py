"""The draw of a round: what it would give, what is short, and the button."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.permissions import Refused
from common.numbers import sent_number
from evaluations.draw_plan import Plan, make_plan
from evaluations.errors import Conflict, RegistryError
from evaluations.forms.panel import DrawForm
from evaluations.models import Entrant
from evaluations.services import draw
from evaluations.states import CLOSED_PHASES

from .base import RunnerMixin

MOST_SEED = 2_000_000_000


class DrawView(RunnerMixin, TemplateView):
    """Look at a draw first, then draw exactly that one."""

    template_name = "evaluations/panel/draw.html"

    @cached_property
    def seed(self) -> int:
        asked = sent_number(self.request.GET.get("seed", ""), digits=10)
        return asked if asked is not None and asked <= MOST_SEED else self.round.seed

    @property
    def anew(self) -> bool:
        return self.request.GET.get("ulang") == "1"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DrawForm(request.POST)
        if not form.is_valid():
            return self.again(str(draw.CHANGED), 422)
        values = form.cleaned_data
        act = draw.rebalance if values.pop("anew") else draw.draw_reviewers
        try:
            sheets = act(actor=request.user, round=self.round, **values)
        except Conflict as error:
            return self.again(error.reason, 409)
        except (Refused, RegistryError) as error:
            return self.again(error.reason, 422)
        messages.success(request, _("Drawn: %(count)s sheets were given out.") % {"count": len(sheets)})
        return redirect("panel", self.round.code)

    def again(self, problem: Any, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(problem=problem), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        closed = self.round.phase in CLOSED_PHASES
        plan = None if closed else make_plan(self.round, seed=self.seed, anew=self.anew)
        shown = {"closed": closed, "seed": self.seed, "anew": self.anew, **(self.shown(plan) if plan else {})}
        return super().get_context_data(**{**shown, **kwargs})

    def shown(self, plan: Plan) -> dict[str, Any]:
        """The plan in numbers and names; products a conflict hides from the reader are left out of every one of them."""
        rows = Entrant.objects.for_user(self.request.user).filter(round=self.round)
        seen = {row.pk: row for row in rows}
        freed = {sheet.pk for sheet in plan.freed}
        users = Counter(user for entrant, user in plan.given if entrant in seen)
        held = Counter(row.reviewer_id for row in plan.board.standing if row.entrant_id in seen and row.pk not in freed)
        people = [
            {"name": member.user, "held": held[member.user_id], "new": users[member.user_id], "limit": self.limit(member)}
            for member in plan.board.people
        ]
        short = [{"entrant": seen[row.product], "short": row} for row in plan.assignment.shortages if row.product in seen]
        return {
            "plan": plan,
            "people": people,
            "shortages": short[:100],
            "more": len(short[100:]),
            "products": sum(entrant.pk in seen for entrant in plan.board.entrants),
            "sheets": users.total() + sum(len(who) for entrant, who in plan.calibration.items() if entrant in seen),
            "waiting": sum(row.state not in ("complete", "out") for row in seen.values()),
        }

    def limit(self, member: Any) -> int:
        return member.load_limit or self.round.load_limit
