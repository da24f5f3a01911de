"""The profile of a producer: what every pillar has, beside the form of its own pillar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainTextField
from registry.models import Producer
from registry.pillars import spec_for
from registry.services.producers import profile_of


class AboutForm(forms.Form):
    """The words about a producer, and the base version they were read at."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    about = PlainTextField(
        label=_("About us"),
        help_text=_("Where do you live, what do you live from, what are you known for?"),
        max_length=2000,
        required=False,
        multiline=True,
    )


class ProfileForm:
    """Two forms under one button."""

    def __init__(self, producer: Producer, data: Any = None):
        spec = spec_for(producer.pillar)
        self.about = AboutForm(data, initial={"base": producer.version, "about": producer.about})
        self.pillar = spec.profile_form(data, instance=profile_of(producer), use_required_attribute=False)
        for name in spec.kept_by_officers:
            self.pillar.fields.pop(name, None)

    @property
    def forms(self) -> list[forms.BaseForm]:
        return [self.about, self.pillar]

    @property
    def errors(self) -> dict[str, Any]:
        return {**self.about.errors, **self.pillar.errors}

    @property
    def non_field_errors(self) -> list[str]:
        return list(self.pillar.non_field_errors())

    def __iter__(self):
        for form in self.forms:
            yield from form

    def is_valid(self) -> bool:
        return not self.errors

    def rebased(self, version: int) -> None:
        """The typed text again, under the version that stands now."""
        self.about.data = self.about.data.copy()
        self.about.data["base"] = str(version)
