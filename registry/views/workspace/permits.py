"""Adding and changing the permits of a product."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from registry.forms.permit import PermitForm
from registry.models import Permit
from registry.services import permits
from registry.views.rows import one_or_404

from .base import COMPLAINTS, FAILED, WorkspaceView, words_of
from .steps import WritableMixin


class PermitView(WritableMixin, WorkspaceView):
    """One permit: new, or one of the product's own; any other key is a 404."""

    template_name = "registry/workspace/permit.html"

    @cached_property
    def permit(self) -> Permit | None:
        if "key" not in self.kwargs:
            return None
        rows = Permit.objects.for_user(self.request.user, self.action).filter(producer=self.producer).select_related("scan")
        return one_or_404(rows, key=self.kwargs["key"])

    def form(self, *args: Any) -> PermitForm:
        first = {"holder": "maker" if self.product.enterprise_id else "producer"}
        initial = PermitForm.initial_of(self.permit) if self.permit else first
        return PermitForm(*args, initial=initial, use_required_attribute=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": self.form(), "permit": self.permit} | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "remove" in request.POST and self.permit:
            return self.remove()
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(FAILED, form=form)
        try:
            self.save(form)
        except COMPLAINTS as error:
            return self.page(FAILED, form=form, complaints=words_of(error))
        messages.success(request, _("Permit saved."))
        return self.back()

    def save(self, form: PermitForm) -> None:
        permits.save_permit(
            actor=self.request.user,
            product=self.product,
            values=form.values(),
            permit=self.permit,
            upload=form.cleaned_data.get("upload"),
        )

    def remove(self) -> HttpResponse:
        try:
            permits.remove_permit(actor=self.request.user, product=self.product, permit=self.permit)
        except COMPLAINTS as error:
            messages.error(self.request, " ".join(words_of(error)))
        else:
            messages.success(self.request, _("The permit no longer belongs to this product."))
        return self.back()

    def back(self) -> HttpResponse:
        if self.request.GET.get("dari") == "perbaiki":
            return redirect("product_fix", self.product.code)
        return redirect("product_step", self.product.code, "permits")
