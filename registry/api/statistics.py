"""Figures of the programme."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api.views import ApiView
from regions.models import Region
from registry import figures

from . import schema


class Statistics(ApiView):
    parameters = frozenset({"region"})

    @extend_schema(**schema.STATISTICS)
    def get(self, request: Request) -> HttpResponse:
        code = request.query_params.get("region", settings.PROVINCE_CODE)
        region = Region.objects.in_force().coded(code).first()
        if region is None or region.level not in figures.BELOW:
            raise NotFound
        return self.by_content(figures.of_region(region))
