"""What is typed about a Rakor: the meeting, its minutes, the agenda, a decision, follow-ups."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import PlainTextField
from common.numbers import sent_number
from evaluations.models import FollowUp, Meeting, PanelMember
from evaluations.states import AttendanceMode, DecisionMethod, FollowUpState
from regions.models import Level, Region

from .rounds import day_field


class CodeField(PlainTextField):
    """The code of a product, with small letters forgiven."""

    def __init__(self, **kwargs: Any):
        help_text = _("It stands with the product in the catalogue. Example: NTT-7K3Q-9M")
        super().__init__(**{"label": _("Product code"), "max_length": 12, "help_text": help_text, **kwargs})

    def clean(self, value: Any) -> str:
        return super().clean(value).upper().strip()


class MeetingForm(forms.Form):
    """When and where the panel meets, and over which regencies."""

    title = PlainTextField(label=_("Name"), max_length=150, help_text=_("Example: Rakor 1, Flores dan Lembata"))
    starts_at = forms.DateTimeField(
        label=_("Starts (WITA)"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    place = PlainTextField(label=_("Place or link"), max_length=200)
    regency_codes = forms.MultipleChoiceField(
        label=_("Regencies on the agenda"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: the whole agenda."),
    )

    def __init__(self, *args: Any, regencies: dict[str, str], meeting: Meeting | None = None, **kwargs: Any):
        names = ("title", "starts_at", "place", "regency_codes")
        initial = {name: getattr(meeting, name) for name in names} if meeting else {}
        if meeting:
            initial["starts_at"] = timezone.localtime(meeting.starts_at)
        super().__init__(*args, **{**kwargs, "initial": initial | (kwargs.get("initial") or {})})
        self.kept = [code for code in (meeting.regency_codes if meeting else []) if code not in regencies]
        self.fields["regency_codes"].choices = sorted(regencies.items(), key=lambda pair: pair[1])
        self.fields["regency_codes"].widget.grid = True

    def clean_regency_codes(self) -> list[str]:
        """A regency the person is not shown stays as it was."""
        return sorted({*self.cleaned_data["regency_codes"], *self.kept})


class AttendanceForm(forms.Form):
    """How each member takes part."""

    def __init__(self, *args: Any, seats: list[tuple[PanelMember, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for seat, mode in seats:
            self.fields[f"mode-{seat.user_id}"] = forms.ChoiceField(
                label=f"{seat.user} · {seat.get_role_display()}",
                choices=[("", _("not noted yet")), *AttendanceMode.choices],
                required=False,
                initial=mode,
            )

    def modes(self) -> dict[int, str]:
        """By person, those that were said."""
        return {int(name.removeprefix("mode-")): value for name, value in self.cleaned_data.items() if value}


class CloseForm(forms.Form):
    """The words of the minutes."""

    notes = PlainTextField(
        label=_("Notes for the minutes"),
        max_length=8000,
        multiline=True,
        required=False,
        help_text=_("What was said besides the decisions. Attendance, decisions and follow-ups stand in the minutes by themselves."),
    )


class AgendaForm(forms.Form):
    """A product to be settled although nothing made it disputed."""

    code = CodeField()
    note = PlainTextField(label=_("Why"), max_length=300, help_text=_("It stands beside the product on the agenda."))


class DecideForm(forms.Form):
    """How the panel settles one product; levels of a consensus are read beside it (`consensus_of`)."""

    meeting = forms.ChoiceField(label=_("Decided in"), error_messages={"invalid_choice": _("This Rakor is closed. Choose another one.")})
    method = forms.ChoiceField(
        label=_("How does the panel settle it?"),
        choices=DecisionMethod.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the panel settles it.")},
    )
    reason = PlainTextField(
        label=_("Reason"),
        max_length=2000,
        multiline=True,
        help_text=_("It stands in the minutes."),
        error_messages={"required": _("Write the reason; it stands in the minutes.")},
    )
    is_knocked_out = forms.BooleanField(
        label=_("Knock the product out"),
        required=False,
        help_text=_("It gets no stars and no place in the ranking. Whoever decides confirms it here."),
    )

    def __init__(self, *args: Any, meetings: list[Meeting], may_knock_out: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].choices = [(str(row.key), str(row)) for row in meetings]
        if not may_knock_out:
            del self.fields["is_knocked_out"]


def consensus_of(data: Any) -> dict[str, int]:
    """The levels chosen by hand: criterion code -> position; what is no small number is left out."""
    sent = {name.removeprefix("level-"): sent_number(value, digits=3) for name, value in data.items() if name.startswith("level-")}
    return {code: value for code, value in sent.items() if value is not None}


def area_choices() -> list[tuple[str, str]]:
    """The province and its regencies and cities."""
    rows = Region.objects.in_force().filter(level__in=(Level.PROVINCE, Level.REGENCY)).order_by("level", "name")
    return list(rows.values_list("code", "name"))


class FollowUpForm(forms.Form):
    """What somebody does until when."""

    text = PlainTextField(label=_("What is to be done"), max_length=500, multiline=True)
    owner = PlainTextField(label=_("Who does it"), max_length=150, help_text=_("An office or a person. Example: Dinas Kesehatan Ngada"))
    region_code = forms.ChoiceField(label=_("Area"))
    due_on = day_field(_("Until"))
    code = CodeField(label=_("Product code, if it is about one product"), required=False)
    meeting = forms.ChoiceField(label=_("Noted in"), required=False)

    def __init__(self, *args: Any, meetings: list[Meeting], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [("", _("Choose")), *area_choices()]
        self.fields["meeting"].choices = [("", _("outside a Rakor")), *((str(row.key), str(row)) for row in meetings)]

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return day


class SettleForm(forms.Form):
    """What became of a follow-up."""

    state = forms.ChoiceField(label=_("Where does it stand?"), choices=FollowUpState.choices, widget=forms.RadioSelect)
    note = PlainTextField(
        label=_("What came of it"), max_length=500, multiline=True, required=False, help_text=_("Needed unless it stays open.")
    )

    @classmethod
    def of(cls, row: FollowUp) -> dict[str, str]:
        """The values that stand now."""
        return {"state": row.state, "note": row.note}
