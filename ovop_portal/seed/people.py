"""Synthetic producers in the real regions, their heads, makers and contacts, and the officers who check them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone

from accounts.models import Mandate, User
from accounts.states import Office, Pillar, Role
from communities.models import CommunityProfile
from regions.models import Level, Region
from registry import codes
from registry.models import Contact, Enterprise, Producer
from registry.states import CONSENT_VERSION, LegalForm, SchoolLevel
from registry.text import fold
from schools.models import SchoolProfile
from villages.models import VillageProfile

from . import words

# Of a hundred products this many producers; the rest are second and third products.
PER_HUNDRED = {Pillar.OVOP: 28, Pillar.OSOP: 8, Pillar.OCOP: 7}
MOST = {Pillar.OSOP: 3000, Pillar.OCOP: 3000}
BATCH = 1000
# Numbers nobody can have: no area or network of Indonesia begins with 00.
PHONE = "+6200{:08d}"


@dataclass
class Unit:
    """A producer with everybody who acts for it."""

    producer: Producer
    region: Region
    head: User
    mandate: Mandate
    makers: list[Enterprise]
    contact: Contact | None
    level: str  # of a school


@dataclass(frozen=True)
class Officer:
    user: User
    mandate: Mandate


def body(number: int) -> str:
    """Five characters of a public code that stand for a number below 31^5."""
    digits = []
    for _place in range(5):
        number, rest = divmod(number, 31)
        digits.append(codes.ALPHABET[rest])
    return "".join(reversed(digits))


def many(model: type[models.Model], rows: Iterable[models.Model]) -> list[Any]:
    return model._default_manager.bulk_create(rows, batch_size=BATCH)


def _user(username: str, title: str) -> User:
    # An account nobody can sign in with: seeded data need no password.
    return User(username=username, display_name=f"{title} (contoh)", password=_NO_PASSWORD, is_demo=True)


_NO_PASSWORD = make_password(None)


def make_units(rng: random.Random, count: int, province: str) -> list[Unit]:
    """The producers of `count` products: villages that have none yet, schools and communities; with all that belongs to them."""
    found = [*_villages(rng, count, province), *_others(rng, count, province)][:count]
    producers = many(Producer, (producer for producer, _region, _level in found))
    regions = {producer.code: (region, level) for producer, region, level in found}
    _make_profiles(rng, producers, {code: level for code, (_region, level) in regions.items()})
    heads = many(User, (_user(f"sintetis-{each.code.lower()}", f"Kepala {each.name}") for each in producers))
    mandates = many(Mandate, (_head_mandate(user, each) for user, each in zip(heads, producers, strict=True)))
    makers = _make_makers(rng, producers)
    contacts = _make_contacts(rng, producers)
    return [
        Unit(each, regions[each.code][0], user, mandate, makers[each.pk], contacts.get(each.pk), regions[each.code][1])
        for each, user, mandate in zip(producers, heads, mandates, strict=True)
    ]


Found = tuple[Producer, Region, str]


def _producer(pillar: str, region: Region, code: str, name: str) -> Producer:
    about = f"{name} memakai bahan dari sekitar {region.name}."
    search = fold(f"{name} {region.full_name}")
    return Producer(pillar=pillar, region=region, code=code, name=name, about=about, search_text=search, is_demo=True)


def _share(pillar: str, count: int, most: int) -> int:
    return min(most, -(-count * PER_HUNDRED[Pillar(pillar)] // 100))


def _villages(rng: random.Random, count: int, province: str) -> list[Found]:
    taken = set(Producer.objects.values_list("code", flat=True))
    free = [each for each in _places(province, Level.VILLAGE) if each.code not in taken]
    picked = rng.sample(free, _share(Pillar.OVOP, count, len(free)))
    return [(_producer(Pillar.OVOP, each, each.code, f"{_village_word(each)} {each.name}"), each, "") for each in picked]


def _village_word(region: Region) -> str:
    return "Kelurahan" if region.kind == "ward" else "Desa"


def _places(province: str, level: int) -> list[Region]:
    return list(Region.objects.in_force().within(province).filter(level=level).order_by("code"))


def _others(rng: random.Random, count: int, province: str) -> list[Found]:
    districts, villages = _places(province, Level.DISTRICT), _places(province, Level.VILLAGE)
    found = []
    for number in range(_share(Pillar.OSOP, count, MOST[Pillar.OSOP])):
        level, region = rng.choice(SchoolLevel.values), rng.choice(districts)
        name = f"{level.upper()} Contoh {number + 1} {region.name}"
        found.append((_producer(Pillar.OSOP, region, f"99{number:06d}", name), region, level))
    numbers = rng.sample(range(31**5), _share(Pillar.OCOP, count, MOST[Pillar.OCOP]))
    for number in numbers:
        (kind, title), region = rng.choice(words.COMMUNITIES), rng.choice(villages)
        name = f"{title} {rng.choice(words.MAKER_NAMES)} {region.name}"
        found.append((_producer(Pillar.OCOP, region, codes.register_number(body(number)), name), region, kind))
    return found


def _make_profiles(rng: random.Random, producers: list[Producer], kinds: dict[str, str]) -> None:
    of = {pillar: [each for each in producers if each.pillar == pillar] for pillar in Pillar.values}
    many(VillageProfile, (VillageProfile(producer=each, bumdes_name=_bumdes(rng, each)) for each in of[Pillar.OVOP]))
    many(
        SchoolProfile,
        (
            SchoolProfile(producer=each, npsn=each.code, level=kinds[each.code], ownership=rng.choice(SchoolProfile.Ownership.values))
            for each in of[Pillar.OSOP]
        ),
    )
    many(CommunityProfile, (CommunityProfile(producer=each, kind=kinds[each.code]) for each in of[Pillar.OCOP]))


def _bumdes(rng: random.Random, producer: Producer) -> str:
    return f"BUM Desa {rng.choice(words.MAKER_NAMES)}" if rng.random() < 0.4 else ""


def _head_mandate(user: User, producer: Producer) -> Mandate:
    unit = {"unit_kind": "producer", "unit_code": producer.code}
    return Mandate(user=user, role=Role.PRODUCER_HEAD, starts_on=_a_year_ago(), letter_number="contoh", **unit)


def _a_year_ago() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=700)


def _make_makers(rng: random.Random, producers: list[Producer]) -> dict[int, list[Enterprise]]:
    rows = [_maker(rng, each, number) for each in producers for number in range(rng.choice((1, 1, 2)))]
    found: dict[int, list[Enterprise]] = {}
    for row in many(Enterprise, rows):
        found.setdefault(row.producer_id, []).append(row)
    return found


def _maker(rng: random.Random, producer: Producer, number: int) -> Enterprise:
    name = f"{rng.choice(words.MAKERS)} {rng.choice(words.MAKER_NAMES)} {number + 1}"
    members = rng.randint(4, 40)
    return Enterprise(
        producer=producer,
        name=name,
        legal_form=LegalForm.SCHOOL_UNIT if producer.pillar == Pillar.OSOP else rng.choice((LegalForm.GROUP, LegalForm.UMKM)),
        founded_year=rng.randint(1995, 2025),
        members=members,
        women=rng.randint(0, members),
        disabled=0,
    )


def _make_contacts(rng: random.Random, producers: list[Producer]) -> dict[int, Contact]:
    agreed = timezone.now() - dt.timedelta(days=600)
    rows = [
        Contact(
            producer=each,
            name="Narahubung (contoh)",
            phone=PHONE.format(each.pk),
            consent_version=CONSENT_VERSION,
            consent_given_at=agreed,
            consent_withdrawn_at=agreed + dt.timedelta(days=30) if rng.random() < 0.05 else None,
        )
        for each in producers
        if rng.random() < 0.7
    ]
    return {row.producer_id: row for row in many(Contact, rows)}


class Offices:
    """The officers who check and publish: Dinas PMD and education of every regency, both of the province."""

    def __init__(self, province: str):
        self.province = self._officer("sintetis-provinsi", "Dinas PMD Provinsi", Role.PROVINCE_OFFICER, province)
        self.education = self._officer("sintetis-pendidikan", "Dinas Pendidikan Provinsi", Role.EDUCATION_OFFICER, province)
        self._of: dict[tuple[str, str], Officer] = {}
        for region in _places(province, Level.REGENCY):
            for role, short, title in (
                (Role.REGENCY_OFFICER, "kab", "Dinas PMD"),
                (Role.EDUCATION_OFFICER, "dik", "Dinas Pendidikan"),
            ):
                name = f"sintetis-{short}-{region.code}"
                self._of[region.code, role] = self._officer(name, f"{title} {region.name}", role, region.code)

    @staticmethod
    def _officer(username: str, title: str, role: Role, code: str) -> Officer:
        user = _user(username, title)
        user.save()
        office = Office.REGENCY if "." in code else Office.PROVINCE
        place = {"region_codes": [code], "office": office, "office_name": title}
        return Officer(user, Mandate.objects.create(user=user, role=role, starts_on=_a_year_ago(), letter_number="contoh", **place))

    def checker(self, unit: Unit, role: str, office: str) -> Officer:
        """Who checks a unit first, under the rule's role and level."""
        if office == Office.PROVINCE:
            return self.education if role == Role.EDUCATION_OFFICER else self.province
        return self._of[unit.region.code[:5], role]
