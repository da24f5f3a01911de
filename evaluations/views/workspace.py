"""The producer's side: own products in rounds, questions of the panel, the own assessment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.states import Action
from evaluations import producer_page
from evaluations.forms.sheets import AnswerForm
from evaluations.models import Entrant, EvidenceRequest
from evaluations.services import questions, sheets
from registry.services import images
from registry.views.rows import one_or_404
from registry.views.workspace.base import FAILED, WorkspaceView

from .sheet_base import COMPLAINTS, SelfSheetMixin, reason_of
from .sheets import OverviewPage, ProgressPage, ReopenPage, SectionPage, SendPage


class ProducerView(WorkspaceView):
    action = Action.EVALUATION_ANSWER


class EvaluationHomeView(ProducerView):
    """The own products in rounds, with what is asked of them."""

    template_name = "evaluations/workspace/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lines=producer_page.lines_for(self.request.user), **kwargs)


class QuestionView(ProducerView):
    """One question of the panel; answered once, with words or photos."""

    template_name = "evaluations/workspace/question.html"

    @cached_property
    def asked(self) -> EvidenceRequest:
        rows = EvidenceRequest.objects.for_user(self.request.user, Action.EVALUATION_ANSWER)
        return one_or_404(rows.select_related("entrant__round", "criterion").prefetch_related("images"), key=self.kwargs["key"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        takes = questions.may_still_answer(self.asked.entrant.round)
        context = {"asked": self.asked, "entrant": self.asked.entrant, "takes": takes, "unit_name": self.asked.entrant.producer_name}
        return super().get_context_data(**{**context, "form": AnswerForm(), **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AnswerForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(FAILED, form=form)
        try:
            self.answer(form)
        except COMPLAINTS as error:
            form.add_error(None, reason_of(error))
            return self.page(FAILED, form=form)
        messages.success(request, _("Thank you. The panel sees your answer."))
        return redirect("producer_evaluation")

    def answer(self, form: AnswerForm) -> None:
        receipts = [images.receive(upload=upload) for upload in form.cleaned_data["photos"][: questions.MOST_PHOTOS + 1]]
        questions.answer_question(actor=self.request.user, request=self.asked, answer=form.cleaned_data["answer"], receipts=receipts)


class SelfStartView(ProducerView):
    """Begin, or go on with, the own assessment of a product."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str, number: int) -> HttpResponse:
        rows = Entrant.objects.for_user(request.user, self.action)
        entrant = one_or_404(rows, round__code=code, number=number)
        try:
            sheet = sheets.start_self_assessment(actor=request.user, entrant=entrant)
        except COMPLAINTS as error:
            messages.error(request, reason_of(error))
            return redirect("producer_evaluation")
        return redirect("self_sheet", sheet.key)


class SelfSheetView(OverviewPage, SelfSheetMixin, TemplateView):
    pass


class SelfSectionView(SectionPage, SelfSheetMixin, TemplateView):
    pass


class SelfProgressView(ProgressPage, SelfSheetMixin, TemplateView):
    pass


class SelfSendView(SendPage, SelfSheetMixin, TemplateView):
    pass


class SelfReopenView(ReopenPage, SelfSheetMixin, TemplateView):
    pass
