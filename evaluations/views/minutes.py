"""Berita acara as PDF: of one meeting, and of the whole round."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import View

from evaluations import minutes

from .base import RunnerMixin
from .rakor_base import MeetingMixin
from .sheets_paper import pdf


class MeetingMinutesView(MeetingMixin, RunnerMixin, View):
    """The minutes of one meeting."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return pdf(minutes.of_meeting(self.meeting, request.user), f"berita-acara-rakor-{self.meeting.starts_at:%Y-%m-%d}")


class RoundMinutesView(RunnerMixin, View):
    """The minutes of a round: its meetings, decisions and, once it is closed, the ranking."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return pdf(minutes.of_round(self.round, request.user), f"berita-acara-{self.round.code}")
