"""The officers' pages about what the public sees: the list of products, and one entry with what may be done to it."""

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
from registry import showcase
from registry.errors import Conflict, RegistryError
from registry.filters import EntryFilter
from registry.forms.desk import EntryStepForm
from registry.models import CatalogueEntry, Complaint, SubmissionEvent
from registry.presentation import display, label
from registry.services import entries
from registry.snapshot import visible_fields

from .rows import one_or_404
from .staff_base import StaffMixin, reason_of

STEP_WORDS = {
    "suspend": _("Suspend"),
    "resume": _("Show again"),
    "withdraw": _("Withdraw"),
    "restore": _("Put back"),
    "pause": _("Pause for now"),
    "cease": _("No longer made"),
    "continue": _("Made again"),
}


class EntryListView(StaffMixin, FilterView):
    """Products of the area that are or were public."""

    here = _("Products")
    needs = Action.PRODUCER_VIEW
    template_name = "registry/desk/entry_list.html"
    filterset_class = EntryFilter
    context_object_name = "entries"
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        return CatalogueEntry.objects.for_user(self.request.user, self.needs).defer("search_vector", "search_text")


class EntryView(StaffMixin, TemplateView):
    """One entry: its state and reason, its permits today, its history, and the steps the officer may take."""

    here = _("Products")
    needs = Action.PRODUCER_VIEW
    template_name = "registry/desk/entry.html"

    @cached_property
    def entry(self) -> CatalogueEntry:
        rows = CatalogueEntry.objects.for_user(self.request.user, self.needs)
        rows = rows.select_related("product__producer", "version__submission").defer("search_vector", "search_text")
        return one_or_404(rows, code=self.kwargs["code"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = EntryStepForm(request.POST)
        if not form.is_valid() or form.cleaned_data["step"] not in entries.STEPS:
            return self._again(form, "", 422)
        data = form.cleaned_data
        try:
            entries.change_entry(
                actor=request.user, entry=self.entry, name=data["step"], reason=data["reason"], review_on=data["review_on"]
            )
        except (Refused, RegistryError) as error:
            return self._again(form, reason_of(error), 409 if isinstance(error, Conflict) else 422)
        messages.success(request, _("Done. It counts at once, everywhere."))
        return redirect("entry_detail", self.entry.code)

    def _again(self, form: EntryStepForm, problem: str, status: int) -> HttpResponse:
        self.__dict__.pop("entry", None)
        return self.render_to_response(self.get_context_data(form=form, problem=problem), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, entry = self.request.user, self.entry
        fields = [(label(key, value), display(key, value)) for key, value in visible_fields(entry.payload) if key != "contact"]
        events = SubmissionEvent.objects.for_user(user, self.needs).filter(submission__product_id=entry.product_id)
        return super().get_context_data(
            entry=entry,
            fields=[(words, shown) for words, shown in fields if shown.kind == "lines" and not shown.is_empty],
            permits=showcase.permits_held(entry),
            steps=[(name, STEP_WORDS[name]) for name in entries.available(user, entry)],
            events=events.select_related("actor", "mandate__granted_by").order_by("-pk")[:30],
            complaints=Complaint.objects.for_user(user, Action.COMPLAINT_HANDLE).filter(entry=entry)[:10],
            **{"form": EntryStepForm(), **kwargs},
        )
