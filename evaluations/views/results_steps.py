"""Closing a round and opening it again, the decree, and objections."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.permissions import Denied
from evaluations import close_check, permissions
from evaluations.errors import NotReady
from evaluations.forms.results import AnswerForm, CloseForm, DecreeForm, ReopenForm, RevokeForm
from evaluations.models import Appeal, ResultSet
from evaluations.services import appeals, closing, decrees
from evaluations.services.rakor import may_decide
from evaluations.states import Phase
from registry.views.rows import one_or_404

from .base import RunnerMixin
from .results_base import ChairMixin, DecreeMixin
from .rounds_base import ServiceFormView, Words, expected_of

HIDDEN = _("Something you cannot see because of a conflict of interest is not ready. The secretary sees what it is.")


class ToResults:
    """Back to the results of the round."""

    def get_success_url(self) -> str:
        return reverse("round_results", args=[self.kwargs["code"]])


class CloseView(ToResults, RunnerMixin, ServiceFormView):
    """What is still open before the close; the chair confirms it."""

    template_name = "evaluations/results/close.html"
    form_class = CloseForm
    title = _("Close the round")

    def act(self, form: Form) -> Words:
        try:
            closing.close_round(actor=self.request.user, round=self.round, expected=expected_of(self.request))
        except NotReady as error:
            raise self._without_hidden(error) from error
        return _("The round is closed. The results wait for the decree of the province.")

    def _without_hidden(self, error: NotReady) -> NotReady:
        """The same refusal without the products a conflict hides from the chair."""
        named, hidden = close_check.split(error.needs or [], self.request.user)
        lines = [error.reason, *map(str, named)] if named else ([] if hidden else [error.reason])
        return NotReady(error.reason, needs=[*lines, *([HIDDEN] if hidden else [])])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        chairs = permissions.may_chair(user, self.round)
        context = {
            "open": close_check.open_in(self.round, user),
            "in_rakor": self.round.phase == Phase.RAKOR,
            "chairs": chairs,
            "chair": self.round.members.filter(role="chair", ended_at=None).select_related("user").first(),
        }
        return super().get_context_data(**{**context, **kwargs})


class ReopenView(ToResults, ChairMixin, ServiceFormView):
    """Back to the Rakor, with a reason."""

    form_class = ReopenForm
    title = _("Open the round again")
    button = _("Open the round again")
    intro = _("The round goes back to the Rakor. The results of now stay readable as an old version; the next close makes a new one.")

    def act(self, form: Form) -> Words:
        closing.reopen_round(actor=self.request.user, round=self.round, expected=expected_of(self.request), **form.cleaned_data)
        return _("The round is open again, in the Rakor.")


class DecreeEnterView(ToResults, DecreeMixin, ServiceFormView):
    """Enter the decree that establishes the results, once."""

    template_name = "evaluations/results/decree.html"
    form_class = DecreeForm
    title = _("Enter the decree (SK)")
    button = _("Establish the results")
    intro = _("From this moment the public sees the stars, and producers can print their certificates.")

    @cached_property
    def current(self) -> ResultSet | None:
        rows = ResultSet.objects.for_user(self.request.user).filter(round=self.round, superseded_at=None)
        return rows.select_related("decree__entered_by").first()

    def act(self, form: Form) -> Words:
        decrees.enter_with_scan(actor=self.request.user, round=self.round, expected=expected_of(self.request), **form.cleaned_data)
        return _("The decree is entered. The public sees the stars now.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.__dict__.pop("current", None)  # after a refusal: what stands now
        entered = getattr(self.current, "decree", None)
        why_not = "" if self.round.phase == Phase.CLOSED else self._why_not()
        return super().get_context_data(**{"entered": entered, "why_not": why_not, "current": self.current, **kwargs})

    def _why_not(self) -> Words:
        words = _("A decree is entered once, for a closed round. The phase is now “%(phase)s”.")
        return words % {"phase": self.round.get_phase_display()}


class DecreeRevokeView(ToResults, DecreeMixin, ServiceFormView):
    """Take the decree back, with a reason."""

    form_class = RevokeForm
    title = _("Revoke the decree (SK)")
    button = _("Revoke the decree")
    intro = _("The stars of this round are taken from the catalogue at once. The results stay in the record.")

    def act(self, form: Form) -> Words:
        rows = ResultSet.objects.for_user(self.request.user).filter(round=self.round, decree__revoked_at=None, decree__isnull=False)
        found = rows.select_related("decree").first()
        if found is None:
            raise NotReady(_("No decree in force stands on the results of this round."))
        decrees.revoke_decree(actor=self.request.user, decree=found.decree, expected=expected_of(self.request), **form.cleaned_data)
        return _("The decree is revoked. The stars no longer stand in the catalogue.")


class AppealListView(RunnerMixin, TemplateView):
    """The objections of producers, open ones first."""

    template_name = "evaluations/results/appeals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Appeal.objects.for_user(self.request.user).filter(result__result_set__round=self.round)
        rows = rows.select_related("result__entrant", "result__result_set").order_by("answered_at", "pk")
        ordered = sorted(rows, key=lambda row: row.answered_at is not None)
        return super().get_context_data(appeals=ordered, **kwargs)


class AppealView(RunnerMixin, ServiceFormView):
    """One objection and its answer."""

    template_name = "evaluations/results/appeal.html"
    form_class = AnswerForm
    title = _("Objection")
    button = _("Send the answer")

    @cached_property
    def appeal(self) -> Appeal:
        rows = Appeal.objects.for_user(self.request.user).filter(result__result_set__round=self.round)
        rows = rows.select_related("result__entrant__round", "result__result_set", "answered_by")
        return one_or_404(rows, result__result_set__version=self.kwargs["version"], result__entrant__number=self.kwargs["number"])

    def act(self, form: Form) -> Words:
        appeal = self.appeal
        self.__dict__.pop("appeal", None)  # after a refusal: what stands now
        appeals.answer_appeal(actor=self.request.user, appeal=appeal, **form.cleaned_data)
        return _("The answer is sent. The producer reads it with its result.")

    def get_success_url(self) -> str:
        return reverse("appeals", args=[self.kwargs["code"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = may_decide(self.request.user, self.appeal.result.entrant)
        context = {"appeal": self.appeal, "entrant": self.appeal.result.entrant, "may": may, "result": self.appeal.result}
        context["why_not"] = may.reason if isinstance(may, Denied) else ""
        return super().get_context_data(**{**context, **kwargs})
