"""A closed round of four products, and the people around it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.states import Role
from evaluations.models import Conflict, Decree, Round
from evaluations.services.closing import close_round
from evaluations.services.decrees import enter_decree
from tests.registry.factories import OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, make_officer, make_producer

from .factories import make_entrant, make_reviewer, make_round, make_sheet

FULL = {"A1": 3, "A2": 2, "B1": 3, "C1": 3, "C2": 2}
HALF = FULL | {"A1": 1, "B1": 2}
LOW = dict.fromkeys(FULL, 1)
PLACES = (VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE)


def make_rakor(count: int = 3, scores: tuple[dict[str, int], ...] = (FULL, HALF, FULL), **fields: Any) -> Round:
    """A round at the end of its Rakor: every product has one sheet that was sent."""
    made = make_round(phase="rakor", **fields)
    made.chair, made.secretary = make_reviewer(made, "chair"), make_reviewer(made, "secretary")
    made.member = make_reviewer(made)
    made.province = make_officer(Role.PROVINCE_OFFICER, ["53"])
    made.products = [make_entrant(made, f"Kopi {at}", producer=make_producer(region=PLACES[at % 3])) for at in range(count)]
    for entrant, choices in zip(made.products, scores, strict=False):
        make_sheet(entrant, made.member, choices, sent=True, comment=f"Saran untuk {entrant.name}")
    return made


def make_closed(count: int = 3, scores: tuple[dict[str, int], ...] = (FULL, HALF, FULL), **fields: Any) -> Round:
    """The same round closed; its results wait for the decree."""
    made = make_rakor(count, scores, **fields)
    made.results = close_round(actor=made.chair, round=made, expected=made.lock_version)
    made.refresh_from_db()
    return made


def establish(made: Round, number: str = "188/1/2026") -> Decree:
    """The round established by a decree without a scan."""
    values = {"number": number, "decreed_on": timezone.localdate(), "signer": "Gubernur (contoh)"}
    decree = enter_decree(actor=made.province, round=made, expected=made.lock_version, **values)
    made.refresh_from_db()
    return decree


def close_to(user: Any, entrant: Any) -> None:
    """A conflict of interest of this person with this product."""
    Conflict.objects.create(round=entrant.round, entrant=entrant, user=user, kind="declared", detail="Saudara")
