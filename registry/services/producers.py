"""The profile of a producer, written by its own people. The public sees it with the next version that is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from accounts.states import Action
from registry import permissions
from registry.errors import Conflict
from registry.models import Producer
from registry.pillars import spec_for

if TYPE_CHECKING:
    from accounts.models import User


def profile_of(producer: Producer) -> Any:
    """The profile of the producer's pillar; a new one when there is none yet."""
    spec = spec_for(producer.pillar)
    return getattr(producer, spec.profile_attr, None) or spec.profile_form._meta.model(producer=producer)


@transaction.atomic
def edit_profile(*, actor: User, producer: Producer, base: int, about: str, profile: dict[str, Any]) -> Producer:
    """Write the words about a producer and the fields of its pillar's profile; return the producer.

    `base` is the version the form was made on; Conflict carries what stands now when somebody saved other values
    meanwhile. Saving what already stands changes nothing. Raises Refused, ValidationError for a field.
    """
    fresh = Producer.objects.select_for_update(of=("self",)).select_related("region").get(pk=producer.pk)
    require(permissions.may_on_producer(actor, Action.PRODUCER_EDIT, fresh))
    row = profile_of(fresh)
    stands = {"about": fresh.about, **{name: getattr(row, name) for name in profile}}
    typed = {"about": about, **profile}
    if stands == typed and row.pk:
        return fresh
    if base != fresh.version:
        words = _("Somebody changed the profile meanwhile. Both are shown; look them over and save again.")
        raise Conflict(words, current=stands, typed=typed)
    fresh.about, fresh.version = about, fresh.version + 1
    fresh.full_clean(exclude=["region"])
    fresh.save(update_fields=["about", "version"])
    for name, value in profile.items():
        setattr(row, name, value)
    row.full_clean(exclude=["producer"])
    row.save()
    return fresh
