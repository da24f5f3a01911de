"""Ways in: activation, forgotten password, where one lands after signing in, and whether the session still lives."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET
from django.views.generic import FormView, TemplateView

from accounts import services
from accounts.forms import ActivationCodeForm, NewPasswordForm, PasswordHelpForm
from accounts.labels import mandate_lines
from accounts.models import Activation
from accounts.permissions import has_role, is_staff
from accounts.states import UNIT_ROLES, Role

from .mixins import ServiceFormMixin

PENDING = "activation"
PENDING_SECONDS = 30 * 60


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class ActivationView(FormView):
    """Step 1: the username and the eight digits; tries are limited per account and per address."""

    form_class = ActivationCodeForm
    template_name = "account/activation_code.html"

    def form_valid(self, form: ActivationCodeForm) -> HttpResponse:
        login = form.cleaned_data["login"]
        limited = ratelimit.consume_or_429(self.request, action="activation", key=login.lower())
        if limited:
            return limited
        activation = services.check_code(login=login, code=form.cleaned_data["code"])
        if activation is None:
            form.add_error(None, _("This code is not right, or no longer valid. Look at the slip again, or ask the officer for a new one."))
            return self.form_invalid(form)
        return continue_activation(self.request, activation)


@never_cache
def activation_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link or QR of a slip: leads on to step 2 and takes the token out of the address. Looking at it uses nothing up."""
    activation = services.find_by_token(token)
    if activation is None:
        return render(request, "account/activation_void.html", status=410)
    return continue_activation(request, activation)


def continue_activation(request: HttpRequest, activation: Activation) -> HttpResponse:
    """Remember for half an hour, in this browser only, that the secret has been shown."""
    request.session.cycle_key()
    request.session[PENDING] = [activation.pk, int(time.time())]
    return redirect("activation_password")


def pending_activation(request: HttpRequest) -> Activation | None:
    """The activation this browser may finish now."""
    number, since = request.session.get(PENDING) or (None, 0)
    if number is None or time.time() - since > PENDING_SECONDS:
        return None
    return services.find_usable(number)


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class ActivationPasswordView(ServiceFormMixin, FormView):
    """Step 2: see whose account it is, choose a password, read the privacy notice."""

    form_class = NewPasswordForm
    template_name = "account/activation_password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.activation = pending_activation(request)
        if self.activation is None:
            return render(request, "account/activation_void.html", status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.activation.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.activation.user
        return super().get_context_data(account=user, mandates=mandate_lines(user.mandates.live()), **kwargs)

    def run(self, form: NewPasswordForm) -> HttpResponse:
        user = services.activate(activation=self.activation, password=form.cleaned_data["password"])
        self.request.session.pop(PENDING, None)
        # Through allauth's own stages: an account with a second factor is asked for it here too.
        return perform_login(self.request, user, redirect_url=reverse("landing"))


class PasswordHelpView(FormView):
    """A forgotten password becomes a request to an officer; the answer is the same for everybody."""

    form_class = PasswordHelpForm
    template_name = "account/password_help.html"
    success_url = reverse_lazy("password_help_sent")

    def form_valid(self, form: PasswordHelpForm) -> HttpResponse:
        data = form.cleaned_data
        limited = ratelimit.consume_or_429(self.request, action="password_help_address")
        if limited:
            return limited
        if ratelimit.consume(self.request, action="password_help", key=data["login"].lower()):
            services.request_password_help(login=data["login"], village=data["village"])
        return super().form_valid(form)


class PasswordHelpSentView(TemplateView):
    template_name = "account/password_help_sent.html"


def landing(request: HttpRequest) -> HttpResponse:
    """Where one starts after signing in: staff area, workspace, the sheets of a reviewer, or the public home."""
    user = request.user
    if is_staff(user):
        return redirect("admin:index")
    name = "workspace_home" if has_role(user, UNIT_ROLES) else "review_home" if has_role(user, [Role.REVIEWER]) else "home"
    try:
        return redirect(name)
    except NoReverseMatch:
        return redirect("profile" if user.is_authenticated else "account_login")


@login_not_required
@never_cache
@require_GET
def session_alive(request: HttpRequest) -> HttpResponse:
    """204 while the session lives, 401 once it has ended: asked by pages that save while one types."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)
