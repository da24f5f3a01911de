"""What officers type at the desk, on a catalogue entry, on a report, and when they register a producer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import Action, Pillar
from common.forms import PlainTextField
from common.numbers import sent_number
from regions.forms import RegionField
from regions.models import Level
from registry.queries.producers import regions_reached
from registry.services.bulk import BULK_STEPS, MAX_AT_ONCE
from registry.states import ComplaintOutcome, FlagReason

DECISIONS = [("return", _("Send back")), ("verify", _("Accept")), ("reject", _("Reject")), ("publish", _("Show to the public"))]


def day_input() -> forms.DateInput:
    """A day as the phone's own calendar gives it."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class MarkForm(forms.Form):
    """One part of a version marked as wrong."""

    field = forms.CharField(widget=forms.HiddenInput, max_length=90)
    reason = forms.ChoiceField(label=_("Reason for the producer"), choices=FlagReason.choices)
    note = PlainTextField(label=_("Note (may stay empty)"), max_length=1000, multiline=True, required=False)


class DecisionForm(forms.Form):
    """A decision on the version the officer saw."""

    step = forms.ChoiceField(choices=DECISIONS)
    expected = forms.IntegerField(min_value=0)
    comment = PlainTextField(label=_("Note to the producer"), max_length=2000, multiline=True, required=False)


class OutreachForm(forms.Form):
    """Who was told, and how."""

    channel = forms.ChoiceField(choices=[("whatsapp", "WhatsApp"), ("phone", _("telephone"))])
    person = forms.CharField(max_length=40)


class BulkForm(forms.Form):
    """One step for the ticked rows; each row names the version that was on the screen ("P-8F3KQ2ZD:3")."""

    step = forms.ChoiceField(choices=[(step, step) for step in BULK_STEPS])

    def __init__(self, data: Any):
        super().__init__(data)
        self._ticked = data.getlist("row")

    @property
    def picked(self) -> dict[str, int]:
        """Submission number to the version seen; what is malformed is left out."""
        pairs = (row.partition(":") for row in self._ticked[: MAX_AT_ONCE + 1])
        sent = {number: sent_number(version) for number, _colon, version in pairs}
        return {number: version for number, version in sent.items() if version is not None}

    def clean(self) -> dict[str, Any]:
        if not self._ticked:
            raise forms.ValidationError(_("Tick at least one product."))
        if len(self._ticked) > MAX_AT_ONCE:
            raise forms.ValidationError(_("At most %(limit)s products at a time.") % {"limit": MAX_AT_ONCE})
        return super().clean()


class EntryStepForm(forms.Form):
    """One step of a catalogue entry's life."""

    step = forms.CharField(max_length=20)
    reason = PlainTextField(label=_("Reason; the producer reads it"), max_length=500, multiline=True, required=False)
    review_on = forms.DateField(label=_("Look at it again on"), required=False, widget=day_input())


class ComplaintForm(forms.Form):
    """The outcome of a report."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=ComplaintOutcome.choices, widget=forms.RadioSelect)
    answer = PlainTextField(
        label=_("Answer to the person who reported it"), max_length=2000, multiline=True, help_text=_("They read it with their number.")
    )
    to_producer = PlainTextField(
        label=_("What the producer should know or mend"),
        max_length=500,
        multiline=True,
        required=False,
        help_text=_("Never name who reported it."),
    )
    review_on = forms.DateField(label=_("Look at it again on"), required=False, widget=day_input(), help_text=_("Needed for a suspension."))

    def __init__(self, *args: Any, outcomes: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(value, words) for value, words in ComplaintOutcome.choices if value in outcomes]
        if ComplaintOutcome.SUSPENDED not in outcomes:
            del self.fields["review_on"]


class PlaceForm(forms.Form):
    """The exact place of a producer."""

    def __init__(self, *args: Any, user: Any, pillar: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        level = Level.VILLAGE if pillar == Pillar.OVOP else None
        self.fields["region"] = RegionField(
            label=_("Place"),
            queryset=regions_reached(user, Action.PRODUCER_MANAGE),
            level=level,
            help_text=_("Village or kelurahan, with its district. Example: Desa Beiwali, Kecamatan Bajawa."),
        )


class RegisterForm(PlaceForm):
    """A new producer; the profile of its pillar is a form beside it."""

    field_order = ["name", "code", "region"]
    name = PlainTextField(label=_("Name"), max_length=150)
    code = PlainTextField(label="NPSN", max_length=8, help_text=_("The eight characters of the school's number."))

    def __init__(self, *args: Any, pillar: str, **kwargs: Any):
        super().__init__(*args, pillar=pillar, **kwargs)
        if pillar != Pillar.OSOP:
            del self.fields["code"]
        self.order_fields(self.field_order)
