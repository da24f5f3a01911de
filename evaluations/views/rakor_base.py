"""What the pages of a Rakor share: who reads them, the meeting, the product."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property

from accounts.permissions import Answer
from evaluations import agenda, permissions
from evaluations.models import Entrant, Meeting
from registry.views.rows import one_or_404

from .base import RoundMixin, RunnerMixin
from .rounds_base import ServiceFormView


class RakorMixin(RoundMixin):
    """A page the panel reads, and who runs the round."""

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_sit_in(self.request.user, self.round)


class MeetingMixin(RakorMixin):
    """A page of one meeting."""

    @cached_property
    def meeting(self) -> Meeting:
        rows = Meeting.objects.for_user(self.request.user).filter(round=self.round)
        return one_or_404(rows.select_related("round"), key=self.kwargs["key"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"meeting": self.meeting, **kwargs})


class PanelEntrantMixin(RakorMixin):
    """A page of one product before the panel; 404 where a conflict hides it."""

    @cached_property
    def entrant(self) -> Entrant:
        rows = agenda.seen_by_panel(self.round, self.request.user).select_related("round", "sample", "instrument")
        return one_or_404(rows, number=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"entrant": self.entrant, **kwargs})


class RakorFormView(RunnerMixin, ServiceFormView):
    """A form about the Rakor for those who run the round; it leads back to the list."""

    template_name = "evaluations/rakor/form.html"

    def get_success_url(self) -> str:
        return reverse("rakor", args=[self.kwargs["code"]])


class MeetingFormView(MeetingMixin, RakorFormView):
    """A form about one meeting; it leads back there."""

    def get_success_url(self) -> str:
        return reverse("meeting", args=[self.kwargs["code"], self.kwargs["key"]])
