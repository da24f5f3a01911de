"""Reads of accounts, mandates, activations and requests for help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from . import scope
from .states import ACCOUNT_PILLAR, UNIT_ROLES, Action, Role
from .units import unit_codes_within, unit_kinds

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Mandate, User

Viewer: TypeAlias = "User | AnonymousUser"


class RegionsInside(Func):
    """True when every region code of an array column lies in one of the given subtrees; false for an empty array."""

    output_field = models.BooleanField()
    template = "(cardinality(%(column)s) > 0 AND NOT EXISTS (SELECT 1 FROM unnest(%(column)s) AS held WHERE NOT (held ~ %(pattern)s)))"

    def __init__(self, column: str, codes: Iterable[str]):
        pattern = "^(" + "|".join(code.replace(".", r"\.") for code in codes) + r")(\.|$)"
        super().__init__(F(column), Value(pattern, output_field=models.TextField()))

    def as_sql(self, compiler, connection, **extra):
        column, _none = compiler.compile(self.source_expressions[0])
        pattern, params = compiler.compile(self.source_expressions[1])
        return self.template % {"column": column, "pattern": pattern}, list(params)


def account_pillar(mandate: Mandate) -> str:
    """The one pillar whose accounts a mandate looks after; empty for all three."""
    return mandate.pillar or ACCOUNT_PILLAR.get(Role(mandate.role), "")


def mandates_reached(mandate: Mandate) -> Q:
    """The mandates that lie inside one mandate: of the same unit, or of regions and units inside its regions."""
    if mandate.role in UNIT_ROLES:
        return Q(unit_kind=mandate.unit_kind, unit_code=mandate.unit_code)
    pillar = account_pillar(mandate)
    rows = Q(RegionsInside("region_codes", mandate.region_codes))
    if pillar:
        rows &= Q(pillar=pillar)
    for kind in unit_kinds():
        rows |= Q(unit_kind=kind, unit_code__in=unit_codes_within(kind, mandate.region_codes, pillar))
    return rows


def mandate_scope(user: Viewer, action: Action) -> Q:
    """The mandates inside the area of the user's own mandates that allow `action`."""
    rows = scope.NOTHING
    for mandate in scope.current_mandates(user):
        if action in mandate.actions:
            rows |= mandates_reached(mandate)
    return rows


def _covers_province(user: Viewer, action: Action) -> bool:
    mandates = scope.current_mandates(user)
    return any(action in mandate.actions and settings.PROVINCE_CODE in mandate.region_codes and not mandate.pillar for mandate in mandates)


class UserQuerySet(models.QuerySet):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def people(self) -> UserQuerySet:
        """Accounts of persons: those of partner systems have a page of their own."""
        return self.filter(is_service=False)

    def for_user(self, user: Viewer, action: Action) -> UserQuerySet:
        """Accounts that hold or held a mandate inside the user's area; those without any are the province's."""
        from .models import Mandate  # noqa: PLC0415 - models import this module

        held = Mandate.objects.filter(user_id=OuterRef("pk"))
        rows = Q(Exists(held.filter(mandate_scope(user, action))))
        if _covers_province(user, action):
            rows |= ~Q(Exists(held))
        return self.filter(rows)

    def search(self, text: str) -> UserQuerySet:
        """Accounts whose name, username, phone or unit code holds the text, in any usual spelling of a phone."""
        from .validators import normalise_phone  # noqa: PLC0415 - keeps the phone library out of model loading

        found = Q(display_name__icontains=text) | Q(username__icontains=text) | Q(mandates__unit_code=text)
        phone = normalise_phone(text)
        return self.filter(pk__in=self.model._default_manager.filter(found | Q(phone=phone) if phone else found).values("pk"))

    def holding(self, **mandate: Any) -> UserQuerySet:
        """Accounts with a live mandate that matches the lookups, or with any live mandate when none is given."""
        return self.filter(Exists(self._live().filter(**mandate)))

    def without_mandate(self) -> UserQuerySet:
        """Accounts that hold no live mandate."""
        return self.filter(~Exists(self._live()))

    @staticmethod
    def _live() -> MandateQuerySet:
        from .models import Mandate  # noqa: PLC0415 - models import this module

        return Mandate.objects.live().filter(user_id=OuterRef("pk"))

    def actors(self, numbers: Iterable[int]) -> dict[int, User]:
        """Who stands behind the lines of a history, by account number; the caller may see the history, so any area."""
        found: dict[int, Any] = self.in_bulk(set(numbers))
        return found


_Accounts: Any = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(_Accounts):
    def create_user(self, username: str, password: str | None = None, **fields) -> User:
        """Create an account; without a password it can only be entered through an activation."""
        user = cast("User", self.model(username=username, **fields))
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def find_login(self, text: str) -> User | None:
        """The one active account of a person behind a username or a phone in any usual spelling."""
        from .validators import normalise_phone  # noqa: PLC0415 - keeps the phone library out of model loading

        login = text.strip()
        phone = normalise_phone(login)
        active = self.active().people()
        return active.filter(username=login.lower()).first() or (active.filter(phone=phone).first() if phone else None)


class MandateQuerySet(models.QuerySet):
    def current(self, on: dt.date | None = None) -> MandateQuerySet:
        """Mandates in force on a WITA day (today when not named) of accounts that are active."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, revoked_at=None, user__is_active=True)

    def live(self) -> MandateQuerySet:
        """Mandates in force today or later: what an account can still do."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), revoked_at=None)

    def for_user(self, user: Viewer, action: Action) -> MandateQuerySet:
        """Mandates inside the area of the user's own mandates that allow `action`."""
        return self.filter(mandate_scope(user, action))

    def of_unit(self, kind: str, code: str) -> MandateQuerySet:
        """Mandates held over one unit."""
        return self.filter(unit_kind=kind, unit_code=code)


class ActivationQuerySet(models.QuerySet):
    def open(self) -> ActivationQuerySet:
        """Activations that can still be used."""
        return self.filter(used_at=None, voided_at=None, expires_at__gt=timezone.now())

    def for_user(self, user: Viewer, action: Action) -> ActivationQuerySet:
        """Activations of the accounts the user may see for `action`."""
        from .models import User  # noqa: PLC0415 - models import this module

        return self.filter(user__in=User.objects.for_user(user, action).values("pk"))


class AccountEventQuerySet(models.QuerySet):
    def for_user(self, user: Viewer, action: Action) -> AccountEventQuerySet:
        """Events of the accounts the user may see for `action`."""
        from .models import User  # noqa: PLC0415 - models import this module

        return self.filter(user__in=User.objects.for_user(user, action).values("pk"))


class PasswordHelpQuerySet(models.QuerySet):
    def waiting(self) -> PasswordHelpQuerySet:
        """Requests nobody has answered yet."""
        return self.filter(answered_at=None)

    def for_user(self, user: Viewer, action: Action) -> PasswordHelpQuerySet:
        """Requests of the user's area; the province reads those of others once their office let a working day pass."""
        rows = scope.NOTHING
        for mandate in scope.current_mandates(user):
            if action in mandate.actions and mandate.role not in UNIT_ROLES:
                rows |= help_reached(mandate)
        return self.filter(rows)


def help_reached(mandate: Mandate) -> Q:
    """The requests one officer's mandate reaches."""
    if settings.PROVINCE_CODE in mandate.region_codes:
        rows = Q(province_from__lte=timezone.now())
        pillar = account_pillar(mandate)
        return rows & Q(pillar=pillar) if pillar else rows
    pillar = account_pillar(mandate)
    return scope.mandate_q(mandate, scope.Reach(region="region_code")) & (Q(pillar=pillar) if pillar else Q())
