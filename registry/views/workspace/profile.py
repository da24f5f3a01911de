"""The profile of the village, school or community, and the paper forms of it and of its products."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.states import Action
from registry import overview, paper
from registry.forms.profile import ProfileForm, resolved
from registry.models import Contact
from registry.services.producers import edit_profile

from .base import ProducerMixin, ProductMixin, WorkspaceView
from .saving import SavingMixin
from .steps import hidden_fields


class ProfileView(SavingMixin, ProducerMixin, WorkspaceView):
    """The words about a producer and its pillar's own fields, saved like a step of a product."""

    action = Action.PRODUCER_EDIT
    template_name = "registry/workspace/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame: dict[str, Any] = {"heading": overview.YOUR_PROFILE[self.producer.pillar]}
        frame["form"] = kwargs.pop("form", None) or ProfileForm(self.producer)
        frame["contacts"] = Contact.objects.kept_by(self.request.user).filter(producer=self.producer)
        return super().get_context_data(**frame | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.keep(ProfileForm(self.producer, resolved(request.POST, self.producer)))

    def save(self, form: ProfileForm) -> None:
        base = self.request.POST.get(form.base_name, "")
        edit_profile(actor=self.request.user, producer=self.producer, base=base, values=form.values())

    def again(self, form: ProfileForm) -> ProfileForm:
        del self.producer
        return ProfileForm(self.producer, form.data)

    def onward(self) -> HttpResponse:
        messages.success(self.request, _("Saved. The public sees it with the next product that is approved."))
        return redirect("producer_profile", self.producer.code)


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep; never shown inside a page."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class BlankPaperView(ProducerMixin, WorkspaceView):
    """The empty A4 form of a producer, for writing by hand."""

    action = Action.PRODUCER_VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return pdf(paper.blank_form(self.producer), f"formulir-{self.producer.code}")


class ProductPaperView(ProductMixin, WorkspaceView):
    """The A4 form with what is already known of a product."""

    action = Action.PRODUCER_VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = paper.filled_form(self.product, with_contact=not hidden_fields(request.user, self.product))
        return pdf(content, f"formulir-{self.product.code}")
