"""Writing, comparing, importing and publishing instruments, in the staff area."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
