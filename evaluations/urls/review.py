"""The pages of reviewers at /penilaian/: own products and sheets."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
