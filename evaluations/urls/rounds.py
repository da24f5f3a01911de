"""The pages of rounds at /penilaian/periode/: settings, progress, products, samples, visits."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
