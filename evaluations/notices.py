"""Notices of the evaluation: their words, and who hears of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.formatting import date_long
from registry.models import Notice
from registry.notices import holders_of

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User

    from .models import EvidenceRequest, Round

WORDS: dict[str, str | Promise] = {
    "sheets_open": _("%(round)s: %(count)s of your sheets are not sent yet. Scoring is open until %(until)s, 23.59 WITA."),
    "substitute_needed": _("In “%(round)s” a sheet does not count any more. See on the panel's page who takes over."),
    "sheet_given": _("You have been given “%(product)s” to score."),
    "evidence_asked": _("The panel asks for something about “%(product)s”."),
    "evidence_answered": _("The producer has answered about “%(product)s”."),
    "question_open": _("The evaluation asks about “%(product)s”. Please answer until %(until)s."),
}


def _day(day: dt.date) -> str:
    """A day in words, kept in Indonesian: a notice is written before anybody knows who reads it in which language."""
    with translation.override("id"):
        return date_long(day)


def page(name: str, *args: Any, otherwise: str) -> str:
    """The address of a page, or another one while that page does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return otherwise


def tell_reviewers(round: Round, counts: Mapping[int, int], *, on: str) -> int:
    """One notice to each reviewer with so many open sheets (by user); returns how many. `on` is the day, for the guard."""
    until = _day(round.scoring_closes_on)
    path = page("review_home", otherwise=reverse("round", args=[round.code]))
    rows = [
        Notice(user_id=user, kind="sheets_open", path=path, detail={"round": round.name, "count": count, "until": until, "on": on})
        for user, count in counts.items()
    ]
    return len(Notice.objects.bulk_create(rows))


def tell_of_question(request: EvidenceRequest, *, on: str) -> list[User]:
    """A notice of a question not answered yet to everybody who holds the producer; returns whom."""
    people = holders_of(request.entrant.product.producer)
    detail = {"product": request.entrant.name, "until": _day(request.due_on), "request": str(request.key), "on": on}
    path = page("workspace_evaluation", otherwise=reverse("workspace_home"))
    Notice.objects.bulk_create(Notice(user=user, kind="question_open", path=path, detail=detail) for user in people)
    return people


def told_today(keys: Iterable[str], on: str) -> set[str]:
    """Which of these questions somebody was reminded of today."""
    rows = Notice.objects.filter(kind="question_open", detail__on=on, detail__request__in=list(keys))
    return set(rows.values_list("detail__request", flat=True))
