"""Reports of the public about products: the queue by area, and one report with its answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_filters.views import FilterView

from accounts.permissions import Refused
from accounts.states import Action
from registry import calendar
from registry.errors import Conflict, RegistryError
from registry.filters import ComplaintFilter
from registry.forms.desk import ComplaintForm
from registry.models import Complaint
from registry.services.complaints_handling import handle_complaint, outcomes_for

from .rows import one_or_404
from .staff_base import StaffMixin, reason_of


class ComplaintQueueView(StaffMixin, FilterView):
    """Reports of the own area, the most urgent first."""

    here = _("Complaints")
    needs = Action.COMPLAINT_HANDLE
    template_name = "registry/desk/complaint_queue.html"
    filterset_class = ComplaintFilter
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        return Complaint.objects.for_user(self.request.user, self.needs).select_related("entry")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = list(context["page_obj"].object_list)
        left = calendar.days_left(row.due_on for row in shown if not row.outcome)
        context["rows"] = [(row, None if row.outcome else left.get(row.due_on)) for row in shown]
        return context


class ComplaintView(StaffMixin, TemplateView):
    """One report and its closing."""

    here = _("Complaints")
    needs = Action.COMPLAINT_HANDLE
    template_name = "registry/desk/complaint.html"

    @cached_property
    def complaint(self) -> Complaint:
        rows = Complaint.objects.for_user(self.request.user, self.needs).select_related("entry__product__producer", "handled_by")
        return one_or_404(rows, number=self.kwargs["number"])

    def form(self, data: Any = None) -> ComplaintForm:
        answers = outcomes_for(self.request.user, self.complaint)
        return ComplaintForm(data, outcomes=[outcome for outcome, answer in answers.items() if answer])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            handle_complaint(actor=request.user, complaint=self.complaint, **form.cleaned_data)
        except (Refused, RegistryError) as error:
            self.__dict__.pop("complaint", None)
            context = self.get_context_data(form=form, problem=reason_of(error))
            return self.render_to_response(context, status=409 if isinstance(error, Conflict) else 422)
        messages.success(request, _("Closed. The person who reported it can read the answer with their number."))
        return redirect("complaint_queue")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        complaint = self.complaint
        others = Complaint.objects.for_user(self.request.user, self.needs).filter(entry=complaint.entry).exclude(pk=complaint.pk)
        left = None if complaint.outcome else calendar.working_days_until(complaint.due_on)
        return super().get_context_data(**{"complaint": complaint, "days_left": left, "others": others[:8], "form": self.form(), **kwargs})
