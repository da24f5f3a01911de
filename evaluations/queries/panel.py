"""Reads of panels: who sits and is in office, and which products wait for a substitute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Mandate, User
from accounts.states import Role
from evaluations.states import EntrantState, SheetKind, SheetOrigin, SheetState

if TYPE_CHECKING:
    from evaluations.models import PanelMember, Round

    from .rounds import EntrantQuerySet


def sitting(round: Round) -> QuerySet[PanelMember]:
    """Who sits on the panel today, whether or not their mandate is still in force."""
    return round.members.filter(ended_at=None)


def in_office(round: Round) -> QuerySet[PanelMember]:
    """Members with a current mandate as a reviewer."""
    mandates = Mandate.objects.current().filter(user=OuterRef("user"), role=Role.REVIEWER)
    return sitting(round).filter(Exists(mandates))


def lacking_reviewers(entrants: EntrantQuerySet, round: Round) -> EntrantQuerySet:
    """Of these products those that lost a sheet and now have fewer than the round asks for; adds `standing` and `missing`."""
    review = Q(sheets__kind=SheetKind.REVIEW)
    standing = Count("sheets", filter=review & ~Q(sheets__state=SheetState.VOID) & ~Q(sheets__origin=SheetOrigin.EXTRA))
    lost = Count("sheets", filter=review & Q(sheets__state=SheetState.VOID))
    rows = entrants.filter(round=round, state=EntrantState.COMPLETE, is_calibration=False).taking_part()
    wanted = round.reviewers_per_product
    return rows.annotate(standing=standing, lost=lost, missing=wanted - F("standing")).filter(lost__gt=0, standing__lt=wanted)


def to_seat(round: Round) -> QuerySet[User]:
    """Reviewers with a current mandate who do not sit on the panel; asked by those who name it."""
    mandates = Mandate.objects.current().filter(user=OuterRef("pk"), role=Role.REVIEWER)
    return User.objects.filter(Exists(mandates)).exclude(pk__in=sitting(round).values("user")).order_by("display_name", "pk")


def loads(round: Round, user: User | AnonymousUser) -> dict[int, dict[str, int]]:
    """By person: sheets given and sent, of the products `user` may know about."""
    from evaluations.models import Entrant, Sheet  # noqa: PLC0415 - models import the queries of this folder

    seen = Entrant.objects.filter(round=round).visible_to(user)
    sent = Count("pk", filter=Q(state=SheetState.SUBMITTED))
    rows = Sheet.objects.reviews().filter(entrant__in=seen).order_by().values("reviewer").annotate(given=Count("pk"), sent=sent)
    return {row["reviewer"]: {"given": row["given"], "sent": row["sent"]} for row in rows}
