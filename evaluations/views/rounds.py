"""The pages of rounds: the list, opening and changing one, its progress, and the steps from phase to phase."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.forms import Form
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.permissions import Answer, may_anywhere
from accounts.states import Action
from common.formatting import date_long
from evaluations import permissions, phases, progress
from evaluations.forms.rounds import ExtendForm, ReasonForm, RoundForm
from evaluations.models import Entrant, Round
from evaluations.services import reminders, rounds
from evaluations.states import Phase

from .base import EvaluationMixin, RoundMixin, RunnerMixin
from .rounds_base import ButtonView, ServiceFormView, Words, expected_of

LOG_SHOWN, LOG_AT_MOST = 10, 300


class RoundListView(EvaluationMixin, TemplateView):
    """Every round the person may follow."""

    template_name = "evaluations/rounds/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        seen = Count("entrants", filter=Q(entrants__in=Entrant.objects.for_user(user)))
        rows = Round.objects.for_user(user).annotate(products=seen).order_by("-year", "-pk")
        return super().get_context_data(rounds=rows, may_open=permissions.may_manage(user), **kwargs)


class ManagerMixin(EvaluationMixin):
    """A page of the province alone."""

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_manage(self.request.user)


class RoundOpenView(ManagerMixin, ServiceFormView):
    """Open a round."""

    template_name = "evaluations/rounds/settings.html"
    form_class = RoundForm
    title = _("Open an evaluation round")
    button = _("Open the round")

    def act(self, form: Form) -> Words:
        fields = form.values()
        self.made = rounds.open_round(
            actor=self.request.user, code=rounds.free_code(fields["name"]), families=form.families() or {}, **fields
        )
        return _("The round is open. Now choose the products that take part.")

    def get_success_url(self) -> str:
        return reverse("round", args=[self.made.code]) if hasattr(self, "made") else reverse("round_list")


class RoundChangeView(ManagerMixin, RoundMixin, ServiceFormView):
    """Change the settings of a round; what can no longer change is not asked."""

    template_name = "evaluations/rounds/settings.html"
    form_class = RoundForm
    title = _("Settings of the round")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "round": self.round}

    def act(self, form: Form) -> Words:
        rounds.change_round(
            actor=self.request.user,
            round=self.round,
            expected=expected_of(self.request),
            families=form.families(),
            **form.values(),
        )
        return _("The settings are saved.")


class RoundView(RoundMixin, TemplateView):
    """How far a round has come, what is missing for its next phase, and what happened."""

    template_name = "evaluations/rounds/round.html"

    @cached_property
    def target(self) -> Phase | None:
        return rounds.next_phase(self.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, runs = self.request.user, bool(self.runs)
        figures = progress.progress_of(self.round, user, runs=runs)
        samples = progress.samples_of(self.round, user)
        missing = rounds.what_is_missing(self.round, self.target, user) if runs and self.target else []
        context = {
            "progress": figures,
            "instruments": list(dict.fromkeys(row.instrument for row in self.round.families.select_related("instrument"))),
            "steps": phases.steps(self.round, figures, samples),
            "closing": phases.closing_words(self.round),
            "samples": samples,
            "missing": missing,
            "next_step": phases.NEXT_STEP.get(self.target) if runs and self.target else None,
            "follow_ups": list(progress.open_follow_ups(self.round, user, runs=runs)[:50]),
            "own_part": not runs and not may_anywhere(user, Action.EVALUATION_VIEW),
            "may_change": permissions.may_manage(user),
            **self._log(runs),
            **(self._for_runners(figures, missing) if runs else {}),
        }
        return super().get_context_data(**{**context, **kwargs})

    def _log(self, runs: bool) -> dict[str, Any]:
        shown = LOG_AT_MOST if self.request.GET.get("riwayat") == "semua" else LOG_SHOWN
        rows = list(progress.log_of(self.round, self.request.user, runs=runs)[: shown + 1])
        return {"log": [(row, phases.log_words(row)) for row in rows[:shown]], "log_goes_on": len(rows) > shown}

    def _for_runners(self, figures: progress.Progress, missing: list[Any]) -> dict[str, Any]:
        scoring = self.round.phase == Phase.SCORING
        waiting = scoring and figures.whole.sent < figures.whole.given
        return {
            "can_go_back": self.round.phase in rounds.ORDER[1:],
            "can_extend": scoring,
            "can_remind": waiting and self.round.takes_scores(),
            "was_reminded": scoring and reminders.was_reminded(self.round),
            "primary": self._primary(bool(missing), waiting=waiting, empty=not figures.entered),
        }

    def _primary(self, missing: bool, *, waiting: bool, empty: bool) -> str:
        """The one filled button: what has to be done next."""
        if self.target and not missing:
            return "advance"
        if empty:
            return "choose"
        return "remind" if waiting else "check"


class AdvanceView(RunnerMixin, ButtonView):
    """Into the next phase."""

    def act(self) -> Words:
        moved = rounds.advance(actor=self.request.user, round=self.round, expected=expected_of(self.request))
        return _("The phase is now “%(phase)s”.") % {"phase": moved.get_phase_display()}


class GoBackView(RunnerMixin, ServiceFormView):
    """One phase back, with a reason."""

    form_class = ReasonForm
    title = _("Back to the phase before")
    button = _("Go back a phase")
    intro = _("Nothing that was entered is lost. Everybody in the round reads the reason.")

    def act(self, form: Form) -> Words:
        moved = rounds.go_back(actor=self.request.user, round=self.round, expected=expected_of(self.request), **form.cleaned_data)
        return _("The phase is now “%(phase)s”.") % {"phase": moved.get_phase_display()}


class ExtendView(RunnerMixin, ServiceFormView):
    """A later closing day, with a reason."""

    form_class = ExtendForm
    title = _("Extend the time for scoring")
    button = _("Extend")

    @property
    def intro(self) -> Words:
        return _("Scoring is now open until %(day)s, 23.59 WITA.") % {"day": date_long(self.round.scoring_closes_on)}

    def act(self, form: Form) -> Words:
        rounds.extend(actor=self.request.user, round=self.round, expected=expected_of(self.request), **form.cleaned_data)
        return _("Scoring is open longer. All reviewers read it on this page.")


class RemindView(RunnerMixin, ButtonView):
    """Remind reviewers who have open sheets, once a day."""

    def act(self) -> Words:
        count = reminders.remind_reviewers(actor=self.request.user, round=self.round)
        return ngettext("%(count)s reviewer was reminded.", "%(count)s reviewers were reminded.", count) % {"count": count}
