"""The Rakor of a round: agenda, attendance, decisions, follow-ups, minutes."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
