"""Results of a round: close, decree, ranking, exports, certificates, objections."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
