"""The decision page of one product, and how strictly reviewers score."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.permissions import Answer, Denied
from evaluations import agenda, permissions, severity_page
from evaluations.decision_page import DecisionPage, veil_of
from evaluations.errors import Conflict, NotReady
from evaluations.forms.rakor import DecideForm, consensus_of
from evaluations.models import Meeting
from evaluations.services import rakor
from evaluations.states import DecisionMethod, Phase

from .rakor_base import PanelEntrantMixin, RakorMixin
from .rounds_base import ServiceFormView, Words, expected_of

ROWS_A_PAGE = 50


class DecideView(PanelEntrantMixin, ServiceFormView):
    """The sheets of one product side by side, and the panel's decision."""

    template_name = "evaluations/rakor/product.html"
    button = _("Save the decision")

    @cached_property
    def meetings(self) -> list[Meeting]:
        return list(agenda.open_meetings(self.round))

    @cached_property
    def decides(self) -> Answer:
        """Whether the person decides here now, or why not."""
        if self.round.phase != Phase.RAKOR:
            return Denied(_("Decisions are made in the Rakor."))
        if not self.meetings:
            return Denied(_("No Rakor is open. Plan one first; then the panel can decide."))
        return rakor.may_decide(self.request.user, self.entrant)

    @cached_property
    def page(self) -> DecisionPage:
        typed = consensus_of(self.request.POST) if self.request.method == "POST" else None
        return DecisionPage(self.request.user, self.entrant, typed)

    @cached_property
    def meeting(self) -> Meeting | None:
        """The meeting that is sitting: the one asked for, else the newest open one."""
        asked = self.request.POST.get("meeting") or self.request.GET.get("rapat", "")
        return next((row for row in self.meetings if str(row.key) == asked), self.meetings[0] if self.meetings else None)

    def get_initial(self) -> dict[str, Any]:
        found = self.page.decision
        values = {"method": found.method, "reason": found.reason, "is_knocked_out": found.is_knocked_out} if found else {}
        return {**values, "meeting": str(self.meeting.key) if self.meeting else ""}

    def get_form(self, form_class: Any = None) -> DecideForm:
        data = self.request.POST if self.request.method == "POST" else None
        return DecideForm(data, initial=self.get_initial(), meetings=self.meetings, may_knock_out=self.page.may_knock_out)

    def act(self, form: Form) -> Words:
        data = form.cleaned_data
        try:
            rakor.decide(
                actor=self.request.user,
                entrant=self.entrant,
                meeting=next(row for row in self.meetings if str(row.key) == data["meeting"]),
                method=data["method"],
                reason=data["reason"],
                expected=expected_of(self.request),
                is_knocked_out=data.get("is_knocked_out", False),
                consensus=consensus_of(self.request.POST),
            )
        except Conflict:
            self.__dict__.pop("page", None)  # show what stands now
            raise
        except NotReady as error:
            if not error.needs:
                raise
            raise NotReady(_("Still without a level: %(codes)s.") % {"codes": ", ".join(map(str, error.needs))}) from error
        return _("The decision on %(product)s is saved.") % {"product": self.entrant.name}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.decides and isinstance(self.decides, Denied):
            context = self.get_context_data(form=self.get_form(), problems=[self.decides.reason])
            return self.render_to_response(context, status=403 if self.round.phase == Phase.RAKOR and self.meetings else 422)
        return super().post(request, *args, **kwargs)

    def get_success_url(self) -> str:
        if self.meeting:
            return reverse("meeting", args=[self.kwargs["code"], self.meeting.key])
        return reverse("rakor", args=[self.kwargs["code"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, user = self.page, self.request.user
        form = kwargs.get("form") or self.get_form()
        followed = agenda.follow_ups_of(self.round, user).filter(entrant=self.entrant)
        context = {
            "page": page,
            "blocks": page.blocks(),
            "veil": veil_of(page),
            "decides": self.decides,
            "stands_in": self.decides and not permissions.may_chair(user, self.round),
            "form": form,
            "methods": [(method, label, page.result_of(method)) for method, label in DecisionMethod.choices],
            "method": form["method"].value() or "",
            "expected": page.decision.lock_version if page.decision else 0,
            "reasons": list(self.entrant.agenda.all()),
            "apart": agenda.members_apart([self.entrant]).get(self.entrant.pk, []),
            "quorum": agenda.quorum_of(self.meeting, self.entrant) if self.meeting else None,
            "sitting": self.meeting,
            "place": agenda.names_of({self.entrant.regency_code}).get(self.entrant.regency_code, ""),
            "follow_ups": agenda.carried(list(followed)),
        }
        return super().get_context_data(**{**kwargs, **context})


class SeverityView(RakorMixin, TemplateView):
    """How strictly each reviewer scores, and raw beside balanced results; for the chair and the secretary."""

    template_name = "evaluations/rakor/severity.html"

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_weigh(self.request.user, self.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = severity_page.weigh(self.round, self.request.user)
        rows = Paginator(found.products, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**{"found": found, "page": rows, **kwargs})
