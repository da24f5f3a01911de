"""Completing or correcting the place of a producer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may, require
from accounts.states import Action, Pillar
from registry import permissions
from registry.models import Producer

from .register import check_place, search_text

if TYPE_CHECKING:
    from accounts.models import User
    from regions.models import Region


def may_complete_place(user: User, producer: Producer) -> bool:
    """Whether the user may put this school or community in its exact place."""
    return producer.pillar != Pillar.OVOP and bool(permissions.may_on_producer(user, Action.PRODUCER_MANAGE, producer))


@transaction.atomic
def complete_place(*, actor: User, producer: Producer, region: Region) -> Producer:
    """Put a school or community in its exact place; both the former and the new place lie in the actor's area.

    A village is its place and cannot be moved. What is public changes with the next published version.
    """
    fresh = Producer.objects.select_for_update(of=("self",), no_key=True).select_related("region").get(pk=producer.pk)
    require(permissions.may_on_producer(actor, Action.PRODUCER_MANAGE, fresh))
    require(may(actor, Action.PRODUCER_MANAGE, region_code=region.pk, pillar=fresh.pillar))
    if fresh.pillar == Pillar.OVOP:
        raise ValidationError({"region": _("The place of a village follows its code and is not changed by hand.")})
    check_place(fresh.pillar, region)
    fresh.region = region
    fresh.search_text = search_text(fresh)
    fresh.version += 1
    fresh.save(update_fields=["region", "search_text", "version"])
    return fresh
