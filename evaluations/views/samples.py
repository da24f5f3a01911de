"""The register of samples of a round, their labels, and tasting sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from evaluations import sample_labels
from evaluations.forms.rounds import SampleForm, SessionForm
from evaluations.models import Entrant, Sample, TastingSession
from evaluations.services import samples
from evaluations.states import EntrantState, SampleState
from registry.views.rows import one_or_404

from .base import RunnerMixin
from .rounds_base import ServiceFormView, Words

REGISTER_AT_MOST = 1000


class SampleListView(RunnerMixin, TemplateView):
    """The register: what was asked for, what came in, and which products still have to be asked."""

    template_name = "evaluations/rounds/samples.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = Sample.objects.for_user(user).filter(round=self.round).select_related("entrant", "session")
        waiting = Entrant.objects.for_user(user).filter(round=self.round, sample=None).exclude(state=EntrantState.OUT)
        context = {
            "rows": list(rows.order_by("state", "entrant__number")[:REGISTER_AT_MOST]),
            "waiting": list(samples.judged_by_sample(self.round, waiting).order_by("number")[:100]),
            "sessions": list(TastingSession.objects.for_user(user).filter(round=self.round)),
            "may_handle": self.round.phase in samples.HANDLING,
        }
        return super().get_context_data(**{**context, **kwargs})


class SampleView(RunnerMixin, ServiceFormView):
    """One sample: came in, or did not."""

    form_class = SampleForm
    button = _("Save")

    @cached_property
    def sample(self) -> Sample:
        rows = Sample.objects.for_user(self.request.user).filter(round=self.round)
        return one_or_404(rows.select_related("entrant"), entrant__number=self.kwargs["number"])

    @property
    def title(self) -> Words:
        return _("Sample of “%(product)s”") % {"product": self.sample.entrant.name}

    @property
    def intro(self) -> Words:
        return _("Blind number %(number)s. Only this number stands on the label.") % {"number": self.sample.blind_number}

    def get_initial(self) -> dict[str, Any]:
        sample = self.sample
        outcome = "" if sample.state == SampleState.ASKED else sample.state
        return {"outcome": outcome, "received_on": sample.received_on, "condition": sample.condition}

    def act(self, form: Form) -> Words:
        data = form.cleaned_data
        if data["outcome"] == "missing":
            samples.miss_sample(actor=self.request.user, sample=self.sample, reason=data["condition"])
            return _("Noted: the sample does not come in.")
        samples.receive_sample(actor=self.request.user, sample=self.sample, condition=data["condition"], received_on=data["received_on"])
        return _("Noted: the sample came in. Its label can be printed.")

    def get_success_url(self) -> str:
        return reverse("samples", args=[self.round.code])


class SessionView(RunnerMixin, ServiceFormView):
    """Plan a tasting session."""

    form_class = SessionForm
    title = _("Plan a tasting session")
    button = _("Plan")

    @cached_property
    def received(self) -> dict[str, Sample]:
        rows = Sample.objects.for_user(self.request.user).filter(round=self.round, state=SampleState.RECEIVED)
        return {str(sample.blind_number): sample for sample in rows.order_by("blind_number")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "numbers": [sample.blind_number for sample in self.received.values()]}

    def act(self, form: Form) -> Words:
        data = form.cleaned_data
        picked = [self.received[number] for number in data.pop("samples")]
        samples.plan_session(actor=self.request.user, round=self.round, samples=picked, **data)
        return _("The session is planned.")

    def get_success_url(self) -> str:
        return reverse("samples", args=[self.round.code])


class LabelsView(RunnerMixin, View):
    """The labels of all samples that came in, as PDF: blind numbers in their order, no names."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = Sample.objects.for_user(request.user).filter(round=self.round, state=SampleState.RECEIVED)
        numbers = list(rows.order_by("blind_number").values_list("blind_number", "session__name"))
        if not numbers:
            messages.error(request, _("No sample has come in yet, so there is no label to print."))
            return redirect("samples", self.round.code)
        response = HttpResponse(sample_labels.sheet(self.round, numbers), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="label-sampel-{self.round.code}.pdf"'
        return response
