"""What the pages of one sheet share; the same pages serve reviewers at /penilaian/ and producers in their workspace."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Refused
from accounts.states import Action
from common.numbers import sent_number
from common.text import TextProblem
from evaluations.errors import RegistryError
from evaluations.models import Sheet
from evaluations.sheet_page import SheetPage
from evaluations.views.base import EvaluationMixin
from registry.views.workspace.base import WorkspaceView

COMPLAINTS = (RegistryError, Refused, TextProblem)


def reason_of(error: Exception) -> str:
    """Why a service refused, in words for the screen."""
    return str(getattr(error, "reason", error))


class SheetMixin:
    """A page of one sheet; 404 where it is not the person's. `door` begins the names of its addresses."""

    door = "sheet"

    def rows(self) -> Any:
        raise NotImplementedError

    @cached_property
    def sheet(self) -> Sheet:
        rows = self.rows().select_related("entrant__round", "entrant__version", "entrant__product__producer", "reviewer", "entered_by")
        found = rows.filter(key=self.kwargs["key"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def sheet_page(self) -> SheetPage:
        return SheetPage(self.request.user, self.sheet)

    def forget(self) -> None:
        """Read everything anew after a service wrote."""
        for name in ("sheet", "sheet_page"):
            self.__dict__.pop(name, None)

    def address(self, name: str = "", *args: Any) -> str:
        return reverse(f"{self.door}_{name}" if name else self.door, args=[self.kwargs["key"], *args])

    def addresses(self) -> dict[str, str]:
        names = ("save", "progress", "send", "reopen")
        return {"sheet": self.address()} | {name: self.address(name) for name in names}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.sheet_page
        lines = [(line, self.address("section", line.section.code)) for line in page.lines]
        frame = {"page": page, "sheet": page.sheet, "entrant": page.entrant, "round": page.round, "lines": lines}
        return super().get_context_data(**{**frame, "urls": self.addresses(), "is_self": page.facts.is_self, **kwargs})

    def do(self, act: Any, done: str) -> HttpResponse:
        """One press: the service, then back to the sheet with words."""
        try:
            act(actor=self.request.user, key=self.sheet.key)
        except COMPLAINTS as error:
            messages.error(self.request, reason_of(error))
        else:
            messages.success(self.request, done)
        return redirect(self.address())


class ReviewSheetMixin(SheetMixin, EvaluationMixin):
    """The door of reviewers, and of those who enter a paper sheet for one."""

    here = _("Sheet")

    def rows(self) -> Any:
        user = self.request.user
        own = Sheet.objects.for_user(user, Action.ASSESS)
        on_paper = Sheet.objects.for_user(user, Action.EVALUATION_VIEW).filter(is_paper=True, kind="review").exclude(state="void")
        return own | on_paper


class SelfSheetMixin(SheetMixin, WorkspaceView):
    """The door of the producer to its own assessment."""

    door = "self_sheet"
    action = Action.EVALUATION_ANSWER

    def rows(self) -> Any:
        return Sheet.objects.for_user(self.request.user, Action.EVALUATION_ANSWER)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"frame": "base_workspace.html", "unit_name": self.sheet.entrant.producer_name, **kwargs})


def whole(request: HttpRequest, name: str) -> int | None:
    """A whole number of a form; None where there is none."""
    return sent_number(request.POST.get(name, ""))
