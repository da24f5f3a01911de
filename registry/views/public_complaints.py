"""Reporting a product without an account, and following the report up by its number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from registry.codes import read_product_code
from registry.forms.public import ComplaintForm, ComplaintNumberForm
from registry.models import CatalogueEntry, Complaint
from registry.services.complaints import file_complaint


@method_decorator(never_cache, name="dispatch")
class ComplaintView(FormView):
    """ "Report this product": limited per address, and a limit that is reached keeps what was typed."""

    template_name = "registry/public/complaint_new.html"
    form_class = ComplaintForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = read_product_code(kwargs["code"])
        self.entry = get_object_or_404(CatalogueEntry.objects.coded(code))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(entry=self.entry, **kwargs)

    def form_valid(self, form: ComplaintForm) -> HttpResponse:
        if not ratelimit.consume(self.request, action="complaint"):
            form.add_error(None, _("Too many reports came from this connection within an hour. Wait a little, then send again."))
            return self.render_to_response(self.get_context_data(form=form), status=429)
        data = form.cleaned_data
        actor = self.request.user if self.request.user.is_authenticated else None
        complaint = file_complaint(
            actor=actor,
            entry=self.entry,
            key=data["key"],
            reason=data["reason"],
            text=data["text"],
            name=data["name"],
            phone=data["phone"],
        )
        return redirect(f"{reverse('complaint_status')}?{urlencode({'number': complaint.number, 'sent': 1})}")


@method_decorator(never_cache, name="dispatch")
class ComplaintStatusView(FormView):
    """What became of a report, for whoever knows its number."""

    template_name = "registry/public/complaint_status.html"
    form_class = ComplaintNumberForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "number" not in request.GET:
            return super().get(request, *args, **kwargs)
        form = ComplaintNumberForm(request.GET)
        if not form.is_valid():
            return self.form_invalid(form)
        complaint = Complaint.objects.numbered(_number(form.cleaned_data["number"])).first()
        if complaint is None:
            form.add_error("number", _("No report has this number. Compare every letter and figure."))
            return self.render_to_response(self.get_context_data(form=form), status=404)
        return self.render_to_response(self.get_context_data(form=form, complaint=complaint, is_new="sent" in request.GET))

    def form_valid(self, form: ComplaintNumberForm) -> HttpResponse:
        return redirect(f"{reverse('complaint_status')}?{urlencode({'number': form.cleaned_data['number']})}")


def _number(typed: str) -> str:
    """The number a person meant: any case, with or without the dash; look-alike letters read as the figures they are."""
    raw = "".join(char for char in typed.upper() if char.isalnum())
    body = (raw[1:] if raw.startswith("L") and len(raw) == 13 else raw).translate(str.maketrans("OILU", "011V"))
    return f"L-{body}"
