"""Demonstration accounts: one of every role. They carry no person's name, share one password, and exist in demo settings only."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Mandate, User
from accounts.states import Office, Role
from regions.models import Region
from registry.models import Producer

WORDS = ("kopi", "tenun", "lontar", "kemiri", "jagung", "garam", "madu", "vanili", "pinang", "kelor")
PREFIX = {"ovop": "desa", "osop": "sekolah", "ocop": "komunitas"}
HEAD_TITLE = {"ovop": "Kepala", "osop": "Kepala", "ocop": "Ketua"}
PROVINCE = "provinsi"
# A village without a product, where the walk begins, and the one beside it.
BEIWALI, BEIWALI_NEIGHBOUR = "53.09.06.2009", "53.09.06.2025"


def new_password() -> str:
    """A password to read out: two words of NTT's products and four figures."""
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(9000) + 1000}"


class Accounts:
    """Makes demonstration accounts under one password, hashed once."""

    def __init__(self, password: str):
        self._hash = make_password(password)
        self.usernames: list[tuple[str, str]] = []

    def make(self, username: str, title: str, role: Role, **mandate: object) -> User:
        """One account with one mandate from today on."""
        user = User.objects.create(username=username, display_name=f"{title} (contoh)", password=self._hash, is_demo=True)
        self.give(user, role, **mandate)
        self.usernames.append((username, f"{title}: {role.label}"))
        return user

    def give(self, user: User, role: Role, **mandate: object) -> Mandate:
        row = Mandate(user=user, role=role, starts_on=timezone.localdate(), letter_number="contoh", **mandate)
        row.full_clean()
        row.save()
        return row

    def head(self, producer: Producer) -> User:
        """The head of a producer: desa-…, sekolah-… or komunitas-…."""
        prefix = PREFIX[producer.pillar]
        name = producer.name.removeprefix("Desa ").removeprefix("Kelurahan ")
        title = f"Lurah {name}" if producer.name.startswith("Kelurahan ") else f"{HEAD_TITLE[producer.pillar]} {producer.name}"
        return self.make(f"{prefix}-{slugify(name)}"[:50], title, Role.PRODUCER_HEAD, unit_kind="producer", unit_code=producer.code)

    def regency(self, region: Region) -> User:
        """The Dinas PMD of a regency: kab-…."""
        short = slugify(region.name.removeprefix("Kabupaten "))
        return self.make(
            f"kab-{short}",
            f"Dinas PMD {region.name}",
            Role.REGENCY_OFFICER,
            region_codes=[region.pk],
            office=Office.REGENCY,
            office_name=f"Dinas PMD {region.name}",
            is_office_head=True,
        )


def make_offices(accounts: Accounts, province: str) -> dict[str, User]:
    """The offices of the province and everybody without a unit."""
    whole = {"region_codes": [province]}
    education = {"office": Office.PROVINCE, "office_name": "Dinas Pendidikan dan Kebudayaan NTT", "pillar": "osop"}
    pmd = {"office": Office.PROVINCE, "office_name": "Dinas PMD Provinsi NTT", "is_office_head": True}
    made = {
        "province": accounts.make(PROVINCE, "Dinas PMD Provinsi", Role.PROVINCE_OFFICER, **whole, **pmd),
        "education": accounts.make("pendidikan", "Dinas Pendidikan Provinsi", Role.EDUCATION_OFFICER, **whole, **education),
    }
    accounts.make("disperindag", "Disperindag Provinsi", Role.TRADE_OFFICER, **whole, office=Office.PROVINCE, office_name="Disperindag NTT")
    accounts.make("sistem", "Pengelola sistem", Role.SYSTEM_ADMIN, **whole)
    accounts.make("viewer", "Pembaca", Role.VIEWER, **whole)
    for number, title in enumerate(("Ketua Satgas", "Sekretaris Satgas", *(f"Penilai Satgas {number}" for number in (3, 4, 5))), start=1):
        accounts.make(f"satgas-{number}", title, Role.REVIEWER, **whole)
    return made
