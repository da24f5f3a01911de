"""The profile of a producer: what every pillar has, beside the form of its own pillar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import PlainTextField
from registry.models import Producer
from registry.pillars import spec_for
from registry.services.producers import profile_base, profile_of

from .steps import THEIRS, Difference, take_stored


class AboutForm(forms.Form):
    """The words about a producer."""

    about = PlainTextField(
        label=gettext_lazy("About us"),
        help_text=gettext_lazy("Where do you live, what do you live from, what are you known for?"),
        max_length=2000,
        required=False,
        multiline=True,
    )


class ProfileForm:
    """Two forms under one button, saved like a step of a product: fields that can be read beside ones that cannot."""

    base_name = "base-profile"
    non_field_errors = ()

    def __init__(self, producer: Producer, data: QueryDict | None = None):
        self.producer, self.data = producer, data
        spec = spec_for(producer.pillar)
        self.about = AboutForm(data, initial={"about": producer.about})
        self.pillar = spec.profile_form(data, instance=profile_of(producer), use_required_attribute=False)
        for name in spec.kept_by_officers:
            self.pillar.fields.pop(name, None)

    @property
    def base(self) -> str:
        """The base version this form was made on."""
        return profile_base(self.producer)

    def __iter__(self) -> Iterator[BoundField]:
        yield from self.about
        yield from self.pillar

    @property
    def errors(self) -> dict[str, list[str]]:
        """What cannot be read, by name of the control."""
        return {field.html_name: list(field.errors) for field in self if field.errors}

    def values(self) -> dict[str, Any]:
        """What can be read, in the words of the service."""
        unread = self.errors
        return {name: value for form in (self.about, self.pillar) for name, value in form.cleaned_data.items() if name not in unread}

    def shown(self) -> dict[str, str]:
        """How the controls read once saved: numbers grouped, addresses whole. What could not be read is left as typed."""
        unread, typed = self.errors, self.data or {}
        texts = {field.html_name: field.value() for field in ProfileForm(self.producer)}
        return {name: text for name, text in texts.items() if isinstance(text, str) and name in typed and name not in unread}

    def differences(self, stored: dict[str, Any], typed: dict[str, Any]) -> list[Difference]:
        """The fields two devices wrote differently."""
        fields = {field.html_name: field for field in self}
        unlike = [name for name in typed if name in fields and (stored.get(name) or "") != (typed[name] or "")]
        return [
            Difference(name, str(fields[name].label), _words(fields[name], stored[name]), _words(fields[name], typed[name]))
            for name in unlike
        ]


def _words(field: BoundField, value: Any) -> list[str]:
    """A stored or typed value in words."""
    if value in (None, ""):
        return [_("Empty")]
    choices = dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, field.field.prepare_value(value))).splitlines()


def resolved(data: QueryDict, producer: Producer) -> QueryDict:
    """What was typed after the person chose, field by field, whose text shall stand (`choice-<field>`)."""
    mixed = data.copy()
    for field in ProfileForm(producer):
        if mixed.get(f"choice-{field.html_name}") == THEIRS:
            take_stored(mixed, [field], [name for name in mixed if name == field.html_name])
    return mixed
