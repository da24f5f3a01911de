"""Home, map, figures, producer and regency: the pages of the public site that are not one product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from regions.models import Level, Region
from registry import coverage, showcase
from registry.models import CatalogueEntry, Producer
from registry.pillars import all_specs
from registry.presentation import fact_pair

NEWEST, ON_REGENCY_PAGE = 4, 8
# Words of products as they are named here, whatever the language of the screen.
EXAMPLES = ("Kopi", "Tenun ikat", "Madu")


class PageView(TemplateView):
    """A page of text."""


class HomeView(TemplateView):
    template_name = "registry/public/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        summary = coverage.summary()
        newest = CatalogueEntry.objects.published().order_by("-first_published_at", "-pk")[:NEWEST]
        pillars = [(spec, summary.pillars.get(spec.pillar, 0)) for spec in all_specs()]
        cards = [showcase.card(entry) for entry in newest]
        return super().get_context_data(summary=summary, pillars=pillars, cards=cards, examples=EXAMPLES, **kwargs)


class MapView(TemplateView):
    template_name = "registry/public/map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(summary=coverage.summary(), **kwargs)


class DataView(TemplateView):
    template_name = "registry/public/data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        summary = coverage.summary()
        pillars = [(spec, summary.pillars.get(spec.pillar, 0)) for spec in all_specs()]
        return super().get_context_data(summary=summary, pillars=pillars, **kwargs)


class ProducerView(TemplateView):
    """What one village, school or community shows; 404 where it shows nothing."""

    template_name = "registry/public/producer.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            present = Producer.objects.formerly(kwargs["code"].replace("\x00", ""))
            if present is None:
                raise
            return HttpResponsePermanentRedirect(reverse("producer", args=[present]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = CatalogueEntry.objects.published().filter(producer_code=kwargs["code"].replace("\x00", ""))
        entries = list(rows.order_by("-is_flagship", "name_key", "pk")[:100])
        if not entries:
            raise Http404
        latest = max(entries, key=lambda entry: entry.published_at)
        producer, parts = latest.payload["producer"], showcase.place_parts(latest.overlay["place"])
        facts = [fact_pair(latest.pillar, key, value) for key, value in producer["facts"].items() if value]
        return super().get_context_data(
            latest=latest,
            producer=producer,
            facts=facts,
            place=", ".join(parts),
            regency=parts[-1] if parts else latest.regency_code,
            cards=[showcase.card(entry) for entry in entries],
            **kwargs,
        )


class RegencyView(TemplateView):
    """One regency or city; a code that is no longer in force leads to what followed it."""

    template_name = "registry/public/regency.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = kwargs["code"].replace("\x00", "")
        if not code.startswith(f"{settings.PROVINCE_CODE}."):
            raise Http404
        found = list(Region.objects.resolve(code[:13]).filter(level=Level.REGENCY).order_by("name"))
        if not found:
            raise Http404
        if [region.code for region in found] == [code]:
            return self.render_to_response(self.get_context_data(region=found[0]))
        if len(found) == 1:
            return redirect("regency", found[0].code, permanent=True)
        return self.response_class(request, ["registry/public/regency_split.html"], {"regions": found, "code": code}, using=None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        region: Region = kwargs["region"]
        rows = CatalogueEntry.objects.published().filter(regency_code=region.code)
        summary = coverage.summary()
        parts = [_pillar_part(region, spec, rows) for spec in all_specs()]
        districts = coverage.places_below(region.code, Level.DISTRICT)
        return super().get_context_data(
            place=summary.regency(region.code) or coverage.Place(region.code, region.name, region.full_name),
            summary=summary,
            parts=[part for part in parts if part["cards"]],
            lacking=[part["spec"].pillar.upper() for part in parts if not part["cards"]],
            districts=districts,
            **kwargs,
        )


def _pillar_part(region: Region, spec: Any, rows: Any) -> dict[str, Any]:
    """The first products of one pillar in a regency, and where to see all of them."""
    own = rows.filter(pillar=spec.pillar).order_by("-first_published_at", "-pk")[: ON_REGENCY_PAGE + 1]
    found = list(own)
    address = f"{reverse('catalogue')}?regency={region.code}&pillar={spec.pillar}"
    cards = [showcase.card(entry) for entry in found[:ON_REGENCY_PAGE]]
    return {"spec": spec, "cards": cards, "more": len(found) > ON_REGENCY_PAGE, "address": address}


class RobotsView(TemplateView):
    """What search engines may read: the public site."""

    template_name = "registry/public/robots.txt"
    content_type = "text/plain"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        closed = ["/admin/", "/ruang/", "/berkas/", "/lapor/", reverse("account_login")]
        return super().get_context_data(closed=closed, sitemap=f"{showcase.site()}{reverse('sitemap')}", **kwargs)
