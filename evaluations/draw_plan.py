"""What a draw would do now: the demand of every product, who is free for it, and what is short. Reads only."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import assignment, conflicts
from .assignment import Assignment, Product, Reviewer
from .models import Conflict, Entrant, PanelMember, Round, Sheet
from .queries.panel import in_office
from .states import EntrantState, SheetOrigin, SheetState

if TYPE_CHECKING:
    from accounts.models import User

Pairs = set[tuple[int, int]]  # (entrant, person)


@dataclass(frozen=True)
class Board:
    """The round as a draw finds it; sheets that `settle` would make void are already left out."""

    round: Round
    members: list[PanelMember]
    entrants: list[Entrant]
    barred: Pairs
    standing: list[Sheet]

    @property
    def people(self) -> list[PanelMember]:
        """Members who fill in sheets."""
        return [member for member in self.members if member.scores]


@dataclass(frozen=True)
class Plan:
    """A draw not yet written. `token` changes with everything it rests on, so what was shown is what gets drawn."""

    board: Board
    seed: int
    assignment: Assignment
    calibration: dict[int, tuple[int, ...]]
    freed: list[Sheet]
    token: str

    @property
    def given(self) -> Iterable[tuple[int, int]]:
        return ((entrant, user) for entrant, users in self.assignment.given.items() for user in users)


def look(round: Round) -> Board:
    """The round as it stands, conflicts computed but not written."""
    members = list(in_office(round).select_related("user").order_by("pk"))
    entrants = list(Entrant.objects.filter(round=round, state=EntrantState.COMPLETE).taking_part().order_by("number"))
    barred = {(entrant, user) for entrant, user, _kind in conflicts.find(round, [member.user_id for member in members])}
    barred |= set(Conflict.objects.filter(round=round).values_list("entrant", "user"))
    present = {member.user_id for member in members}
    rows = Sheet.objects.reviews().filter(entrant__round=round).order_by("pk")
    standing = [row for row in rows if (row.entrant_id, row.reviewer_id) not in barred and _stands(row, present)]
    return Board(round, members, entrants, barred, standing)


def _stands(sheet: Sheet, present: set[int]) -> bool:
    return sheet.state == SheetState.SUBMITTED or sheet.reviewer_id in present


def make_plan(round: Round, *, seed: int, anew: bool = False) -> Plan:
    """The draw for what is still missing; `anew` also moves drawn sheets nobody has written in."""
    board = look(round)
    freed = [sheet for sheet in board.standing if anew and _is_movable(sheet)]
    return plan_on(board, seed=seed, freed=freed)


def _is_movable(sheet: Sheet) -> bool:
    return sheet.origin == SheetOrigin.DRAWN and sheet.state == SheetState.OPEN and sheet.touched_at is None


def plan_on(board: Board, *, seed: int, freed: list[Sheet]) -> Plan:
    moved = {sheet.pk for sheet in freed}
    kept = [sheet for sheet in board.standing if sheet.pk not in moved]
    found = assignment.draw(_products(board, kept, freed), reviewers(board, kept), seed=seed)
    return Plan(board, seed, found, _calibration(board, kept), freed, _token(board, seed, freed))


def _products(board: Board, kept: list[Sheet], freed: list[Sheet]) -> list[Product]:
    holders, counted, before, barred = defaultdict(set), Counter(), defaultdict(set), defaultdict(set)
    for sheet in kept:
        holders[sheet.entrant_id].add(sheet.reviewer_id)
        counted[sheet.entrant_id] += sheet.origin != SheetOrigin.EXTRA
    for sheet in freed:
        before[sheet.entrant_id].add(sheet.reviewer_id)
    for entrant, user in board.barred:
        barred[entrant].add(user)
    wanted = board.round.reviewers_per_product
    return [
        Product(
            key=row.pk,
            family=row.family,
            need=max(0, wanted - counted[row.pk]),
            barred=frozenset(barred[row.pk]),
            held=frozenset(holders[row.pk]),
            stay=frozenset(before[row.pk]),
        )
        for row in board.entrants
        if not row.is_calibration
    ]


def reviewers(board: Board, kept: list[Sheet]) -> list[Reviewer]:
    """Those who fill in sheets, with what they hold; common sample products do not count towards a load."""
    loads = Counter(sheet.reviewer_id for sheet in kept if sheet.origin != SheetOrigin.CALIBRATION)
    limit = board.round.load_limit
    return [
        Reviewer(member.user_id, member.load_limit or limit, loads[member.user_id], frozenset(member.families)) for member in board.people
    ]


def _calibration(board: Board, kept: list[Sheet]) -> dict[int, tuple[int, ...]]:
    """Every scoring member without a conflict judges every common sample product."""
    have = {(sheet.entrant_id, sheet.reviewer_id) for sheet in kept}
    users = [member.user_id for member in board.people]
    return {
        row.pk: tuple(user for user in users if (row.pk, user) not in have and (row.pk, user) not in board.barred)
        for row in board.entrants
        if row.is_calibration
    }


def _token(board: Board, seed: int, freed: list[Sheet]) -> str:
    members = [(m.user_id, m.scores, m.load_limit, m.families) for m in board.members]
    settings = (board.round.reviewers_per_product, board.round.load_limit, board.round.phase)
    entrants = [(row.pk, row.is_calibration, row.family) for row in board.entrants]
    rests_on = [seed, settings, members, entrants, sorted(board.barred), [s.pk for s in board.standing], [s.pk for s in freed]]
    return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()[:32]


def substitutes_for(round: Round, entrant: Entrant) -> list[tuple[PanelMember, int]]:
    """Who may take over one product, with their loads: no conflict, no sheet for it, below the limit; the freest first."""
    board = look(round)
    people = {person.key: person for person in reviewers(board, board.standing)}
    taken = {sheet.reviewer_id for sheet in board.standing if sheet.entrant_id == entrant.pk}
    rows = [(member, people[member.user_id].load) for member in board.people if people[member.user_id].load < people[member.user_id].limit]
    free = [row for row in rows if row[0].user_id not in taken and (entrant.pk, row[0].user_id) not in board.barred]
    return sorted(free, key=lambda row: (row[1], row[0].pk))


def draw_one(round: Round, entrant: Entrant, *, seed: int) -> User | None:
    """The person the draw gives for one more sheet of one product; None when nobody is free."""
    free = substitutes_for(round, entrant)
    users = {member.user_id: member.user for member, _load in free}
    people = [Reviewer(m.user_id, load + 1, load, frozenset(m.families)) for m, load in free]
    found = assignment.draw([Product(entrant.pk, entrant.family, 1)], people, seed=seed + entrant.pk)
    return next((users[user] for user in found.given.get(entrant.pk, ())), None)
