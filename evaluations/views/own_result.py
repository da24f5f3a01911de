"""The producer's own result, and its one objection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from evaluations import certificates, permissions
from evaluations.forms.appeals import AppealForm
from evaluations.models import Entrant
from evaluations.own_result import OwnResult
from evaluations.producer_page import PHASE_WORDS
from evaluations.services import appeals
from registry.views.rows import one_or_404
from registry.views.workspace.base import FAILED

from .sheet_base import COMPLAINTS, reason_of
from .workspace import ProducerView


class OfResultView(ProducerView):
    """A page of one own product in a round; 404 for those of others."""

    @cached_property
    def entrant(self) -> Entrant:
        rows = Entrant.objects.for_user(self.request.user, self.action).select_related("round", "instrument")
        return one_or_404(rows, round__code=self.kwargs["code"], number=self.kwargs["number"])

    @cached_property
    def own(self) -> OwnResult:
        return OwnResult(self.entrant)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = {"entrant": self.entrant, "own": self.own, "result": self.own.result, "unit_name": self.entrant.producer_name}
        frame["may_object"] = permissions.may_appeal(self.request.user, self.entrant)
        return super().get_context_data(**frame | kwargs)


class OwnResultView(OfResultView):
    """Points, comments, stars and the way to the next one; before the decree only that it waits."""

    template_name = "evaluations/workspace/result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = self.own
        number = certificates.number_of(own.result) if own.result and own.result.stars else ""
        return super().get_context_data(state=PHASE_WORDS[self.entrant.round.phase], certificate_number=number, **kwargs)


class AppealView(OfResultView):
    """The objection: written once by the head, within its days; what was typed stays when it is not taken."""

    template_name = "evaluations/workspace/appeal.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.own.result is None or self.own.appeal_until is None:
            return redirect("own_result", self.entrant.round.code, self.entrant.number)
        return self.page(form=AppealForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AppealForm(request.POST)
        if not form.is_valid():
            return self.page(FAILED, form=form)
        if self.own.result is None:
            form.add_error(None, _("There is no established result to object to now."))
            return self.page(FAILED, form=form)
        try:
            made = appeals.raise_appeal(actor=request.user, result=self.own.result, text=form.cleaned_data["text"])
        except COMPLAINTS as error:
            form.add_error(None, reason_of(error))
            return self.page(FAILED, form=form)
        self._say(made.text == form.cleaned_data["text"])
        return redirect("own_result", self.entrant.round.code, self.entrant.number)

    def _say(self, is_this_one: bool) -> None:
        if is_this_one:
            messages.success(self.request, _("Your objection is sent. The chair of the panel answers it here."))
        else:
            messages.warning(self.request, _("An objection was already sent; it stands as it was. There is one for each result."))
