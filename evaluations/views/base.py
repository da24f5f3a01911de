"""What the pages of the evaluation share: who may open them, which frame they wear, the round they are about."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied, has_role, is_staff, require
from accounts.states import Role
from evaluations import permissions
from evaluations.models import Entrant, PanelMember, Round
from registry.views.rows import one_or_404
from registry.views.staff_base import staff_frame

EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTSIDE = Denied(_("These pages belong to Satgas OVOP and the offices of the programme."))


def frame(request: HttpRequest, here: str | Promise) -> dict[str, Any]:
    """The base template and the words of its head: officers stay in the staff area, reviewers have a frame of their own."""
    if is_staff(request.user):
        return {"frame": "base_staff.html", "here": here, **staff_frame(request.user)}
    return {"frame": "base_review.html", "here": here}


class EvaluationMixin(AccessMixin):
    """A page for officers and reviewers; templates extend `frame`. Never cached: what one may see changes with conflicts."""

    here: str | Promise = _("Evaluation")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        require(self.allowed())
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def allowed(self) -> Answer:
        """Whether the person may open this page; subclasses ask for more."""
        user = self.request.user
        return Allowed() if is_staff(user) or has_role(user, [Role.REVIEWER]) else OUTSIDE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**frame(self.request, self.here), **kwargs})


class RoundMixin(EvaluationMixin):
    """A page of one round; 404 for those who may not follow it."""

    @cached_property
    def round(self) -> Round:
        return one_or_404(Round.objects.for_user(self.request.user), code=self.kwargs["code"])

    @cached_property
    def seat(self) -> PanelMember | None:
        """The person's own seat on the panel."""
        return permissions.membership(self.request.user, self.round)

    @cached_property
    def runs(self) -> Answer:
        """Whether the person runs the round: chair, secretary or province."""
        return permissions.may_run(self.request.user, self.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"round": self.round, "seat": self.seat, "runs": self.runs, **kwargs})


class RunnerMixin(RoundMixin):
    """A page only the chair, the secretary and the province open."""

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_run(self.request.user, self.round)


class EntrantMixin(RoundMixin):
    """A page about one product in a round; 404 where a conflict hides it."""

    @cached_property
    def entrant(self) -> Entrant:
        rows = Entrant.objects.for_user(self.request.user).filter(round=self.round)
        return one_or_404(rows.select_related("product", "version"), number=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"entrant": self.entrant, **kwargs})
