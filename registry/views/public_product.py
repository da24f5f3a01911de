"""One product: its page, and the check of its registration."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView, TemplateView

from registry import showcase
from registry.awards import award_of
from registry.codes import normalise_product_code, read_product_code
from registry.forms.public import CodeForm
from registry.models import CatalogueEntry
from registry.presentation import month_name
from registry.states import ChainPlace, EntryState, PhotoKind


class ProductView(TemplateView):
    """The page of a product; of one that is not shown only its name and why, 410 once it is withdrawn."""

    template_name = "registry/public/product.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = read_product_code(kwargs["code"])
        entry = CatalogueEntry.objects.coded(code).first()
        if entry is None:
            raise Http404
        if code != kwargs["code"]:
            return redirect("product", code, permanent=True)
        if entry.state in showcase.HIDDEN:
            context = {"entry": entry, "answer": showcase.answer(entry)}
            status = 410 if entry.state == EntryState.WITHDRAWN else 200
            return self.response_class(request, ["registry/public/product_hidden.html"], context, status=status)
        return self.render_to_response(self.get_context_data(entry=entry))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry: CatalogueEntry = kwargs["entry"]
        return super().get_context_data(**_identity(entry), **_content(entry), **_addresses(entry), **kwargs)


def _identity(entry: CatalogueEntry) -> dict[str, Any]:
    price, per = showcase.price_words(entry)
    return {
        "answer": showcase.answer(entry),
        "award": award_of(entry),
        "payload": entry.payload,
        "producer": entry.payload["producer"],
        "maker": showcase.maker_name(entry),
        "place": showcase.place_parts(entry.overlay["place"]),
        "short_place": showcase.short_place(entry),
        "category": showcase.category_name(entry),
        "price": price,
        "per": per,
        "is_priced": entry.price_from is not None,
        "checked_at": showcase.checked_at(),
    }


def _content(entry: CatalogueEntry) -> dict[str, Any]:
    rows = showcase.shares(entry.payload)
    months = entry.payload["months"]
    return {
        "photos": entry.payload["photos"],
        "story": showcase.words(entry, "story"),
        "shares": rows,
        "staying": showcase.staying(rows),
        "staying_ntt": showcase.staying(rows, ChainPlace.NTT),
        "staying_outside": showcase.staying(rows, ChainPlace.OUTSIDE),
        "permits": showcase.permits_of(entry),
        "variants": [(row, showcase.per_words(row)) for row in entry.payload["variants"]],
        "season": showcase.season(months),
        "months": [(month_name(month), month in months) for month in range(1, 13)],
        "capacity": showcase.words(entry, "capacity"),
        "contact": showcase.contact_of(entry),
        "partners": showcase.partners(entry),
        "source": showcase.source_of(entry),
    }


def _addresses(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "ask": showcase.ask_address(entry),
        "share": showcase.share_address(entry),
        "address": showcase.page_address(entry),
        "qr": showcase.qr(entry.code),
        "structured": showcase.structured(entry),
        "site": showcase.site(),
    }


class CheckCodeView(FormView):
    """A code typed by hand leads to its answer."""

    template_name = "registry/public/check_code.html"
    form_class = CodeForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "code" not in request.GET:
            return super().get(request, *args, **kwargs)
        form = CodeForm(request.GET)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        typed = form.cleaned_data["code"]
        return redirect("check", read_product_code(typed).replace("/", "-"))


class CheckView(TemplateView):
    """ "Is this product registered?": the answer of today; 404 for a code nobody has."""

    template_name = "registry/public/check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = normalise_product_code(kwargs["code"])
        entry = CatalogueEntry.objects.coded(code).first() if code else None
        context = self.get_context_data(typed=kwargs["code"][:40], entry=entry, checked_at=showcase.checked_at(), mistyped=not code)
        return self.render_to_response(context | (_check(entry) if entry else {}), status=200 if entry else 404)


def _check(entry: CatalogueEntry) -> dict[str, Any]:
    """The answer and what to compare the pack with; no photo of a suspended product, of a withdrawn one no maker either."""
    shown = entry.state not in showcase.HIDDEN
    return {
        "answer": showcase.answer(entry),
        "pictures": _pictures(entry) if shown else [],
        "is_shown": shown,
        "maker": "" if entry.state == EntryState.WITHDRAWN else showcase.maker_name(entry),
        "place": ", ".join(showcase.place_parts(entry.overlay["place"])),
        "permits": showcase.permits_held(entry) if shown else [],
        "award": award_of(entry) if shown else None,
    }


def _pictures(entry: CatalogueEntry) -> list[dict[str, Any]]:
    """The pack (or else the first photo) and the maker."""
    first = _first_of(entry, PhotoKind.PACK) or next(iter(entry.payload["photos"]), None)
    return [photo for photo in (first, _first_of(entry, PhotoKind.MAKER)) if photo]


def _first_of(entry: CatalogueEntry, kind: str) -> dict[str, Any] | None:
    return next((photo for photo in entry.payload["photos"] if photo["kind"] == kind), None)
