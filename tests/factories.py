"""Builders of rows for every test. Additive: each app adds its own below."""

import datetime as dt

import factory
from django.utils import timezone

from accounts.models import Mandate, User
from accounts.states import Office, Role

PASSWORD = "kain tenun biru"


class UserFactory(factory.django.DjangoModelFactory):
    """An active account with the known password and no mandate."""

    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"akun-{number}")
    display_name = factory.LazyAttribute(lambda user: f"{user.username} (contoh)")
    password = factory.django.Password(PASSWORD)


class MandateFactory(factory.django.DjangoModelFactory):
    """A mandate in force since a month; unit roles name `unit_code`, the others `region_codes`."""

    class Meta:
        model = Mandate

    user = factory.SubFactory(UserFactory)
    role = Role.PRODUCER_HEAD
    unit_kind = factory.LazyAttribute(lambda mandate: "producer" if getattr(mandate, "unit_code", "") else "")
    unit_code = ""
    region_codes = factory.LazyFunction(list)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))


def officer(role: str, *region_codes: str, pillar: str = "", office: str = "", user: User | None = None) -> User:
    """A person who holds one mandate over regions."""
    person = user or UserFactory()
    level = office or (Office.PROVINCE if "53" in region_codes else Office.REGENCY)
    MandateFactory(user=person, role=role, region_codes=list(region_codes), pillar=pillar, office=level)
    return person


def holder(role: str, unit_code: str, *, may_send: bool = False, user: User | None = None) -> User:
    """A person who holds one mandate over one unit."""
    person = user or UserFactory()
    MandateFactory(user=person, role=role, unit_code=unit_code, may_send=may_send)
    return person
