"""Registering a producer: the village, school or community under its code, with the profile of its pillar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may, require
from accounts.states import Action, Pillar
from regions.models import Level, Region
from registry.codes import new_register_number
from registry.models import Producer
from registry.pillars import spec_for
from registry.text import fold

if TYPE_CHECKING:
    from accounts.models import User

# The least exact level of place a pillar is registered with; OVOP must be the village itself.
_LEAST_LEVEL = {Pillar.OVOP: Level.VILLAGE, Pillar.OSOP: Level.DISTRICT, Pillar.OCOP: Level.DISTRICT}


@transaction.atomic
def register_producer(
    *, actor: User, pillar: str, region: Region, name: str, code: str | None = None, profile: dict[str, Any] | None = None
) -> Producer:
    """Register a producer with its profile. OVOP goes by the village code, OSOP by the NPSN, OCOP by a number given here.

    Raises Refused outside the actor's area, ValidationError for a place that is not exact enough or a code in use.
    """
    require(may(actor, Action.PRODUCER_MANAGE, region_code=region.pk, pillar=pillar))
    check_place(pillar, region)
    producer = Producer(pillar=pillar, region=region, name=name.strip(), code=_code(pillar, region, code))
    producer.search_text = search_text(producer)
    producer.full_clean()
    producer.save()
    _save_profile(producer, profile or {})
    return producer


def check_place(pillar: str, region: Region) -> None:
    """Refuse a region that is not in force or not exact enough for the pillar."""
    if region.ended_on is not None:
        raise ValidationError({"region": _("This region is no longer in force.")})
    if region.level < _LEAST_LEVEL[Pillar(pillar)]:
        words = _("Name the village (desa or kelurahan).") if pillar == Pillar.OVOP else _("Name at least the district (kecamatan).")
        raise ValidationError({"region": words})


def search_text(producer: Producer) -> str:
    """What a producer is found by: its name, code and place."""
    return fold(f"{producer.name} {producer.code} {producer.region.full_name}")


def _code(pillar: str, region: Region, code: str | None) -> str:
    if pillar == Pillar.OVOP:
        return region.pk
    if pillar == Pillar.OCOP:
        return new_register_number()
    npsn = (code or "").strip().upper()
    if not npsn:
        raise ValidationError({"code": _("A school is registered under its NPSN.")})
    return npsn


def _save_profile(producer: Producer, values: dict[str, Any]) -> None:
    model = spec_for(producer.pillar).profile_form._meta.model
    extra = {"npsn": producer.code} if producer.pillar == Pillar.OSOP else {}
    row = model(producer=producer, **{**values, **extra})
    row.full_clean()
    row.save()
