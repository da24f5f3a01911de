"""The officers' pages that register a producer and complete its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from accounts.forms import add_errors
from accounts.permissions import mandates_for
from accounts.states import Action, Pillar
from registry.forms.desk import PlaceForm, RegisterForm
from registry.models import Producer
from registry.pillars import all_specs, spec_for
from registry.services.places import complete_place
from registry.services.register import register_producer

from .rows import one_or_404
from .staff_base import StaffMixin


class PillarChoiceView(StaffMixin, TemplateView):
    """Which kind of producer is to be registered."""

    here = _("Producers")
    needs = Action.PRODUCER_MANAGE
    template_name = "registry/desk/register_choice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mandates = mandates_for(self.request.user, self.needs)
        own = {mandate.pillar for mandate in mandates}
        specs = [spec for spec in all_specs() if "" in own or spec.pillar in own]
        return super().get_context_data(specs=specs, **kwargs)


class RegisterView(StaffMixin, FormView):
    """A new producer with the profile of its pillar."""

    here = _("Producers")
    needs = Action.PRODUCER_MANAGE
    form_class = RegisterForm
    template_name = "registry/desk/register.html"

    @cached_property
    def spec(self) -> Any:
        if self.kwargs["pillar"] not in Pillar.values:
            raise Http404
        return spec_for(self.kwargs["pillar"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "pillar": self.spec.pillar}

    def profile_form(self, data: Any = None) -> Any:
        form = self.spec.profile_form(data, prefix="profil")
        form.fields.pop("npsn", None)  # asked once, as the code
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, profile = self.get_form(), self.profile_form(request.POST)
        if not (form.is_valid() and _profile_is_valid(profile)):
            return self.render_to_response(self.get_context_data(form=form, profile=profile), status=422)
        try:
            producer = register_producer(actor=request.user, pillar=self.spec.pillar, profile=profile.cleaned_data, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
            return self.render_to_response(self.get_context_data(form=form, profile=profile), status=422)
        messages.success(request, _("Registered. Its code is %(code)s.") % {"code": producer.code})
        return redirect("admin:registry_producer_change", producer.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"spec": self.spec, "profile": self.profile_form(), **kwargs})


def _profile_is_valid(profile: Any) -> bool:
    """Only the fields: the row itself is checked by the service, with its producer."""
    profile._post_clean = lambda: None
    return profile.is_valid()


class PlaceView(StaffMixin, FormView):
    """The exact place of a school or community."""

    here = _("Producers")
    needs = Action.PRODUCER_MANAGE
    form_class = PlaceForm
    template_name = "registry/desk/place.html"

    @cached_property
    def producer(self) -> Producer:
        rows = Producer.objects.for_user(self.request.user, self.needs).select_related("region")
        return one_or_404(rows, code=self.kwargs["code"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "pillar": self.producer.pillar}

    def get_initial(self) -> dict[str, Any]:
        return {"region": self.producer.region}

    def form_valid(self, form: PlaceForm) -> HttpResponse:
        try:
            complete_place(actor=self.request.user, producer=self.producer, region=form.cleaned_data["region"])
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The place is noted."))
        return redirect(self.back)

    @property
    def back(self) -> str:
        number = self.request.GET.get("pengajuan", "")
        if number.isascii() and number.replace("-", "").isalnum():
            return reverse("desk_submission", args=[number])
        return reverse("admin:registry_producer_change", args=[self.producer.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(producer=self.producer, back=self.back, **kwargs)
