"""What the pages of results share: which close of the round is shown, and to whom."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Answer
from evaluations import permissions
from evaluations.models import ResultSet

from .base import RoundMixin


class ResultsMixin(RoundMixin):
    """A page of the results of one close: the newest, or the one asked for by number. Old ones are for who runs the round."""

    here = _("Results")

    @cached_property
    def versions(self) -> list[ResultSet]:
        rows = ResultSet.objects.for_user(self.request.user).filter(round=self.round).select_related("closed_by", "decree__entered_by")
        return list((rows if self.runs else rows.filter(superseded_at=None)).order_by("-version"))

    @cached_property
    def chosen(self) -> ResultSet | None:
        """The close that is shown; none before the first. 404 for a number that is none of the person's."""
        wanted = self.request.GET.get("versi", "")
        if not wanted:
            return self._whole(self.versions[0]) if self.versions else None
        found = [one for one in self.versions if str(one.version) == wanted]
        if not found:
            raise Http404
        return self._whole(found[0])

    def _whole(self, one: ResultSet) -> ResultSet:
        one.round = self.round
        return one

    @property
    def closed(self) -> ResultSet:
        """The close that is shown; 404 where there is none."""
        if self.chosen is None:
            raise Http404
        return self.chosen

    @property
    def decree(self) -> Any:
        return getattr(self.chosen, "decree", None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = {"chosen": self.chosen, "versions": self.versions, "decree": self.decree, "waits": not self.round.is_established}
        return super().get_context_data(**{**frame, **kwargs})


class ChairMixin(RoundMixin):
    """A page the chair alone opens."""

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_chair(self.request.user, self.round)


class DecreeMixin(RoundMixin):
    """A page of those who enter decrees: the province."""

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_manage(self.request.user)
