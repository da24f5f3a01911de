"""What OSOP adds to the registry."""

from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from registry.models import Producer
from registry.pillars import PillarSpec, register

from .forms import SchoolProfileForm


def facts(producer: Producer) -> dict[str, object]:
    """What the public may know of a school besides its name and place."""
    profile = getattr(producer, "school_profile", None)
    if profile is None:
        return {}
    return {"npsn": profile.npsn, "level": profile.level, "ownership": profile.ownership, "departments": profile.departments}


def school_level(producer: Producer) -> str:
    """The level of the school; empty while it has no profile."""
    profile = getattr(producer, "school_profile", None)
    return profile.level if profile else ""


def register_pillar() -> None:
    register(
        PillarSpec(
            pillar=Pillar.OSOP,
            unit_word=_("school"),
            slogan=_("One school, one product"),
            profile_form=SchoolProfileForm,
            profile_attr="school_profile",
            kept_by_officers=("npsn", "level"),  # the level decides whose desk its submissions lie on
            school_level=school_level,
            facts=facts,
        )
    )
