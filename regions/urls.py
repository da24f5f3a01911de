"""Addresses of the region tree."""

from django.urls import path

from . import views

urlpatterns = [path("wilayah/cari", views.region_search, name="region_search")]
