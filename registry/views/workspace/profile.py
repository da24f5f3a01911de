"""The profile of the village, school or community, and the paper forms of it and of its products."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.states import Action
from registry import overview, paper
from registry.errors import Conflict
from registry.forms.profile import ProfileForm
from registry.models import Contact
from registry.services.producers import edit_profile

from .base import COMPLAINTS, FAILED, ProducerMixin, ProductMixin, WorkspaceView, words_of
from .steps import CONFLICT, hidden_fields


class ProfileView(ProducerMixin, WorkspaceView):
    """The words about a producer and its pillar's own fields."""

    action = Action.PRODUCER_EDIT
    template_name = "registry/workspace/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = {"form": ProfileForm(self.producer), "heading": overview.YOUR_PROFILE[self.producer.pillar]}
        frame["contacts"] = Contact.objects.kept_by(self.request.user).filter(producer=self.producer)
        return super().get_context_data(**frame | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ProfileForm(self.producer, request.POST)
        if not form.is_valid():
            return self.page(FAILED, form=form)
        about, profile = form.about.cleaned_data, form.pillar.cleaned_data
        try:
            edit_profile(actor=request.user, producer=self.producer, base=about["base"], about=about["about"], profile=profile)
        except Conflict as error:
            return self.conflict(form, error)
        except COMPLAINTS as error:
            return self.page(FAILED, form=form, complaints=words_of(error))
        messages.success(request, _("Saved. The public sees it with the next product that is approved."))
        return redirect("producer_profile", self.producer.code)

    def conflict(self, form: ProfileForm, error: Conflict) -> HttpResponse:
        """The typed text stays in the controls; what stands now is shown beside it."""
        fields = {field.name: field for field in form}
        unlike = [name for name in error.typed if error.typed[name] != error.current[name]]
        stands = [(fields[name].label, error.current[name]) for name in unlike if name in fields]
        self.producer.refresh_from_db(fields=["version"])
        form.rebased(self.producer.version)
        return self.page(CONFLICT, form=form, stands=stands, conflict=error.reason)


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
