"""The printable sheet of QR labels of one product, for those who look after it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from registry import labels
from registry.models import CatalogueEntry, Product


class ProductLabelsView(LoginRequiredMixin, View):
    """A PDF of labels while the product is shown to the public; 404 outside the scope, 409 before that."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        product = get_object_or_404(Product.objects.for_user(request.user), code=kwargs["code"].replace("\x00", ""))
        entry = CatalogueEntry.objects.published().filter(product=product).first()
        if entry is None:
            return render(request, "registry/public/labels_not_yet.html", {"product": product}, status=409)
        response = HttpResponse(labels.sheet(entry), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="label-{entry.code}.pdf"'
        return response
