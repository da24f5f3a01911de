"""All addresses of the portal, the floor each page is measured against, and the viewset the API is compared with."""

from django.urls import path

from ovop_portal.urls import *  # noqa: F403 - with its error pages
from ovop_portal.urls import urlpatterns as portal
from tests.bench.floor import floor, floor_of_file, upsert
from tests.bench.stock import StockProducts

urlpatterns = [
    path("lantai/<str:name>", floor),
    path("api/v1/lantai/<str:name>", floor),
    path("api/v1/lantai-berkas/<path:name>", floor_of_file),
    path("api/v1/stok/", StockProducts.as_view({"get": "list"})),
    path("api/v1/stok/<str:code>", StockProducts.as_view({"get": "retrieve"})),
    path("lantai-simpan/", upsert),
    *portal,
]
