"""What the pages of the workspace share: who may open them, on whose behalf one acts, and answers to scripts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from accounts.models import Mandate
from accounts.permissions import Refused, may_anywhere, require
from accounts.states import Action
from registry import permissions
from registry.errors import RegistryError
from registry.models import Producer, Product, Submission
from registry.services import drafts
from registry.states import CONSENT_VERSION
from registry.views.rows import one_or_404

FAILED = 422


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks (it saves while one types)."""
    return "application/json" in request.headers.get("Accept", "")


def words_of(error: Exception) -> list[str]:
    """What a service complained of, in words for the screen."""
    if isinstance(error, ValidationError):
        return list(error.messages)
    return [str(getattr(error, "reason", error))]


class WorkspaceView(TemplateResponseMixin, ContextMixin, View):
    """A page for those who write products; others sign in first, or read why not."""

    action = Action.PRODUCT_EDIT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.signed_out(request)
        require(may_anywhere(request.user, self.action))
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    @staticmethod
    def signed_out(request: HttpRequest) -> HttpResponse:
        """A script is told in words it understands; a form is kept by the middleware; a page leads to the sign-in."""
        if wants_json(request):
            return JsonResponse({"login": resolve_url("account_login")}, status=401)
        return redirect_to_login(request.get_full_path())

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page()


class ProducerMixin:
    """A page of one producer in the person's scope; 404 outside it."""

    @cached_property
    def producer(self) -> Producer:
        rows = Producer.objects.for_user(self.request.user, self.action).select_related("region")
        return one_or_404(rows, code=self.producer_code())

    def producer_code(self) -> str:
        return self.kwargs["code"]

    @cached_property
    def mandate(self) -> Mandate | None:
        """The mandate this page is used under."""
        answer = permissions.may_on_producer(self.request.user, self.action, self.producer)
        return answer.mandate if answer else None

    @property
    def on_behalf(self) -> bool:
        return self.mandate is not None and permissions.is_on_behalf(self.mandate)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = {"producer": self.producer, "unit_name": self.producer.name, "on_behalf": self.on_behalf}
        return super().get_context_data(**frame | kwargs)


class ProductMixin(ProducerMixin):
    """A page of one product in the person's scope; 404 outside it."""

    @cached_property
    def product(self) -> Product:
        rows = Product.objects.for_user(self.request.user, self.action).with_parts()
        return one_or_404(rows, code=self.kwargs["code"])

    @cached_property
    def producer(self) -> Producer:
        return self.product.producer

    @cached_property
    def submission(self) -> Submission | None:
        """The open submission; None when the latest trip is over."""
        return drafts.open_submission(self.product)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{"product": self.product, "submission": self.submission, "consent_version": CONSENT_VERSION} | kwargs
        )


COMPLAINTS = (RegistryError, Refused, ValidationError)
