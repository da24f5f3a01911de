"""Asking another producer whether it has part in a product: whom, and as what."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.models import Producer
from registry.showcase import place_parts
from registry.states import ParticipantRole

ROLE_WORDS = {
    ParticipantRole.MAKER: _("They make it too"),
    ParticipantRole.SUPPLIER: _("They supply the raw material"),
    ParticipantRole.OWNER: _("It is their product as well as ours"),
}


class PartnerForm(forms.Form):
    """Any active producer may be asked: names, codes and places of producers are public."""

    producer = forms.ModelChoiceField(
        Producer.objects.none(),
        to_field_name="code",
        label=_("Who is it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose one from the list."), "invalid_choice": _("Choose one from the list.")},
    )
    role = forms.ChoiceField(
        label=_("What is their part?"),
        choices=list(ROLE_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what their part is."), "invalid_choice": _("Choose what their part is.")},
    )

    def __init__(self, *args, found: Iterable[Producer] = (), **kwargs):
        super().__init__(*args, **kwargs, use_required_attribute=False)
        self.fields["producer"].queryset = Producer.objects.active().select_related("region")
        self.fields["producer"].choices = [(row.code, _with_place(row)) for row in found]


def _with_place(producer: Producer) -> str:
    """The name with its place, so that two villages of one name are told apart."""
    place = ", ".join(part for part in place_parts(producer.region.full_name) if part != producer.name)
    return f"{producer.name}, {place}" if place else producer.name
