"""What the pages of rounds share: a form handed to one service, a button, and the words of a refusal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from accounts.forms import add_errors
from accounts.permissions import Refused
from common.numbers import sent_number
from evaluations.errors import Conflict, RegistryError

STATUS = {Conflict: 409, Refused: 403}
Words = str | Promise


def needs_of(error: Refused | RegistryError) -> list[Any]:
    """Everything a refusal names, at least its reason."""
    return list(getattr(error, "needs", None) or [error.reason])


def expected_of(request: HttpRequest, name: str = "expected") -> int:
    """The version of the row the person saw; one nobody can have been given when it is no number."""
    sent = sent_number(request.POST.get(name, ""))
    return -1 if sent is None else sent


class ServiceFormView(FormView):
    """A form handed to one service; what the service refuses is said above the form, and what was typed stays."""

    template_name = "evaluations/rounds/form.html"
    title: Words = ""
    button: Words = _("Save")
    intro: Words = ""

    def act(self, form: Form) -> Words:
        """Call the service; the words to say afterwards."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            words = self.act(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        except (Refused, RegistryError) as error:
            self.__dict__.pop("round", None)  # show what stands now
            status = STATUS.get(type(error), 422)
            return self.render_to_response(self.get_context_data(form=form, problems=needs_of(error)), status=status)
        messages.success(self.request, words)
        return redirect(self.get_success_url())

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_success_url(self) -> str:
        return reverse("round", args=[self.kwargs["code"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"title": self.title, "button": self.button, "intro": self.intro, "back": self.get_success_url()}
        return super().get_context_data(**{**words, **kwargs})


class ButtonView(View):
    """One button; the service decides, its reason comes back as a message."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            words = self.act()
        except (Refused, RegistryError) as error:
            for reason in needs_of(error):
                messages.error(request, reason)
        else:
            messages.success(request, words)
        return redirect(self.back())

    def act(self) -> Words:
        """What the button does: each subclass names its one service; the words to say afterwards."""
        raise NotImplementedError

    def back(self) -> str:
        return reverse("round", args=[self.kwargs["code"]])
