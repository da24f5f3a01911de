"""What OCOP adds to the registry."""

from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from registry.models import Producer
from registry.pillars import PillarSpec, register

from .forms import CommunityProfileForm


def facts(producer: Producer) -> dict[str, object]:
    """What the public may know of a community besides its name and place."""
    profile = getattr(producer, "community_profile", None)
    return {"kind": profile.kind, "parent_body": profile.parent_body} if profile else {}


def register_pillar() -> None:
    register(
        PillarSpec(
            pillar=Pillar.OCOP,
            unit_word=_("community"),
            slogan=_("One community, one product"),
            profile_form=CommunityProfileForm,
            profile_attr="community_profile",
            facts=facts,
        )
    )
