"""Reads of participants: the other producers that have part in a product."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, IntegerField, Value, When

from accounts.models import User
from accounts.permissions import mandates_for
from accounts.states import Action, Role

from .parts import OfProduct


class ParticipantQuerySet(OfProduct):
    """`for_user` is the side that owns the product; `asked_of` the side that was asked."""

    def current(self) -> Self:
        """Asked or agreed, and not over."""
        return self.filter(ends_on=None)

    def agreed(self) -> Self:
        """Those that count today: the other head has agreed and it is not over."""
        return self.current().filter(agreed_at__isnull=False)

    def asked_of(self, user: User | AnonymousUser) -> Self:
        """Every part, past ones too, that was asked of a producer whose head the user is today; nobody else may answer."""
        codes = [mandate.unit_code for mandate in mandates_for(user, Action.PRODUCER_EDIT) if mandate.role == Role.PRODUCER_HEAD]
        return self.filter(producer__code__in=codes).select_related("product__producer__region", "producer")

    def with_partner(self) -> Self:
        """With the other producer and its place: what waits or counts first, what is over last."""
        over = Case(When(ends_on=None, then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.select_related("producer__region").order_by(over, "role", "producer__name", "-pk")
