"""The three pillars as the registry sees them: each pillar's app registers its spec, the registry never imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from accounts.states import Pillar

if TYPE_CHECKING:
    from django import forms

    from .models import Producer


@dataclass(frozen=True)
class PillarSpec:
    """What one pillar adds: its words on the screen, its profile form, and what only it knows of a producer."""

    pillar: Pillar
    unit_word: str | Promise  # "village", "school", "community"
    slogan: str | Promise
    profile_form: type[forms.ModelForm]
    profile_attr: str
    # Fields of the profile that officers look after: the producer's own people read them but do not change them.
    kept_by_officers: tuple[str, ...] = ()
    school_level: Callable[[Producer], str] = lambda producer: ""
    facts: Callable[[Producer], dict[str, object]] = lambda producer: {}


_SPECS: dict[str, PillarSpec] = {}


def register(spec: PillarSpec) -> None:
    """Register a pillar once, in its app's ready()."""
    _SPECS[spec.pillar] = spec


def spec_for(pillar: str) -> PillarSpec:
    """The spec of a pillar; KeyError for one no app has registered."""
    return _SPECS[pillar]


def all_specs() -> list[PillarSpec]:
    """Every registered pillar, in the order OVOP, OSOP, OCOP."""
    return [_SPECS[pillar] for pillar in Pillar.values if pillar in _SPECS]
