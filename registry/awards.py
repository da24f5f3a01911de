"""Bintang OVOP NTT as the public reads them: computed from the days of a catalogue entry whenever they are shown, never stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext

from common.formatting import date_short

if TYPE_CHECKING:
    from .models import CatalogueEntry

NAME = "Bintang OVOP NTT"
MOST = 5


@dataclass(frozen=True)
class Award:
    """The stars of one product: how many, of which year, until the end of which WITA day, by which decree."""

    stars: int
    year: int | None
    until: dt.date
    decree: str
    is_expired: bool

    @property
    def shown(self) -> int:
        """How many stars are drawn: none once they are expired."""
        return 0 if self.is_expired else self.stars

    @property
    def title(self) -> str:
        return f"{NAME} {self.year}" if self.year else NAME

    @property
    def validity(self) -> str:
        """How long they stand, or since when they do not."""
        if self.is_expired:
            return gettext("expired since %(day)s") % {"day": date_short(self.until + dt.timedelta(days=1))}
        return gettext("valid until %(day)s") % {"day": date_short(self.until)}

    @property
    def line(self) -> str:
        """Name, year and validity on one line."""
        return f"{self.title}, {self.validity}"


def award_of(entry: CatalogueEntry, today: dt.date | None = None) -> Award | None:
    """The stars an entry shows on a WITA day, expired ones too; none without any, or after their decree was revoked."""
    if not entry.stars or entry.stars_until is None:
        return None
    told, today = entry.award, today or timezone.localdate()
    return Award(entry.stars, told.get("year"), entry.stars_until, told.get("decree", ""), entry.stars_until < today)
