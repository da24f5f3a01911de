"""Score sheets: the own list, one sheet with its sections, saving, sending, opening again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from accounts.borrowed import is_borrowed
from accounts.permissions import Refused
from common.text import TextProblem
from evaluations import calibration, review_home, sheet_lock
from evaluations.errors import Conflict, NotReady
from evaluations.forms.sheets import AskForm
from evaluations.models import Criterion, Section
from evaluations.services import questions, sheets
from evaluations.sheet_page import CriterionView, TwoValues, plain
from registry import notices
from registry.views.workspace.base import FAILED
from registry.views.workspace.saving import CONFLICT, saved_at

from .base import EvaluationMixin
from .sheet_base import COMPLAINTS, ReviewSheetMixin, reason_of, whole

NOTICES_SHOWN = 5


class ReviewHomeView(EvaluationMixin, TemplateView):
    """Own products by state and deadline, and the rounds one follows."""

    template_name = "evaluations/sheets/home.html"
    here = gettext_lazy("Evaluation")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        unread = notices.notices_of(user).filter(read_at=None, path__startswith="/penilaian/")[:NOTICES_SHOWN]
        told = [(notice, notices.words(notice)) for notice in unread]
        return super().get_context_data(groups=review_home.groups_for(user), notices=told, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        for notice in notices.notices_of(request.user).filter(read_at=None, path__startswith="/penilaian/"):
            notices.mark_read(user=request.user, notice_pk=notice.pk)
        return redirect("review_home")


class OverviewPage:
    """The product, its evidence, what is filled in and what is missing; the way to send."""

    template_name = "evaluations/sheets/sheet.html"


class SectionPage:
    """One section of a sheet as an ordinary form; a script saves each choice by itself."""

    template_name = "evaluations/sheets/section.html"

    @cached_property
    def section(self) -> Section:
        section = self.sheet_page.section(self.kwargs["section"])
        if section is None:
            raise Http404
        return section

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.pop("section", None)  # the code in the address
        codes = [one.code for one in self.sheet_page.words.sections]
        at = codes.index(self.section.code)
        context = {
            "section": self.section,
            "line": self.sheet_page.lines[at],
            "position": at + 1,
            "previous": self.address("section", codes[at - 1]) if at else "",
            "previous_section": self.sheet_page.words.sections[at - 1] if at else None,
            "next_section": self.sheet_page.words.sections[at + 1] if at + 1 < len(codes) else None,
            "criteria": self.sheet_page.criteria(self.section),
            "comment": self.sheet.comment,
            "comment_version": self.sheet.comment_version,
            "keeps": not is_borrowed(self.request),
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save everything typed; a criterion another window changed is shown with both values, the rest is saved."""
        self.collisions: dict[int, Conflict] = {}
        try:
            for criterion in self.section.criteria.all():
                self.save(criterion)
            lost = self.save_advice()
        except COMPLAINTS as error:
            return self.again(FAILED, complaints=[reason_of(error)])
        if self.collisions or lost:
            return self.again(CONFLICT, lost_comment=lost)
        return self.onward()

    def save(self, criterion: Criterion) -> None:
        request, pk = self.request, criterion.pk
        if f"version-{pk}" not in request.POST:
            return
        level, comment, base = whole(request, f"level-{pk}"), request.POST.get(f"comment-{pk}", ""), whole(request, f"version-{pk}") or 0
        if level is None and not comment and not base:
            return
        try:
            sheets.save_score(actor=request.user, key=self.sheet.key, criterion_id=pk, level_id=level, comment=comment, base=base)
        except Conflict as error:
            self.collisions[pk] = error

    def save_advice(self) -> str | None:
        """Save the advice; what another window wrote there comes back."""
        if "advice" not in self.request.POST:
            return None
        base = whole(self.request, "advice_version") or 0
        try:
            sheets.save_comment(actor=self.request.user, key=self.sheet.key, comment=self.request.POST["advice"], base=base)
        except Conflict as error:
            return error.current.comment
        return None

    def again(self, status: int, **context: Any) -> HttpResponse:
        """The page once more with what was typed, over the versions of now."""
        self.forget()
        views = self.sheet_page.criteria(self.section)
        for view in views:
            self.retype(view)
        typed = {"comment": self.request.POST["advice"]} if "advice" in self.request.POST else {}
        return self.render_to_response(self.get_context_data(criteria=views, **typed, **context), status=status)

    def retype(self, view: CriterionView) -> None:
        pk = view.criterion.pk
        if f"version-{pk}" not in self.request.POST:
            return
        level, comment = whole(self.request, f"level-{pk}"), self.request.POST.get(f"comment-{pk}", "")
        if pk in self.collisions:
            words = self.sheet_page.words
            names = [words.levels[one].name if one in words.levels else "" for one in (view.level_id, level)]
            view.two_values = TwoValues(names[0], view.comment, names[1], comment)
        view.level_id, view.comment = level or view.level_id, comment

    def onward(self) -> HttpResponse:
        self.forget()
        following = self.get_context_data()["next_section"] if self.request.POST.get("go") == "next" else None
        return redirect(self.address("section", following.code) if following else self.address())


class ProgressPage:
    """What is filled in, as a piece of a page: fetched by the script after saving, since sums come from the server alone."""

    template_name = "evaluations/sheets/partials/progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.sheet_page.section(self.request.GET.get("bagian", ""))
        return super().get_context_data(section=here, **kwargs)


class SendPage:
    """Sending; what is missing is listed with links."""

    template_name = OverviewPage.template_name
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            sheets.submit_sheet(actor=request.user, key=self.sheet.key)
        except (NotReady, Refused) as error:
            return self.render_to_response(self.get_context_data(complaint=error.reason), status=FAILED)
        messages.success(request, _("Sent. You can still open it again until the round closes."))
        return redirect(self.address())


class ReopenPage:
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.do(sheets.reopen_sheet, _("Open again. It counts only once you have sent it again."))


class SheetView(OverviewPage, ReviewSheetMixin, TemplateView):
    pass


class SectionView(SectionPage, ReviewSheetMixin, TemplateView):
    pass


class ProgressView(ProgressPage, ReviewSheetMixin, TemplateView):
    pass


class SendView(SendPage, ReviewSheetMixin, TemplateView):
    pass


class ReopenView(ReopenPage, ReviewSheetMixin, TemplateView):
    pass


class AskView(ReviewSheetMixin, FormView):
    """Asking the producer for more evidence beside one criterion."""

    template_name = "evaluations/sheets/ask.html"
    form_class = AskForm

    @cached_property
    def criterion(self) -> Criterion:
        criterion = self.sheet_page.words.criteria.get(self.kwargs["criterion"])
        if criterion is None:
            raise Http404
        return criterion

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"round": self.sheet.entrant.round}

    def back(self) -> str:
        section = next(one for one in self.sheet_page.words.sections if one.pk == self.criterion.section_id)
        return f"{self.address('section', section.code)}#c{self.criterion.pk}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"criterion": self.criterion, "back": self.back(), **kwargs})

    def form_valid(self, form: AskForm) -> HttpResponse:
        question, due_on = form.cleaned_data["question"], form.cleaned_data["due_on"]
        try:
            questions.ask_evidence(
                actor=self.request.user, sheet=self.sheet, criterion_id=self.criterion.pk, question=question, due_on=due_on
            )
        except COMPLAINTS as error:
            form.add_error(None, reason_of(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Asked. The answer will stand beside the criterion."))
        return redirect(self.back())


class CalibrationView(ReviewSheetMixin, TemplateView):
    """The own sheet of a common sample product against the group; only after sending."""

    template_name = "evaluations/sheets/calibration.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.sheet_page.may_compare:
            raise Http404
        found = calibration.compare(self.sheet)
        difference = plain(abs(found.own_total - found.mean_total))
        totals = {"own": plain(found.own_total), "mean": plain(found.mean_total), "difference": difference}
        return super().get_context_data(comparison=found, **totals, **kwargs)


class SaveView(View):
    """One choice or remark, saved by the script: no page, no list, as few queries as the checks need."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: Any) -> HttpResponse:
        response = self.answer(request, key)
        add_never_cache_headers(response)
        return response

    def answer(self, request: HttpRequest, key: Any) -> JsonResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"login": resolve_url("account_login")}, status=401)
        try:
            version = self.save(request, key)
        except Conflict as error:
            return JsonResponse(self.both(error), status=CONFLICT)
        except Refused as error:
            status = 404 if error.reason == sheet_lock.NOT_YOURS.reason else 403
            return JsonResponse({"reason": str(error.reason)}, status=status)
        except (NotReady, TextProblem) as error:
            return JsonResponse({"reason": reason_of(error)}, status=FAILED)
        return JsonResponse({"saved": saved_at(), "version": version})

    def save(self, request: HttpRequest, key: Any) -> int:
        base = whole(request, "version") or 0
        if "advice" in request.POST:
            return sheets.save_comment(actor=request.user, key=key, comment=request.POST["advice"], base=base)
        return sheets.save_score(
            actor=request.user,
            key=key,
            criterion_id=whole(request, "criterion") or 0,
            level_id=whole(request, "level"),
            comment=request.POST.get("comment", ""),
            base=base,
        )

    @staticmethod
    def both(error: Conflict) -> dict[str, Any]:
        """What stands, for choosing between it and what was typed."""
        current = error.current
        if isinstance(current, sheet_lock.SheetFacts):
            return {"reason": str(error.reason), "version": current.comment_version, "comment": current.comment}
        level = current.level.name if current.level else ""
        answer = {"level": current.level_id, "level_name": level, "comment": current.comment, "version": current.version}
        return {"reason": str(error.reason), **answer}
