"""What OVOP adds to the registry."""

from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from registry.models import Producer
from registry.pillars import PillarSpec, register

from .forms import VillageProfileForm


def facts(producer: Producer) -> dict[str, object]:
    """What the public may know of a village besides its name and place."""
    profile = getattr(producer, "village_profile", None)
    return {"bumdes": profile.bumdes_name, "kopdes": profile.kopdes_name, "website": profile.website} if profile else {}


def register_pillar() -> None:
    register(
        PillarSpec(
            pillar=Pillar.OVOP,
            unit_word=_("village"),
            slogan=_("One village, one product"),
            profile_form=VillageProfileForm,
            profile_attr="village_profile",
            facts=facts,
        )
    )
