"""The panel of a round: members, conflicts, the draw, substitutes."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
