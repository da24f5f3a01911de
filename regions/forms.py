"""Choosing a region in a form, with or without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import Region
from .names import canonical
from .queries import RegionQuerySet

OFFERED = 10


def find_regions(text: str, *, level: int | None = None, within: str | None = None) -> list[Region]:
    """At most ten regions for a typed text, the best first; their full names tell equal names apart."""
    return list(Region.objects.search(text, level=level, within=within)[:OFFERED])


class RegionInput(forms.TextInput):
    """A text input that, after an ambiguous answer, shows the offered regions as radio choices under itself.

    `<name>_choice` is the chosen code and `<name>_asked` the text the choices were offered for: a text typed anew wins.
    """

    template_name = "regions/region_input.html"
    search_level: int | None = None
    search_within: str = ""

    class Media:
        js = [forms.Script("js/region-picker.js", defer=True)]

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.offered: list[Region] = []
        self.asked = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> str | None:
        text = data.get(name)
        chosen = data.get(f"{name}_choice")
        return chosen if chosen and text == data.get(f"{name}_asked") else text

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["offered"] = self.offered
        context["widget"]["asked"] = self.asked
        context["widget"]["level"] = self.search_level or ""
        context["widget"]["within"] = self.search_within
        return context


class RegionField(forms.Field):
    """Gives a Region in force. Accepts its code or its full name ("Ds." and "Kec." too); any other text offers choices.

    `queryset` narrows what may be chosen, by the same scope in the choices and in the answer.
    """

    widget = RegionInput
    default_error_messages = {
        "ambiguous": _("Choose the right place from the list below."),
        "unknown": _("We know no place of this name. Write it as in: Desa Beiwali, Kecamatan Bajawa."),
    }

    def __init__(self, *, level: int | None = None, queryset: RegionQuerySet | None = None, within: str = "", **kwargs: Any):
        self.level, self.within, self._queryset = level, within, queryset
        super().__init__(**kwargs)
        self.widget.search_level, self.widget.search_within = level, within

    @property
    def regions(self) -> RegionQuerySet:
        rows = Region.objects.in_force() if self._queryset is None else self._queryset.in_force()
        if self.level:
            rows = rows.filter(level=self.level)
        return rows.within(self.within) if self.within else rows

    def prepare_value(self, value: Any) -> Any:
        """Shows a region as its full name, also where a form holds its code."""
        if isinstance(value, Region):
            return value.full_name
        region = Region.objects.coded(value).first() if value and str(value)[:1].isdigit() else None
        return region.full_name if region else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial.full_name if isinstance(initial, Region) else self.prepare_value(initial)
        return (before or "") != (self.prepare_value(data) or "")

    def to_python(self, value: Any) -> Region | None:
        text = str(value or "").replace("\x00", "").strip()
        if not text:
            return None
        found = list(self.regions.filter(pk=text)[:1]) or list(self.regions.filter(path_text=canonical(text))[:2])
        if len(found) == 1:
            return found[0]
        return self._offer(text)

    def _offer(self, text: str) -> Region:
        self.widget.asked = text
        self.widget.offered = list(self.regions.search(text)[:OFFERED])
        raise ValidationError(self.error_messages["ambiguous" if self.widget.offered else "unknown"])
