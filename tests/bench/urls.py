"""All addresses of the portal, and the floor each page is measured against."""

from django.urls import path

from ovop_portal.urls import *  # noqa: F403 - with its error pages
from ovop_portal.urls import urlpatterns as portal
from tests.bench.floor import floor, upsert

urlpatterns = [path("lantai/<str:name>", floor), path("api/v1/lantai/<str:name>", floor), path("lantai-simpan/", upsert), *portal]
