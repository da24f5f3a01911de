"""Who sees which round and which product in it.

A product in a round is seen by officers of its area, by the chair and secretary of the round, and by those who have a
sheet for it. Whoever has a conflict of interest with it sees nothing of it until the round is established, whatever
else they are: this one exclusion answers for pages, lists, counts, exports, files and search.
"""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.models import User
from accounts.permissions import has_role, may_anywhere
from accounts.scope import NOTHING, Reach, scope_q
from accounts.states import Action, Role
from evaluations.states import PanelRole, Phase, SheetState

RUNNERS = (PanelRole.CHAIR, PanelRole.SECRETARY)
ENTRANT_REACH = Reach(region="region_code", pillar="pillar", unit="producer_code")


def rounds_of_member(user: User | AnonymousUser, roles: tuple[str, ...] = tuple(PanelRole.values)) -> Q:
    """Rounds on whose panel the user sits today in one of these roles; nobody without a current reviewer mandate."""
    from evaluations.models import PanelMember  # noqa: PLC0415 - models import this module

    if not has_role(user, [Role.REVIEWER]):
        return NOTHING
    return Q(pk__in=PanelMember.objects.filter(user=user.pk, role__in=roles, ended_at=None).values("round"))


class RoundQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        """Every round for officers who hold the right; for the others those on whose panel they sit."""
        if may_anywhere(user, action):
            return self
        return self.filter(rounds_of_member(user)) if action in (Action.EVALUATION_VIEW, Action.ASSESS) else self.none()

    def run_by(self, user: User | AnonymousUser) -> Self:
        """Rounds the user runs: as chair or secretary, or for the province."""
        mine = rounds_of_member(user, RUNNERS)
        return self if may_anywhere(user, Action.ROUND_MANAGE) else self.filter(mine)

    def established(self) -> Self:
        return self.filter(phase=Phase.ESTABLISHED)

    def published(self) -> Self:
        """Established by a decree that stands; `standing` holds the one set of results under it. All the public may know."""
        from evaluations.models import ResultSet, RoundFamily  # noqa: PLC0415 - models import this module

        decreed = ResultSet.objects.filter(superseded_at=None, decree__isnull=False, decree__revoked_at=None)
        return (
            self.established()
            .filter(pk__in=decreed.values("round"))
            .prefetch_related(
                Prefetch("result_sets", decreed.select_related("decree"), to_attr="standing"),
                Prefetch("families", RoundFamily.objects.select_related("instrument")),
            )
        )

    def in_public_order(self) -> Self:
        """The newest first."""
        return self.order_by("-year", "-scoring_closes_on", "-pk")


def hidden_from(user: User | AnonymousUser, entrant: str = "pk") -> Exists:
    """Whether the row's entrant is hidden from the user by a conflict, while its round is not established."""
    from evaluations.models import Conflict  # noqa: PLC0415 - models import this module

    return Exists(Conflict.objects.filter(entrant=OuterRef(entrant), user=user.pk).exclude(round__phase=Phase.ESTABLISHED))


class EntrantQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        """The products the user may follow in a round; see the head of this file."""
        rows = scope_q(user, action, ENTRANT_REACH)
        if action in (Action.EVALUATION_VIEW, Action.ASSESS):
            rows |= self._on_panel(user)
        return self.filter(rows).filter(~hidden_from(user)) if user.pk else self.none()

    def _on_panel(self, user: User | AnonymousUser) -> Q:
        from evaluations.models import Round, Sheet  # noqa: PLC0415 - models import this module

        if not has_role(user, [Role.REVIEWER]):
            return NOTHING
        run = Round.objects.filter(rounds_of_member(user, RUNNERS)).values("pk")
        own = Sheet.objects.filter(reviewer_id=user.pk, kind="review").exclude(state=SheetState.VOID).values("entrant")
        return Q(round__in=run) | Q(pk__in=own)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All rows but those a conflict hides; for pages whose right was already asked of the round."""
        return self.filter(~hidden_from(user))

    def taking_part(self) -> Self:
        """Those still in the running: not out, and their product still shown to the public."""
        from registry.states import EntryState  # noqa: PLC0415 - asked here alone

        gone = (EntryState.WITHDRAWN, EntryState.SUSPENDED, EntryState.CEASED)
        return self.exclude(state="out").exclude(product__entry__state__in=gone)

    def disputed(self) -> Self:
        """Those on the agenda of the Rakor without a decision."""
        return self.filter(agenda__isnull=False, decision=None).distinct()


class OfEntrant(models.QuerySet):
    """Rows that belong to a product in a round and are seen wherever that one is."""

    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        from evaluations.models import Entrant  # noqa: PLC0415 - models import this module

        return self.filter(entrant__in=Entrant.objects.for_user(user, action))


class OfRound(models.QuerySet):
    """Rows that belong to a round; those about one product only where that one is seen."""

    def for_user(self, user: User | AnonymousUser, action: Action = Action.EVALUATION_VIEW) -> Self:
        from evaluations.models import Entrant, Round  # noqa: PLC0415 - models import this module

        rows = self.filter(round__in=Round.objects.for_user(user, action))
        if "entrant" not in {field.name for field in self.model._meta.get_fields()}:
            return rows
        return rows.filter(Q(entrant=None) | Q(entrant__in=Entrant.objects.for_user(user, action)))
