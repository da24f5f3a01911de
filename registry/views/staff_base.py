"""What the registry's staff pages share: who may open them, and the words of the frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from accounts.permissions import Refused, may_anywhere, require
from accounts.scope import current_mandates
from accounts.states import Action
from accounts.views.mixins import ActionRequiredMixin
from registry.errors import RegistryError


def staff_frame(user: Any) -> dict[str, Any]:
    """The office and role in the head of a staff page."""
    mandates = [mandate for mandate in current_mandates(user) if Action.DASHBOARD_VIEW in mandate.actions]
    return {"office_name": mandates[0].office_name, "role_name": mandates[0].get_role_display()} if mandates else {}


class StaffMixin(ActionRequiredMixin):
    """A page of the staff area; `needs` is asked besides the right to enter it, `here` names it on phones."""

    action = Action.DASHBOARD_VIEW
    needs: Action | None = None
    here: str | Promise = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and self.needs:
            require(may_anywhere(request.user, self.action))
            require(may_anywhere(request.user, self.needs))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**staff_frame(self.request.user), "here": self.here, **kwargs})


def reason_of(error: Refused | RegistryError) -> str:
    """The words of a refusal, whichever kind it is."""
    return str(error.reason)
