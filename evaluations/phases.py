"""The phases of a round as a row of steps, each with its day or number in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.formatting import date_long, date_short, number

from .events import WORDS
from .states import EntrantState, Phase, SampleState

if TYPE_CHECKING:
    from .models import Round, RoundLogEntry
    from .progress import Progress

# What moves a round on, on the button.
NEXT_STEP: dict[str, str | Promise] = {
    Phase.DOCUMENTS: _("Begin the check of documents"),
    Phase.SAMPLES: _("Go on to samples and visits"),
    Phase.SCORING: _("Begin scoring"),
    Phase.RAKOR: _("End scoring, on to the Rakor"),
}


@dataclass(frozen=True)
class Step:
    """One phase on the row: `css` is past, current or nothing."""

    label: str | Promise
    note: str
    css: str


def steps(round: Round, progress: Progress, samples: dict[str, int]) -> list[Step]:
    """All phases in order."""
    here = list(Phase).index(Phase(round.phase))
    notes = {
        Phase.ENTRY: ngettext("%(count)s product", "%(count)s products", progress.entered) % {"count": number(progress.entered)},
        Phase.DOCUMENTS: _documents(round, progress),
        Phase.SAMPLES: _samples(samples),
        Phase.SCORING: _scoring(round),
    }
    return [
        Step(phase.label, notes.get(phase, ""), "past" if index < here else "current" if index == here else "")
        for index, phase in enumerate(Phase)
    ]


def _documents(round: Round, progress: Progress) -> str:
    words = {"day": date_short(round.documents_due_on), "count": number(progress.states.get(EntrantState.COMPLETE, 0))}
    return gettext("until %(day)s, %(count)s complete") % words if progress.entered else gettext("until %(day)s") % words


def _samples(samples: dict[str, int]) -> str:
    asked = sum(samples.values())
    words = {"received": number(samples[SampleState.RECEIVED]), "asked": number(asked)}
    return gettext("%(received)s of %(asked)s samples here") % words if asked else ""


def _scoring(round: Round) -> str:
    days = f"{date_short(round.scoring_opens_on)} – {date_short(round.scoring_closes_on)}"
    left = closing_words(round)
    return f"{days}, {left}" if left else days


def closing_words(round: Round) -> str:
    """How long sheets are still taken, in words; nothing outside scoring."""
    if round.phase != Phase.SCORING:
        return ""
    today = timezone.localdate()
    if today < round.scoring_opens_on:
        return gettext("not open yet")
    left = (round.scoring_closes_on - today).days
    if left < 0:
        return gettext("over")
    if left == 0:
        return gettext("last day, until 23.59 WITA")
    return ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}


def log_words(row: RoundLogEntry) -> str:
    """What one line of the log says: the kind, and for a phase or a closing day the new one."""
    words = str(WORDS.get(row.kind, row.kind))
    to = str(row.detail.get("to", ""))
    if row.kind == "phase" and to in Phase.values:
        return f"{words}: {Phase(to).label}"
    if row.kind == "extended" and to:
        return gettext("%(what)s to %(day)s") % {"what": words, "day": date_long(dt.date.fromisoformat(to))}
    return words
