"""The own profile, and the people of the own unit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from accounts import services
from accounts.activity import recent_activity
from accounts.forms import OperatorForm, ProfileForm
from accounts.labels import mandate_lines
from accounts.models import Mandate
from accounts.permissions import may_anywhere, needs_second_factor
from accounts.states import Action, Role

from .mixins import ActionRequiredMixin, OwnUnitMixin, ServiceFormMixin, frame_of, people_page
from .slips import slip

UNIT_PEOPLE = (Role.PRODUCER_OPERATOR, Role.COMPANION, Role.PRODUCER_HEAD, Role.PARTNER)


class ProfileView(LoginRequiredMixin, ServiceFormMixin, FormView):
    """Own name, number, mandates and activity."""

    form_class = ProfileForm
    template_name = "account/profile.html"
    success_url = reverse_lazy("profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            frame=frame_of(self.request),
            mandates=mandate_lines(user.mandates.live()),
            activity=recent_activity(user),
            second_factor=needs_second_factor(user),
            names_operators=bool(may_anywhere(user, Action.OPERATOR_NAME)),
            **kwargs,
        )

    def run(self, form: ProfileForm) -> HttpResponse:
        data = form.cleaned_data
        services.update_profile(actor=self.request.user, user=self.request.user, display_name=data["display_name"], phone=data["phone"])
        messages.success(self.request, _("Saved."))
        return redirect(self.success_url)


class UnitPeopleView(OwnUnitMixin, ServiceFormMixin, FormView):
    """Operators, companions and systems of the own unit: name one, end one, let one send."""

    form_class = OperatorForm
    template_name = "account/unit_people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = Mandate.objects.for_user(self.request.user, self.action).live().of_unit(self.own.unit_kind, self.own.unit_code)
        people = people.filter(role__in=UNIT_PEOPLE).exclude(user=self.request.user).select_related("user")
        return super().get_context_data(people=people.order_by("user__is_service", "role", "pk"), **kwargs)

    def run(self, form: OperatorForm) -> HttpResponse:
        data, own = form.cleaned_data, self.own
        named = services.name_operator(
            actor=self.request.user,
            unit_kind=own.unit_kind,
            unit_code=own.unit_code,
            login=data["login"],
            display_name=data["display_name"],
            may_send=data["may_send"],
        )
        if named.issued:
            return slip(self.request, named.issued, frame="base_workspace.html", back=self.people_page)
        messages.success(self.request, _("%(name)s is now an operator.") % {"name": named.mandate.user})
        return redirect(self.people_page)


class UnitPersonActionView(ActionRequiredMixin, View):
    """One tap on one person or system of the own unit: end, or let send."""

    action = Action.OPERATOR_NAME

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mandate = get_object_or_404(Mandate.objects.for_user(request.user, self.action).live(), pk=pk)
        try:
            self._do(request, mandate)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(people_page(mandate.unit_code))

    def _do(self, request: HttpRequest, mandate: Mandate) -> None:
        if "end" in request.POST:
            services.end_operator(actor=request.user, mandate=mandate)
            messages.success(request, _("%(name)s no longer works for this unit.") % {"name": mandate.user})
        elif "may_send" in request.POST:
            services.set_may_send(actor=request.user, mandate=mandate, may_send=request.POST["may_send"] == "1")
            messages.success(request, _("Saved."))
