"""The staff pages about partners, at /admin/mitra/. Each names its rows, its form and its one service."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, ListView, TemplateView, View

from accounts.labels import mandate_lines
from accounts.models import Mandate
from accounts.states import Action
from accounts.views.mixins import ServiceFormMixin, StaffPageMixin
from partners import services
from partners.forms import CredentialForm, NewPartnerForm, PartnerForm
from partners.labels import credential_rows, scope_words, webhook_rows
from partners.models import ApiUse, Credential, Partner, Webhook

DELEGATIONS_A_PAGE = 50


class PartnerPageMixin(StaffPageMixin):
    """A page about partners, for the officers of the province."""

    action = Action.PARTNER_MANAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"here": _("Partners"), **kwargs})


class PartnerListView(PartnerPageMixin, ListView):
    """All partners."""

    template_name = "partners/list.html"
    context_object_name = "partners"
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        return Partner.objects.for_user(self.request.user, self.action).with_figures()


class PartnerView(PartnerPageMixin, DetailView):
    """One partner: its credentials, the delegations to it, what it did lately."""

    template_name = "partners/detail.html"
    context_object_name = "partner"
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self) -> QuerySet:
        return Partner.objects.for_user(self.request.user, self.action).select_related("service_user")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, partner = self.request.user, self.object
        credentials = Credential.objects.for_user(user, self.action).filter(partner=partner).select_related("partner")
        webhooks = Webhook.objects.for_user(user, self.action).filter(partner=partner, removed_at=None).order_by("pk")
        return super().get_context_data(
            webhooks=webhook_rows(webhooks),
            credentials=credential_rows(credentials),
            **self.delegations(),
            uses=ApiUse.objects.for_user(user, self.action).filter(partner=partner).select_related("credential")[:20],
            **kwargs,
        )

    def delegations(self) -> dict[str, Any]:
        """The delegations in force, a page of them, narrowed to codes that begin as typed."""
        code = self.request.GET.get("kode", "").replace("\x00", "").strip()[:40]
        rows = Mandate.objects.for_user(self.request.user, self.action).filter(user=self.object.service_user_id).live()
        page = Paginator(rows.filter(unit_code__startswith=code).select_related("granted_by"), DELEGATIONS_A_PAGE).get_page(
            self.request.GET.get("page")
        )
        return {"page": page, "delegations": mandate_lines(page), "code": code}


class OnePartnerMixin(PartnerPageMixin):
    """Works on one partner; 404 for an unknown one."""

    @cached_property
    def partner(self) -> Partner:
        return get_object_or_404(Partner.objects.for_user(self.request.user, self.action), code=self.kwargs["code"])

    @property
    def back(self) -> str:
        return reverse("partner_detail", args=[self.partner.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(partner=self.partner, back=self.back, **kwargs)


class NewPartnerView(PartnerPageMixin, ServiceFormMixin, FormView):
    """Registers a partner."""

    form_class = NewPartnerForm
    template_name = "partners/new.html"

    def run(self, form: NewPartnerForm) -> HttpResponse:
        partner = services.register_partner(actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The partner has been registered. Now make its first credential."))
        return redirect("partner_detail", partner.code)


class PartnerEditView(OnePartnerMixin, ServiceFormMixin, FormView):
    """Changes what is said of a partner."""

    form_class = PartnerForm
    template_name = "partners/edit.html"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.partner, name) for name in self.form_class.base_fields}

    def run(self, form: PartnerForm) -> HttpResponse:
        services.update_partner(actor=self.request.user, partner=self.partner, **form.cleaned_data)
        messages.success(self.request, _("The changes have been saved."))
        return redirect(self.back)


class NewCredentialView(OnePartnerMixin, ServiceFormMixin, FormView):
    """Makes a credential and shows its secret, once, in the answer to the request that made it."""

    form_class = CredentialForm
    template_name = "partners/credential_new.html"

    def run(self, form: CredentialForm) -> HttpResponse:
        issued = services.issue_credential(actor=self.request.user, partner=self.partner, **form.cleaned_data)
        context = self.get_context_data(
            credential=issued.credential,
            secret=issued.secret,
            scopes=scope_words(issued.credential),
            token_address=self.request.build_absolute_uri(reverse("api_token")),
        )
        response = render(self.request, "partners/secret.html", context)
        response["Cache-Control"] = "no-store"
        return response


class PartnerActionView(OnePartnerMixin, TemplateView):
    """One button on a partner: GET asks whether it is meant, POST lets the service do it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(self.back)

    def act(self) -> str:
        """What the button does: each subclass names its one service and says what has happened."""
        raise NotImplementedError


class RevokeView(PartnerActionView):
    template_name = "partners/revoke.html"

    @cached_property
    def credential(self) -> Credential:
        rows = Credential.objects.for_user(self.request.user, self.action).filter(partner=self.partner)
        return get_object_or_404(rows, client_id=self.kwargs["client_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(credential=self.credential, **kwargs)

    def act(self) -> str:
        services.revoke_credential(actor=self.request.user, credential=self.credential)
        return _("The credential has been revoked. Its tokens have ended.")


class DeactivateView(PartnerActionView):
    template_name = "partners/deactivate.html"

    def act(self) -> str:
        services.deactivate_partner(actor=self.request.user, partner=self.partner)
        return _("The partner has been switched off. All its credentials and tokens have ended.")


class ReactivateView(OnePartnerMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.reactivate_partner(actor=request.user, partner=self.partner)
        messages.success(request, _("The partner is active again. It needs a new credential."))
        return redirect(self.back)
