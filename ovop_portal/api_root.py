"""The way into the API: its resources, and its own description."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from common.api.docs import errors
from common.api.views import ApiView
from common.site import site

NAMES = (
    *("regions", "products", "producers", "categories", "statistics", "changes", "reconcile", "dataset", "rounds", "webhooks"),
    "openapi.yaml",
)


class RootSerializer(serializers.Serializer):
    resources = serializers.DictField(child=serializers.URLField(), help_text="The address of each resource by its name.")
    documentation = serializers.URLField(help_text="This description for people.")


class RootView(ApiView):
    @extend_schema(
        operation_id="root_get",
        tags=["start"],
        summary="What there is",
        description="The address of every resource.",
        responses={200: RootSerializer, **errors()},
    )
    def get(self, request: Request) -> HttpResponse:
        base = f"{site()}/api/"
        resources = {name: f"{base}v1/{name}" for name in NAMES}
        return self.by_content({"resources": resources, "documentation": f"{base}docs/"})


class SchemaView(ApiView):
    """The committed document, which CI compares with the code."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(document(), content_type="application/yaml")


@lru_cache
def document() -> bytes:
    return (settings.BASE_DIR / "docs" / "openapi.yaml").read_bytes()
