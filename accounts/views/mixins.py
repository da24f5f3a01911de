"""What the pages share: who may open them, which frame they wear, and how a service's refusal comes back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.forms import add_errors
from accounts.models import Mandate
from accounts.permissions import has_role, is_staff, may_anywhere, require
from accounts.scope import current_mandates
from accounts.states import UNIT_ROLES, Action
from accounts.units import Unit, resolve_unit


class ActionRequiredMixin(AccessMixin):
    """Opens a page to holders of `action`; others sign in first, or read why not."""

    action: Action

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        require(may_anywhere(request.user, self.action))
        return super().dispatch(request, *args, **kwargs)


class StaffPageMixin(ActionRequiredMixin):
    """A page of the staff area with its frame's words."""

    action = Action.ACCOUNT_VIEW

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mandates = [mandate for mandate in current_mandates(self.request.user) if self.action in mandate.actions]
        frame = {"here": _("Accounts"), "office_name": mandates[0].office_name, "role_name": mandates[0].get_role_display()}
        return super().get_context_data(**{**frame, **kwargs})


class OwnUnitMixin(ActionRequiredMixin):
    """A page of a head about the own unit: the one named in the address, else the first."""

    action = Action.OPERATOR_NAME

    @cached_property
    def own(self) -> Mandate:
        """The head's mandate this page works under."""
        heads = [mandate for mandate in current_mandates(self.request.user) if self.action in mandate.actions]
        return next((mandate for mandate in heads if mandate.unit_code == self.request.GET.get("unit")), heads[0])

    @cached_property
    def unit(self) -> Unit | None:
        return resolve_unit(self.own.unit_kind, self.own.unit_code)

    @property
    def unit_name(self) -> str:
        return self.unit.label if self.unit else self.own.unit_code

    @property
    def people_page(self) -> str:
        """The page of those who write for this unit."""
        return people_page(self.own.unit_code)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"own": self.own, "unit_name": self.unit_name, **kwargs})


def people_page(unit_code: str) -> str:
    """Where a head looks after those who write for one unit."""
    return f"{reverse('unit_people')}?{urlencode({'unit': unit_code})}"


class ServiceFormMixin:
    """A form whose valid data goes to a service; the service's complaint comes back next to the field."""

    def run(self, form: Any) -> HttpResponse:
        """What valid data do: each subclass names its one service."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.run(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)


def frame_of(request: HttpRequest) -> str:
    """The base template a signed-in person is at home in."""
    if is_staff(request.user):
        return "base_staff.html"
    return "base_workspace.html" if has_role(request.user, UNIT_ROLES) else "base_public.html"
