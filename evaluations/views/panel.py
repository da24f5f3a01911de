"""The page of the panel of a round, seats, declared conflicts and substitutes."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.permissions import Answer
from evaluations import conflicts, permissions
from evaluations.draw_plan import substitutes_for
from evaluations.forms.panel import AddMemberForm, DeclareForm, ReasonForm, SeatForm, SubstituteForm, families_of
from evaluations.models import Conflict, Entrant, PanelMember, Sheet
from evaluations.queries.panel import in_office, lacking_reviewers, loads, sitting
from evaluations.services import draw, panel
from evaluations.states import PanelRole
from registry.views.rows import one_or_404

from .base import EntrantMixin, RoundMixin, RunnerMixin
from .rounds_base import ServiceFormView

NO_LOAD = {"given": 0, "sent": 0}


def seat_order(member: PanelMember) -> tuple[int, str]:
    """Chair, secretary, then the others by name."""
    return PanelRole.values.index(member.role), str(member.user)


class PanelView(RoundMixin, TemplateView):
    """Who sits on the panel, the rules of conflicts of interest, and for those who run the round what has to be done."""

    template_name = "evaluations/panel/panel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        names = dict(families_of(self.round))
        present, held = set(in_office(self.round).values_list("pk", flat=True)), loads(self.round, user)
        members = [
            {
                "member": member,
                "families": [names.get(family, family) for family in member.families],
                "in_office": member.pk in present,
                **held.get(member.user_id, NO_LOAD),
            }
            for member in sorted(sitting(self.round).select_related("user"), key=seat_order)
        ]
        context = {"members": members, "rules": conflicts.rules().words, "manages": permissions.may_manage(user)}
        return super().get_context_data(**{**context, **(self.for_runners() if self.runs else {}), **kwargs})

    def for_runners(self) -> dict[str, Any]:
        """Products that wait for a substitute, and the conflicts, without those of the reader."""
        seen = Entrant.objects.for_user(self.request.user)
        found = Conflict.objects.for_user(self.request.user).filter(round=self.round).select_related("entrant", "user")
        return {"lacking": list(lacking_reviewers(seen, self.round)[:100]), "conflicts": list(found[:200]), "conflict_count": found.count()}


class PanelFormView(ServiceFormView):
    """A form about the panel; it leads back there."""

    template_name = "evaluations/panel/form.html"

    def get_success_url(self) -> str:
        return reverse("panel", args=[self.kwargs["code"]])


class ManagerMixin(RoundMixin):
    """A page only those open who name panels."""

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_manage(self.request.user)


class MemberAddView(ManagerMixin, PanelFormView):
    """Seat a reviewer."""

    title = _("Add to the panel")
    form_class = AddMemberForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "round": self.round}

    def act(self, form: Form) -> str | Promise:
        panel.add_member(actor=self.request.user, round=self.round, **form.cleaned_data)
        return _("The person sits on the panel. Conflicts of interest were checked.")


class MemberMixin(ManagerMixin):
    """One seat of the panel."""

    @cached_property
    def member(self) -> PanelMember:
        rows = PanelMember.objects.for_user(self.request.user).filter(round=self.round, ended_at=None)
        return one_or_404(rows.select_related("user", "round"), pk=self.kwargs["member"])


class SeatView(MemberMixin, PanelFormView):
    """Change a seat."""

    form_class = SeatForm

    @property
    def title(self) -> str:
        return str(self.member.user)

    def get_form(self, form_class: Any = None) -> Form:
        return SeatForm(self.request.POST, round=self.round) if self.request.method == "POST" else SeatForm.of(self.member)

    def act(self, form: Form) -> str | Promise:
        panel.change_seat(actor=self.request.user, member=self.member, **form.cleaned_data)
        return _("The seat is changed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"end": reverse("panel_end", args=[self.round.code, self.member.pk]), **kwargs})


class SeatEndView(MemberMixin, PanelFormView):
    """Let a person leave the panel."""

    form_class = ReasonForm
    button = _("End the seat")
    intro = _("Open sheets of this person will not count any more, sent ones stay. Name substitutes afterwards.")

    @property
    def title(self) -> str:
        return str(self.member.user)

    def act(self, form: Form) -> str | Promise:
        panel.end_member(actor=self.request.user, member=self.member, **form.cleaned_data)
        return _("The person has left the panel.")


class DeclareView(RoundMixin, PanelFormView):
    """A member declares a conflict of interest. The answer never tells whether the product takes part."""

    title = _("Declare a conflict of interest")
    form_class = DeclareForm
    button = _("Declare it")
    intro = _("If you are close to a product or to its maker, say so here. From then on its evaluation is not shown to you.")

    def act(self, form: Form) -> str | Promise:
        panel.declare_conflict(actor=self.request.user, round=self.round, **form.cleaned_data)
        return _("Noted. If the product takes part in this round, you do not judge it.")


class RecuseView(EntrantMixin, PanelFormView):
    """A reviewer steps back from a product they have a sheet for."""

    title = _("Step back")
    form_class = ReasonForm
    button = _("Step back")
    intro = _("Your sheet will not count, and until the results are established you will see nothing of this product's evaluation.")

    @cached_property
    def entrant(self) -> Entrant:
        own = Sheet.objects.for_user(self.request.user).values("entrant")
        rows = Entrant.objects.for_user(self.request.user).filter(round=self.round, pk__in=own)
        return one_or_404(rows.select_related("round"), number=self.kwargs["number"])

    def act(self, form: Form) -> str | Promise:
        panel.recuse(actor=self.request.user, entrant=self.entrant, **form.cleaned_data)
        return _("You have stepped back. The secretary looks for a substitute.")


class SubstituteView(RunnerMixin, EntrantMixin, PanelFormView):
    """Name a substitute, or have one drawn."""

    title = _("Substitute")
    button = _("Give the product to this person")

    @cached_property
    def free(self) -> list[tuple[PanelMember, int]]:
        """Who may take over, with their loads."""
        return substitutes_for(self.round, self.entrant)

    @property
    def intro(self) -> str | Promise:
        return "" if self.free else draw.NOBODY

    def get_form(self, form_class: Any = None) -> Form:
        return SubstituteForm(self.request.POST if self.request.method == "POST" else None, free=self.free)

    def act(self, form: Form) -> str | Promise:
        chosen = form.cleaned_data["user"]
        user = next((m.user for m in in_office(self.round).select_related("user") if m.user_id == chosen), None) if chosen else None
        sheet = draw.name_substitute(actor=self.request.user, entrant=self.entrant, user=user)
        return _("%(name)s now judges this product.") % {"name": sheet.reviewer}
