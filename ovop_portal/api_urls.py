"""All addresses of the REST API, version 1. None ends with a slash."""

from django.urls import include, path, re_path

from common.api.views import NotFoundView

from .api_root import RootView, SchemaView

urlpatterns = [
    path("", RootView.as_view(), name="api_root"),
    path("openapi.yaml", SchemaView.as_view(), name="api_schema"),
    path("", include("partners.urls")),
    path("", include("regions.api")),
    path("", include("registry.api.urls")),
    path("", include("evaluations.api")),
    re_path(r"^(?P<rest>(?s:.+))$", NotFoundView.as_view(), name="api_nowhere"),  # also an address with a line break
]
