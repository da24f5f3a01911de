"""Follow-ups (tindak lanjut): all of a round with what earlier rounds left open, adding one, saying what came of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from common.numbers import sent_number
from evaluations import agenda
from evaluations.forms.rakor import FollowUpForm, SettleForm
from evaluations.models import Entrant, FollowUp, Meeting
from evaluations.services import rakor
from evaluations.states import FollowUpState
from registry.views.rows import one_or_404

from .rakor import problem_with
from .rakor_base import RakorFormView, RakorMixin
from .rounds_base import Words

ROWS_A_PAGE = 50


class FollowUpListView(RakorMixin, TemplateView):
    """What was promised, in this round and before."""

    template_name = "evaluations/rakor/follow_ups.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everything = self.request.GET.get("semua") == "1"
        rows = agenda.follow_ups_of(self.round, self.request.user)
        rows = rows if everything else rows.filter(state=FollowUpState.OPEN)
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, rows=agenda.carried(list(page)), everything=everything, **kwargs)


class FollowUpFormView(RakorFormView):
    """A form about follow-ups; it leads back to their list."""

    def get_success_url(self) -> str:
        return reverse("follow_ups", args=[self.kwargs["code"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(of_follow_ups=True, **kwargs)


class FollowUpAddView(FollowUpFormView):
    """Note a follow-up, from the list, a meeting or a product."""

    title = _("Add a follow-up")
    form_class = FollowUpForm
    entrant: Entrant | None = None

    @cached_property
    def meetings(self) -> list[Meeting]:
        return list(agenda.open_meetings(self.round))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "meetings": self.meetings}

    def get_initial(self) -> dict[str, Any]:
        query, user = self.request.GET, self.request.user
        number = sent_number(query.get("produk", ""))
        found = agenda.seen_by_panel(self.round, user).filter(number=number).first() if number is not None else None
        about = {"code": found.code, "region_code": found.regency_code} if found else {}
        return {**about, "meeting": query.get("rapat", "")}

    def form_valid(self, form: Form) -> HttpResponse:
        code = form.cleaned_data["code"]
        self.entrant = agenda.seen_by_panel(self.round, self.request.user).filter(code=code).first() if code else None
        if code and self.entrant is None:
            problem_with(form, "code", _("No product with this code takes part in this round."))
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, form: Form) -> Words:
        data = form.cleaned_data
        fields = {name: data[name] for name in ("text", "owner", "region_code", "due_on")}
        meeting = next((row for row in self.meetings if str(row.key) == data["meeting"]), None)
        rakor.add_follow_up(actor=self.request.user, round=self.round, meeting=meeting, entrant=self.entrant, **fields)
        return _("The follow-up is noted.")


class FollowUpSettleView(FollowUpFormView):
    """Say what came of a follow-up, of this round or an earlier one."""

    title = _("What came of the follow-up?")
    form_class = SettleForm

    @cached_property
    def row(self) -> FollowUp:
        return one_or_404(agenda.follow_ups_of(self.round, self.request.user), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return SettleForm.of(self.row)

    def act(self, form: Form) -> Words:
        rakor.settle_follow_up(actor=self.request.user, follow_up=self.row, round=self.round, **form.cleaned_data)
        return _("Noted.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"follow_up": self.row, "place": agenda.carried([self.row])[0]["place"], **kwargs})
