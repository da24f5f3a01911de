"""Reads of partners, their credentials, tokens and use."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.permissions import mandates_for
from accounts.states import Action

from .states import ANSWER_KEPT, USE_KEPT

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

TOUCHED_EVERY = dt.timedelta(minutes=1)


def manages(user: User | AnonymousUser, action: Action) -> bool:
    """Whether the user looks after partners: they belong to the province, so a mandate over all of it is needed."""
    return any(settings.PROVINCE_CODE in mandate.region_codes and not mandate.pillar for mandate in mandates_for(user, action))


class OfProvinceQuerySet(models.QuerySet):
    """Rows that belong to no regency: all of them for the officers of the province, none for others."""

    def for_user(self, user: User | AnonymousUser, action: Action) -> Any:
        """All rows for a holder of `action` over the whole province."""
        return self.all() if manages(user, action) else self.none()


class PartnerQuerySet(OfProvinceQuerySet):
    def with_figures(self) -> PartnerQuerySet:
        """Partners with how many credentials work today and when one was used last."""
        today = timezone.localdate()
        works = Q(credentials__revoked_at=None, credentials__expires_on__gte=today)
        return self.annotate(working=Count("credentials", filter=works), used_at=Max("credentials__last_used_at")).order_by("name", "pk")

    def offered(self, *, is_demo: bool) -> PartnerQuerySet:
        """Active partners a head may delegate to; those of the demonstration only for producers of the demonstration."""
        rows = self.filter(is_active=True)
        return rows if is_demo else rows.filter(is_demo=False)


class CredentialQuerySet(OfProvinceQuerySet):
    def usable(self, on: dt.date | None = None) -> CredentialQuerySet:
        """Credentials that work on a WITA day (today when not named): not revoked, not expired, of an active partner."""
        return self.filter(revoked_at=None, expires_on__gte=on or timezone.localdate(), partner__is_active=True)

    def touch(self, pk: int, now: dt.datetime) -> None:
        """Note the use of a credential, at most once a minute however many processes say so."""
        self.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - TOUCHED_EVERY), pk=pk).update(last_used_at=now)


class ApiUseQuerySet(OfProvinceQuerySet):
    def outdated(self) -> ApiUseQuerySet:
        """Rows older than they are kept."""
        return self.filter(at__lt=timezone.now() - USE_KEPT)


class KeptAnswerQuerySet(OfProvinceQuerySet):
    def outdated(self) -> KeptAnswerQuerySet:
        """Rows older than they are kept."""
        return self.filter(at__lt=timezone.now() - ANSWER_KEPT)


def find_token(text: str) -> Any:
    """The token somebody shows, with its credential, partner and service account in one query; None for an unknown one."""
    from oauth2_provider.models import AccessToken  # noqa: PLC0415 - its tables refer to a model that imports this module

    checksum = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return AccessToken.objects.select_related("application__partner__service_user").filter(token_checksum=checksum).first()
