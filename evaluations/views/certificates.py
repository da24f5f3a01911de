"""The public check of a certificate, and its PDF."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.generic import TemplateView, View

from evaluations import certificates
from evaluations.services.decrees import valid_until
from registry import showcase


class CheckView(TemplateView):
    """What the QR of a certificate leads to: valid, expired, replaced or revoked today; 404 for one that was never given."""

    template_name = "evaluations/certificates/check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        result = certificates.find(kwargs["code"], kwargs["version"], kwargs["number"])
        if result is None:
            raise Http404
        decree = result.result_set.decree
        return super().get_context_data(
            result=result,
            entrant=result.entrant,
            decree=decree,
            standing=certificates.standing_of(result),
            until=valid_until(result, decree),
            place=", ".join(certificates.place_of(result)),
            number_of=certificates.number_of(result),
            is_shown=result.entrant.product.entry.state not in showcase.HIDDEN,
            checked_at=showcase.checked_at(),
            **kwargs,
        )


class CertificateView(LoginRequiredMixin, View):
    """The certificate as PDF for the producer and the province; 410 with the reason once its decree was revoked."""

    def get(self, request: HttpRequest, code: str, version: int, number: int) -> HttpResponse:
        result = certificates.find_for(request.user, code, version, number)
        if result is None:
            raise Http404
        if result.result_set.decree.revoked_at:
            context = {"result": result, "decree": result.result_set.decree, "entrant": result.entrant}
            return render(request, "evaluations/certificates/revoked.html", context, status=410)
        response = HttpResponse(certificates.pdf(result), content_type="application/pdf")
        name = f"sertifikat-{result.entrant.code}-{result.result_set.round.year}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        add_never_cache_headers(response)
        return response
