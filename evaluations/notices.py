"""Notices of the evaluation: their words, and who hears of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate
from common.formatting import date_long
from registry.models import Notice
from registry.notices import holders_of

from .queries.rounds import RUNNERS

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User

    from .models import Appeal, Entrant, EvidenceRequest, ResultSet, Round

WORDS: dict[str, str | Promise] = {
    "sheets_open": _("%(round)s: %(count)s of your sheets are not sent yet. Scoring is open until %(until)s, 23.59 WITA."),
    "substitute_needed": _("In “%(round)s” a sheet does not count any more. See on the panel's page who takes over."),
    "sheet_given": _("You have been given “%(product)s” to score."),
    "evidence_asked": _("The panel asks for something about “%(product)s”."),
    "evidence_answered": _("The producer has answered about “%(product)s”."),
    "result_established": _("The result of “%(product)s” in “%(round)s” is established. See its stars, the comments and your next step."),
    "result_revoked": _("The decree on “%(product)s” in “%(round)s” was revoked. The reason stands with the result."),
    "objection_raised": _("The producer of “%(product)s” objects to its result."),
    "objection_answered": _("Your objection about “%(product)s” is answered."),
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


def tell_producers(results: ResultSet, *, kind: str) -> int:
    """One notice to everybody who holds a producer with a result in this set, for each of its products; returns how many.

    Two queries, however many products. Inside the transaction of what is told.
    """
    entrants = [result.entrant for result in results.results.select_related("entrant").order_by("pk")]
    holders = _holders({entrant.producer_code for entrant in entrants})
    pairs = [(user, entrant) for entrant in entrants for user in sorted(holders.get(entrant.producer_code, ()))]
    rows = [_of_result(user, entrant, results.round, kind) for user, entrant in pairs]
    return len(Notice.objects.bulk_create(rows, batch_size=1000))


def _holders(codes: set[str]) -> dict[str, set[int]]:
    rows = Mandate.objects.current().filter(unit_kind="producer", unit_code__in=codes)
    found: dict[str, set[int]] = {}
    for code, user in rows.values_list("unit_code", "user"):
        found.setdefault(code, set()).add(user)
    return found


def _of_result(user: int, entrant: Entrant, round: Round, kind: str) -> Notice:
    path = reverse("own_result", args=[round.code, entrant.number])
    return Notice(user_id=user, kind=kind, path=path, detail={"product": entrant.name, "round": round.name})


def tell_of_answer(appeal: Appeal) -> None:
    """A notice to everybody who holds the producer that its objection was answered."""
    entrant = appeal.result.entrant
    users = sorted(_holders({entrant.producer_code}).get(entrant.producer_code, ()))
    Notice.objects.bulk_create(_of_result(user, entrant, entrant.round, "objection_answered") for user in users)


def tell_runners(appeal: Appeal) -> None:
    """A notice to chair and secretary that a producer objects; the secretary answers where the chair has a conflict."""
    round, detail = appeal.result.entrant.round, {"product": appeal.result.entrant.name}
    path = page("appeals", round.code, otherwise=reverse("round", args=[round.code]))
    people = round.members.filter(role__in=RUNNERS, ended_at=None).values_list("user", flat=True)
    Notice.objects.bulk_create(Notice(user_id=user, kind="objection_raised", path=path, detail=detail) for user in people)
