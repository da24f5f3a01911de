"""Writing a product step by step: saved while one types by a script, and by an ordinary button without one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.states import Action
from common.numbers import sent_number
from registry import permissions, permits, showcase, snapshot, steps
from registry.forms.steps import StepForm, resolved, without_row
from registry.models import Product
from registry.services import drafts
from registry.similar import similar_products
from registry.states import ChainPlace
from registry.views.photos import photo_context

from .base import ProductMixin, WorkspaceView
from .saving import SavingMixin

MAX_BLANKS = 3


def hidden_fields(user: Any, product: Product) -> frozenset[str]:
    """Fields a person may not see: contacts are for those who may see contacts."""
    allowed = permissions.may_on_producer(user, Action.CONTACT_EDIT, product.producer)
    return frozenset() if allowed else frozenset({"contact"})


def chain_context(product: Product) -> dict[str, Any]:
    """The shares that follow from the prices, shown back while one writes them."""
    content = {"chain": snapshot.part(product, "chain"), "shares_public": True}
    rows = showcase.shares(content)
    places = [(place.label, showcase.staying(rows, place)) for place in ChainPlace]
    falls = bool(content["chain"]) and not showcase.whole_percents(content)
    return {"shares": rows, "places": [(words, part) for words, part in places if part is not None], "falls": falls}


def permit_context(product: Product) -> dict[str, Any]:
    """The permits held, and the compulsory ones that are missing."""
    category = product.category
    required, useful = (category.required_permits, category.useful_permits) if category else ([], [])
    rows = permits.permit_rows(product.permits.all(), required=required, useful=useful, is_food=bool(category and category.is_food))
    return {"permit_rows": rows}


class WritableMixin(ProductMixin):
    """A page that writes in the working copy; while the product lies on a desk it leads back and says why."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        writable = permissions.is_writable(self.submission)
        if not writable:
            messages.info(request, writable.reason)
            return redirect("workspace_product", self.product.code)
        return super().get(request, *args, **kwargs)

    def reload(self) -> Product:
        self.product = drafts.reloaded(self.product)
        return self.product


class StepView(SavingMixin, WritableMixin, WorkspaceView):
    """One step of the form."""

    template_name = "registry/workspace/step.html"

    @cached_property
    def step(self) -> steps.Step:
        return steps.STEP_BY_KEY[self.kwargs["step"]]

    def form(self, data: QueryDict | None = None, blanks: int = 0) -> StepForm:
        without = hidden_fields(self.request.user, self.product)
        return StepForm(product=self.product, step=self.step, data=data, without=without, blanks=blanks)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"step": self.step, "form": kwargs.pop("form", None) or self.form(blanks=self.blanks()), **self.neighbours()}
        if self.step.key == "about":
            context["similar"] = similar_products(producer=self.producer, name=self.product.name, own=self.product)
        more = {"photos": photo_context, "chain": chain_context, "permits": permit_context}.get(self.step.key)
        context |= more(self.product) if more else {}
        return super().get_context_data(**context | kwargs)

    def blanks(self) -> int:
        """How many empty rows a person without scripts asked for."""
        return min(sent_number(self.request.GET.get("baris", ""), digits=2) or 0, MAX_BLANKS)

    def neighbours(self) -> dict[str, Any]:
        """Where this step stands; sending is the last of the main steps."""
        row = steps.LATER_STEPS if self.step.later else steps.MAIN_STEPS
        at = row.index(self.step)
        return {
            "number": 0 if self.step.later else at + 1,
            "total": len(steps.MAIN_STEPS) + 1,
            "previous_step": row[at - 1] if at else None,
            "next_step": row[at + 1] if at + 1 < len(row) else None,
        }

    @property
    def next_url(self) -> str:
        following = self.neighbours()["next_step"]
        if following:
            return reverse("product_step", args=[self.product.code, following.key])
        return reverse("workspace_product" if self.step.later else "product_send", args=[self.product.code])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = resolved(request.POST, self.product, self.step)
        if "remove_row" in request.POST:
            data = without_row(data, request.POST["remove_row"])
        form = self.form(data)
        if not form.groups:
            return redirect(self.next_url)
        return self.keep(form)

    def save(self, form: StepForm) -> None:
        base = self.request.POST.get(form.base_name, "")
        drafts.save_step(actor=self.request.user, product=self.product, step=self.step.key, base=base, values=form.values())

    def again(self, form: StepForm) -> StepForm:
        """The same text on what stands now, under the base version of now."""
        self.reload()
        return self.form(form.data)

    def onward(self) -> HttpResponse:
        here = reverse("product_step", args=[self.product.code, self.step.key])
        if "add_row" in self.request.POST:
            return redirect(f"{here}?baris=1#tambah")
        if "remove_row" in self.request.POST:
            return redirect(here)
        return redirect(self.next_url)
