"""Sheets on paper: blank ones to print, and the list from which the secretary enters filled-in ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from accounts.states import Action
from evaluations import paper_sheet
from evaluations.models import Entrant, Sheet
from evaluations.services import paper
from registry.models import Category
from registry.views.rows import one_or_404

from .base import EntrantMixin, EvaluationMixin, RoundMixin, RunnerMixin
from .sheet_base import COMPLAINTS, reason_of

ROWS_A_PAGE = 50


def pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


class PaperListView(RunnerMixin, TemplateView):
    """Open sheets of the round, for entering what was filled in by hand; and the blank ones of each family."""

    template_name = "evaluations/sheets/paper_list.html"
    here = _("Paper sheets")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = Entrant.objects.for_user(self.request.user).filter(round=self.round)
        rows = Sheet.objects.for_user(self.request.user, Action.EVALUATION_VIEW).reviews().filter(entrant__in=seen)
        rows = rows.select_related("entrant", "reviewer").order_by("entrant__number", "pk")
        names = {row.slug: row.name for row in Category.objects.groups()}
        families = [(row.family, names.get(row.family, row.family)) for row in self.round.families.all()]
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, families=families, **kwargs)


class PaperStartView(EvaluationMixin, View):
    """Begin to enter one sheet from paper."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: Any) -> HttpResponse:
        rows = Sheet.objects.for_user(request.user, Action.EVALUATION_VIEW).select_related("entrant__round")
        sheet = one_or_404(rows, key=key)
        try:
            paper.start_paper(actor=request.user, sheet=sheet)
        except COMPLAINTS as error:
            messages.error(request, reason_of(error))
            return redirect("paper_list", sheet.entrant.round.code)
        return redirect("sheet", sheet.key)


class FamilyPaperView(RoundMixin, View):
    """The blank sheet of one family."""

    def get(self, request: HttpRequest, code: str, family: str) -> HttpResponse:
        row = self.round.families.filter(family=family).first()
        if row is None:
            raise Http404
        return pdf(paper_sheet.of_family(self.round, row.instrument_id, family), f"lembar-{family}")


class ProductPaperView(EntrantMixin, View):
    """The blank sheet of one product, without the criteria it is not asked."""

    def get(self, request: HttpRequest, code: str, number: int) -> HttpResponse:
        return pdf(paper_sheet.of_product(self.entrant), f"lembar-{self.entrant.code}")
