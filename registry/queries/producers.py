"""Reads of producers, their makers and contacts."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.scope import Reach, scope_q
from accounts.states import Action
from regions.models import Region
from regions.queries import RegionQuerySet

from .base import ScopedQuerySet, producer_reach


def regions_reached(user: User | AnonymousUser, action: Action) -> RegionQuerySet:
    """The regions in force in which a current mandate of the user allows `action`."""
    return Region.objects.in_force().filter(scope_q(user, action, Reach(region="code")))


class ProducerQuerySet(ScopedQuerySet):
    reach = producer_reach()

    def active(self) -> Self:
        return self.filter(ended_on=None)

    def formerly(self, code: str) -> str | None:
        """The present public code of the producer that once had this one; anybody may ask, as codes are public."""
        return self.filter(former__what="code", former__value=code).values_list("code", flat=True).first()

    def search(self, text: str) -> Self:
        """Producers by name, former name, code or place, tolerant of spelling, best first."""
        text = text.strip().lower()
        near = self.annotate(near=TrigramWordSimilarity(text, "search_text"))
        return near.filter(Q(search_text__trigram_word_similar=text) | Q(code=text)).order_by("-near", "name", "pk")


class EnterpriseQuerySet(ScopedQuerySet):
    reach = producer_reach("producer__")


class ContactQuerySet(ScopedQuerySet):
    reach = producer_reach("producer__")

    def about(self, user: User) -> Self:
        """The records that name this very person; a number alone is no proof, it is linked to an account when it is written."""
        return self.filter(user=user, erased_at=None).select_related("producer")

    def kept_by(self, user: User | AnonymousUser) -> Self:
        """The records whose producers' contacts this person keeps."""
        return self.for_user(user, Action.CONTACT_EDIT).filter(erased_at=None).select_related("producer")

    def taken_back(self) -> Self:
        """Contacts whose person has taken the consent back and not given it again."""
        return self.filter(consent_withdrawn_at__isnull=False, erased_at=None)

    def agreed(self) -> Self:
        """Contacts whose person currently agrees to be shown to the public."""
        return self.filter(consent_given_at__lte=timezone.now(), consent_withdrawn_at=None, erased_at=None)
