"""Conflicts of interest: the rules, as settings shown to all, and where each is found. Reads only; each kind a fixed number of queries.

A mandate over the whole province does not conflict by itself, else nobody could sit on the panel.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate, User
from accounts.states import Role
from accounts.units import Unit, resolve_units, unit_kinds
from registry.models import Contact, Permit, Submission, SubmissionEvent, SubmissionVersion

from .models import Entrant, Visit
from .states import ConflictKind as K

if TYPE_CHECKING:
    from .models import Round

REGENCY_LENGTH = 5  # "53.09"
Found: TypeAlias = dict[tuple[int, int, str], str]  # (entrant, person, kind) -> what it is


@dataclass(frozen=True)
class ConflictRules:
    """Which computed kinds are on, how many years a former office counts, and the roles that are no office over a product."""

    years_back: int
    kinds: tuple[str, ...]
    roles_apart: tuple[str, ...]

    @property
    def words(self) -> list[str | Promise]:
        """The rules in words, for everybody."""
        computed = [str(WORDS[kind]) % {"years": self.years_back} for kind in self.kinds]
        return [*computed, _("They declared a conflict of interest themselves, with the reason.")]


WORDS: dict[str, str | Promise] = {
    K.MANDATE: _(
        "They hold an office in the regency of the product or over its producer, or held one within the last %(years)s years. "
        "An office over the whole province does not count."
    ),
    K.HANDLED: _("They checked, published or assisted this very product."),
    K.ENTERPRISE: _("They belong to the same maker, or head its producer."),
    K.PHONE: _("They have the same phone number as the producer."),
}


def rules() -> ConflictRules:
    """The rules in force."""
    chosen: dict[str, Any] = settings.EVALUATION_CONFLICTS
    return ConflictRules(chosen["years_back"], tuple(chosen["kinds"]), tuple(chosen["roles_apart"]))


# --- pure: from the offices people held to the places they may not judge ---------------------------------------------


@dataclass(frozen=True)
class OfficeHeld:
    """What one mandate was held over: regions, or one unit with the region it lies in."""

    user: int
    role: str
    regions: tuple[str, ...] = ()
    unit_code: str = ""


@dataclass(frozen=True)
class Places:
    """The regencies and producers one person may not judge, with the role they held there."""

    regencies: dict[str, str]
    producers: dict[str, str]


def places_of(offices: Iterable[OfficeHeld]) -> dict[int, Places]:
    """By person: every regency at or below which they held something, and every producer they held."""
    found: dict[int, Places] = defaultdict(lambda: Places({}, {}))
    for office in offices:
        places = found[office.user]
        for region in office.regions:
            if len(region) >= REGENCY_LENGTH:
                places.regencies[region[:REGENCY_LENGTH]] = office.role
        if office.unit_code:
            places.producers[office.unit_code] = office.role
    return dict(found)


def since(today: dt.date, years: int) -> dt.date:
    """The day so many years before; 29 February becomes the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


# --- where each kind is found ----------------------------------------------------------------------------------------


def find(round: Round, users: Iterable[int]) -> Found:
    """Every computed conflict of these people with products of the round, as the rules stand."""
    people = list(users)
    found: Found = {}
    if not people:
        return found
    for kind in rules().kinds:
        for entrant, user, detail in FINDERS[kind](round, people):
            found.setdefault((entrant, user, kind), detail)
    return found


Rows: TypeAlias = Iterable[tuple[int, int, str]]


def offices_held(users: list[int], today: dt.date) -> list[OfficeHeld]:
    """What these people hold today or held within the years of the rules."""
    chosen = rules()
    start = since(today, chosen.years_back)
    recent = Q(ends_on=None) | Q(ends_on__gte=start)
    live = Q(revoked_at=None) | Q(revoked_at__date__gte=start)
    rows = list(Mandate.objects.filter(recent, live, user__in=users, starts_on__lte=today).exclude(role__in=chosen.roles_apart))
    units = {kind: resolve_units(kind, {row.unit_code for row in rows if row.unit_kind == kind}) for kind in unit_kinds()}
    return [_office(row, units) for row in rows]


def _office(row: Mandate, units: dict[str, dict[str, Unit]]) -> OfficeHeld:
    unit = units.get(row.unit_kind, {}).get(row.unit_code)
    regions = (unit.region_code,) if unit else tuple(row.region_codes)
    return OfficeHeld(row.user_id, str(row.get_role_display()), regions, row.unit_code)


def _by_mandate(round: Round, users: list[int]) -> Rows:
    """Asked of the place the product was entered under and of where its producer lies today."""
    places = places_of(offices_held(users, timezone.localdate()))
    columns = ("pk", "regency_code", "product__producer__region", "product__producer__code")
    for entrant, entered, region, producer in Entrant.objects.filter(round=round).values_list(*columns):
        regencies = {entered, region[:REGENCY_LENGTH]}
        for user, held in places.items():
            role = next((held.regencies[code] for code in regencies if code in held.regencies), held.producers.get(producer))
            if role:
                yield entrant, user, role


def _by_handling(round: Round, users: list[int]) -> Rows:
    products = Entrant.objects.filter(round=round).values("product")
    sources = (
        (SubmissionEvent.objects.filter(submission__product__in=products), "submission__product", "actor"),
        (SubmissionVersion.objects.filter(submission__product__in=products), "submission__product", "sent_by"),
        (Submission.objects.filter(product__in=products), "product", "submitted_by"),
        (Submission.objects.filter(product__in=products), "product", "verified_by"),
        (Submission.objects.filter(product__in=products), "product", "published_by"),
        (Permit.objects.filter(products__in=products), "products", "verified_by"),
        (Visit.objects.filter(entrant__product__in=products), "entrant__product", "visited_by"),
    )
    entrants = dict(Entrant.objects.filter(round=round).values_list("product", "pk"))
    for rows, product, person in sources:
        for number, user in rows.filter(**{f"{person}__in": users}).values_list(product, person).distinct().order_by():
            if number in entrants:
                yield entrants[number], user, ""


def _by_enterprise(round: Round, users: list[int]) -> Rows:
    """Contacts of the maker, the product's own contact, and who heads the producer now."""
    entrants = Entrant.objects.filter(round=round)
    yield from _by_maker(entrants, users)
    own = entrants.filter(product__contact__user__in=users).values_list("pk", "product__contact__user")
    yield from ((entrant, user, "") for entrant, user in own)
    heads: dict[str, set[int]] = defaultdict(set)
    for code, user in Mandate.objects.current().filter(user__in=users, role=Role.PRODUCER_HEAD).values_list("unit_code", "user"):
        heads[code].add(user)
    for entrant, code in entrants.filter(product__producer__code__in=list(heads)).values_list("pk", "product__producer__code"):
        yield from ((entrant, user, "") for user in heads[code])


def _by_maker(entrants: QuerySet[Entrant], users: list[int]) -> Rows:
    """Of the maker as frozen or as it is now, or of another one under the same NIB."""
    makers: dict[object, set[int]] = defaultdict(set)
    columns = ("enterprise", "product__enterprise", "enterprise__nib", "product__enterprise__nib")
    for entrant, *keys in entrants.values_list("pk", *columns):
        for key in keys:
            makers[key].add(entrant)
    contacts = Contact.objects.filter(user__in=users, enterprise__isnull=False)
    for user, maker, nib in contacts.values_list("user", "enterprise", "enterprise__nib"):
        same = makers[maker] | (makers[nib] if nib else set())
        yield from ((entrant, user, "") for entrant in same)


def _by_phone(round: Round, users: list[int]) -> Rows:
    phones = dict(User.objects.filter(pk__in=users).exclude(phone="").values_list("phone", "pk"))
    entrants = Entrant.objects.filter(round=round)
    for phone_of in ("product__producer__contacts__phone", "product__contact__phone"):
        rows = entrants.filter(**{f"{phone_of}__in": list(phones)}).values_list("pk", phone_of).distinct().order_by()
        yield from ((entrant, phones[phone], "") for entrant, phone in rows)


FINDERS: dict[str, Callable[[Round, list[int]], Rows]] = {
    K.MANDATE: _by_mandate,
    K.HANDLED: _by_handling,
    K.ENTERPRISE: _by_enterprise,
    K.PHONE: _by_phone,
}
