"""The Rakor of a round: its meetings, attendance, the agenda by regency, closing a meeting."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from evaluations import agenda, permissions
from evaluations.forms.rakor import AgendaForm, AttendanceForm, CloseForm, MeetingForm
from evaluations.models import Meeting
from evaluations.services import rakor
from evaluations.states import FollowUpState, Phase

from .rakor_base import MeetingFormView, MeetingMixin, RakorFormView, RakorMixin
from .rounds_base import Words

FOLLOW_UPS_SHOWN = 5


def problem_with(form: Form, name: str, words: Words) -> None:
    """Say under a field what only the database could tell."""
    form.add_error(name, str(words))


class RakorView(RakorMixin, TemplateView):
    """The meetings of a round, the whole agenda in numbers, and what is still to be done."""

    template_name = "evaluations/rakor/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        seen = agenda.seen_by_panel(self.round, user)
        decided = Count("decisions", filter=Q(decisions__entrant__in=seen))
        meetings = list(Meeting.objects.for_user(user).filter(round=self.round).annotate(decided=decided).order_by("-starts_at", "-pk"))
        parts = agenda.agenda_of(self.round, user)
        open_ones = [row for row in agenda.follow_ups_of(self.round, user) if row.state == FollowUpState.OPEN]
        context = {
            "meetings": meetings,
            "parts": parts,
            "undecided": sum(part.undecided for part in parts),
            "on_agenda": sum(len(part.lines) for part in parts),
            "follow_ups": agenda.carried(open_ones[:FOLLOW_UPS_SHOWN]),
            "follow_up_count": len(open_ones),
            "weighs": permissions.may_weigh(user, self.round),
            "may_ask": self.round.phase in (Phase.SCORING, Phase.RAKOR),
        }
        return super().get_context_data(**{**context, **kwargs})


class MeetingPlanView(RakorFormView):
    """Plan a meeting, or change one."""

    form_class = MeetingForm
    title: Words = _("Plan a Rakor")

    def get_form_kwargs(self) -> dict[str, Any]:
        seen = agenda.seen_by_panel(self.round, self.request.user)
        codes = set(seen.order_by().values_list("regency_code", flat=True).distinct())
        return {**super().get_form_kwargs(), "regencies": agenda.names_of(codes)}

    def act(self, form: Form) -> Words:
        self.meeting = rakor.plan_meeting(actor=self.request.user, round=self.round, **form.cleaned_data)
        return _("The Rakor is planned. Now note who takes part.")

    def get_success_url(self) -> str:
        made = getattr(self, "meeting", None)
        return reverse("meeting", args=[self.round.code, made.key]) if made else super().get_success_url()


class MeetingChangeView(MeetingFormView, MeetingPlanView):
    """Change a meeting that is not closed."""

    title = _("Change the Rakor")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "meeting": self.meeting}

    def act(self, form: Form) -> Words:
        rakor.plan_meeting(actor=self.request.user, round=self.round, meeting=self.meeting, **form.cleaned_data)
        return _("The Rakor is changed.")


class MeetingView(MeetingMixin, TemplateView):
    """One meeting: who is there, the agenda by regency with what was decided, and what follows."""

    template_name = "evaluations/rakor/meeting.html"

    @cached_property
    def chosen(self) -> str:
        """One regency alone, when asked for."""
        return self.request.GET.get("kabupaten", "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, meeting = self.request.user, self.meeting
        parts = agenda.agenda_of(self.round, user, meeting.regency_codes)
        shown = [part for part in parts if part.code == self.chosen] or parts
        seats = agenda.attendance_of(meeting)
        followed = agenda.follow_ups_of(self.round, user).filter(meeting=meeting)
        runs = bool(self.runs) and meeting.closed_at is None
        context = {
            "parts": parts,
            "shown": shown,
            "chosen": self.chosen if len(shown) < len(parts) else "",
            "next_line": next((line for part in shown for line in part.lines if line.decision is None), None),
            "seats": [(seat, dict(rakor.AttendanceMode.choices).get(mode, "")) for seat, mode in seats],
            "attendance_form": AttendanceForm(seats=seats) if runs else None,
            "quorum": agenda.quorum_of(meeting),
            "follow_ups": agenda.carried(list(followed)),
            "may_ask": runs and self.round.phase in (Phase.SCORING, Phase.RAKOR),
            "in_rakor": self.round.phase == Phase.RAKOR,
        }
        return super().get_context_data(**{**context, **kwargs})


class AttendanceView(MeetingFormView):
    """Who takes part, and how."""

    title = _("Attendance")

    def get_form(self, form_class: Any = None) -> Form:
        data = self.request.POST if self.request.method == "POST" else None
        return AttendanceForm(data, seats=agenda.attendance_of(self.meeting))

    def act(self, form: Form) -> Words:
        rakor.note_attendance(actor=self.request.user, meeting=self.meeting, modes=form.modes())
        return _("Attendance noted.")


class MeetingCloseView(MeetingFormView):
    """End a meeting with its minutes."""

    form_class = CloseForm
    title = _("Close the Rakor")
    button = _("Close the Rakor")
    intro = _("Attendance, decisions and notes of this Rakor can no longer be changed afterwards.")

    def get_initial(self) -> dict[str, Any]:
        return {"notes": self.meeting.notes}

    def act(self, form: Form) -> Words:
        rakor.close_meeting(actor=self.request.user, meeting=self.meeting, **form.cleaned_data)
        return _("The Rakor is closed. The minutes can be printed.")


class AgendaAddView(RakorFormView):
    """Put a product on the agenda by hand."""

    form_class = AgendaForm
    title = _("Put a product on the agenda")
    button = _("Put on the agenda")

    def form_valid(self, form: Form) -> HttpResponse:
        rows = agenda.seen_by_panel(self.round, self.request.user)
        self.entrant = rows.filter(code=form.cleaned_data["code"]).first()
        if self.entrant is None:
            problem_with(form, "code", _("No product with this code takes part in this round."))
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, form: Form) -> Words:
        rakor.put_on_agenda(actor=self.request.user, entrant=self.entrant, note=form.cleaned_data["note"])
        return _("%(product)s is on the agenda.") % {"product": self.entrant.name}
