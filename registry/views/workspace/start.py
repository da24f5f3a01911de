"""Starting a product, and the warning about names that are nearly the same."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from registry import overview
from registry.forms.start import StartForm
from registry.models import Product
from registry.services import drafts
from registry.similar import similar_products

from .base import COMPLAINTS, FAILED, ProducerMixin, WorkspaceView, words_of

CHOICES_SHOWN = 60


class UnitFromQueryMixin(ProducerMixin):
    """The producer named by `unit` in the address; the person's only one when none is named."""

    @cached_property
    def units(self) -> list[Any]:
        return overview.units_of(self.request.user, CHOICES_SHOWN)

    def producer_code(self) -> str:
        named = self.request.GET.get("unit", "") or self.request.POST.get("unit", "")
        return named or (self.units[0].code if len(self.units) == 1 else "")


class StartView(UnitFromQueryMixin, WorkspaceView):
    """The first form: a name is enough."""

    template_name = "registry/workspace/start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.producer_code():
            self.template_name = "registry/workspace/choose_unit.html"
            return self.render_to_response({"units": self.units, "searches": overview.works_for_area(request.user), "view": self})
        return self.page(form=StartForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = StartForm(request.POST)
        producer = self.producer
        if not form.is_valid():
            return self.page(FAILED, form=form)
        try:
            product = drafts.start_product(
                actor=request.user, producer=producer, key=form.cleaned_data["key"], name=form.cleaned_data["name"]
            )
        except COMPLAINTS as error:
            messages.error(request, " ".join(words_of(error)))
            return self.page(FAILED, form=StartForm(initial={"name": form.cleaned_data["name"]}))
        return redirect("product_step", product.code, "about")


class SimilarView(UnitFromQueryMixin, WorkspaceView):
    """Names nearly the same in the same regency, for a warning while one types."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = Product.objects.for_user(request.user, self.action).filter(code=request.GET.get("own", "").replace("\x00", "")).first()
        name = request.GET.get("name", "").replace("\x00", "")[:120]
        rows = similar_products(producer=self.producer, name=name, own=own)
        return JsonResponse({"similar": [asdict(row) for row in rows]})
