"""The profile of a producer, written by its own people. The public sees it with the next version that is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from accounts.states import Action
from registry import permissions, steps
from registry.errors import Conflict
from registry.models import Producer
from registry.pillars import spec_for

if TYPE_CHECKING:
    from accounts.models import User


def profile_of(producer: Producer) -> Any:
    """The profile of the producer's pillar; a new one when there is none yet."""
    spec = spec_for(producer.pillar)
    return getattr(producer, spec.profile_attr, None) or spec.profile_form._meta.model(producer=producer)


def profile_values(producer: Producer) -> dict[str, Any]:
    """What the producer's own people write of its profile, as it stands; what officers look after is not among it."""
    spec = spec_for(producer.pillar)
    row = profile_of(producer)
    names = [name for name in spec.profile_form._meta.fields or () if name not in spec.kept_by_officers]
    return {"about": producer.about, **{name: getattr(row, name) for name in names}}


def profile_base(producer: Producer) -> str:
    """The base version a form of the profile carries: a hash of its values, as with a product's steps."""
    return steps.digest(profile_values(producer))[:16]


@transaction.atomic
def edit_profile(*, actor: User, producer: Producer, base: str, values: dict[str, Any]) -> Producer:
    """Write the words about a producer (`about`) and fields of its pillar's profile; return the producer.

    `base` is the base version the form carried, as with a product's steps; Conflict carries what stands now when
    somebody saved other values meanwhile. Saving what already stands changes nothing. Raises Refused, ValidationError.
    """
    fresh = Producer.objects.select_for_update(of=("self",), no_key=True).select_related("region").get(pk=producer.pk)
    require(permissions.may_on_producer(actor, Action.PRODUCER_EDIT, fresh))
    row, stands = profile_of(fresh), profile_values(fresh)
    written = {name: value for name, value in values.items() if name in stands}
    if row.pk and all(stands[name] == value for name, value in written.items()):
        return fresh
    if base != profile_base(fresh):
        words = _("Somebody changed this part meanwhile. Both are shown; choose what shall stand.")
        raise Conflict(words, current=stands, typed=written)
    fresh.about, fresh.version = written.pop("about", fresh.about), fresh.version + 1
    fresh.full_clean(exclude=["region"])
    fresh.save(update_fields=["about", "version"])
    for name, value in written.items():
        setattr(row, name, value)
    row.full_clean(exclude=["producer"])
    row.save()
    return fresh
