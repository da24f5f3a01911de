"""What still stands between a round and its close, as one person may know it: a constant number of queries.

What a conflict of interest hides from the person is not named; `something_hidden` only says that somebody else has to look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch

from .models import AgendaItem, ConsensusScore, Entrant, Sheet
from .states import AgendaReason, SheetState

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Round
    from .queries.rounds import EntrantQuerySet

AT_MOST = 100


@dataclass
class Open:
    """What is open: the first three keep the round from closing, unsent sheets only do not count."""

    knock_outs: list[Entrant] = field(default_factory=list)
    undecided: list[Entrant] = field(default_factory=list)
    without_sheet: list[Entrant] = field(default_factory=list)
    unsent: list[Sheet] = field(default_factory=list)
    unsent_count: int = 0
    products: int = 0
    something_hidden: bool = False

    @property
    def keeps_open(self) -> bool:
        return bool(self.knock_outs or self.undecided or self.without_sheet or not self.products)


def open_in(round: Round, user: User) -> Open:
    """What is open in a round."""
    running = Entrant.objects.filter(round=round).taking_part()
    seen = running.visible_to(user).order_by("number")
    agenda = Prefetch("agenda", AgendaItem.objects.order_by("pk"), to_attr="items")
    disputed = list(seen.disputed().prefetch_related(agenda)[:AT_MOST])
    sheets = Sheet.objects.reviews().filter(entrant__in=seen.order_by(), state=SheetState.OPEN)
    knocked = {entrant.pk for entrant in disputed if any(item.reason == AgendaReason.KNOCKOUT for item in entrant.items)}
    hidden = running.exclude(pk__in=seen.order_by().values("pk"))
    return Open(
        knock_outs=[entrant for entrant in disputed if entrant.pk in knocked],
        undecided=[entrant for entrant in disputed if entrant.pk not in knocked],
        without_sheet=list(unjudged(seen)[:AT_MOST]),
        unsent=list(sheets.select_related("entrant", "reviewer").order_by("entrant__number", "pk")[:AT_MOST]),
        unsent_count=sheets.count(),
        products=seen.count(),
        something_hidden=hidden.disputed().exists() or unjudged(hidden).exists(),
    )


def unjudged(entrants: EntrantQuerySet) -> EntrantQuerySet:
    """Those for which nobody has sent a sheet and the panel has agreed on nothing."""
    sent = Sheet.objects.counted().filter(entrant=OuterRef("pk"))
    agreed = ConsensusScore.objects.filter(decision__entrant=OuterRef("pk"))
    return entrants.filter(~Exists(sent), ~Exists(agreed))


def split(needs: Iterable[object], user: User) -> tuple[list[object], bool]:
    """What a refusal names, without the products a conflict hides from the person; and whether there were such."""
    rows = list(needs)
    products = [row for row in rows if isinstance(row, Entrant)]
    seen = set(Entrant.objects.filter(pk__in=[row.pk for row in products]).visible_to(user).values_list("pk", flat=True))
    named = [row for row in rows if not isinstance(row, Entrant) or row.pk in seen]
    return named, len(named) < len(rows)
