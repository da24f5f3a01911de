"""Forms of the public site: a code to check, a report about a product, the number of a report."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.validators import clean_phone
from common.forms import PlainTextField
from registry.states import ComplaintReason


class CodeForm(forms.Form):
    """The code below the QR, typed in any way."""

    code = PlainTextField(label=_("Product code"), max_length=40, help_text=_("Example: NTT-7K3Q-9M. Small letters are fine."))
    code.widget.attrs |= {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}


class ComplaintForm(forms.Form):
    """What is wrong with a product, by anybody. `website` is a trap that people do not see."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=ComplaintReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = PlainTextField(
        label=_("Tell what you saw"),
        help_text=_("Where and when, and what is not right."),
        max_length=2000,
        multiline=True,
        error_messages={"required": _("Write in one or two sentences what you saw.")},
    )
    name = PlainTextField(
        label=_("Your name (may stay empty)"),
        max_length=120,
        required=False,
        help_text=_("Only the officer who answers sees it, never the maker."),
    )
    phone = PlainTextField(
        label=_("Your phone number (may stay empty)"), max_length=30, required=False, help_text=_("So that the officer can ask you back.")
    )
    website = forms.CharField(label=_("Leave this field empty"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"key": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    def clean_key(self) -> uuid.UUID:
        return self.cleaned_data["key"] or uuid.uuid4()

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field must stay empty. Empty it and send again."))
        return ""


class ComplaintNumberForm(forms.Form):
    """The number under which a report is followed up."""

    number = PlainTextField(label=_("Number of your report"), max_length=40, help_text=_("It begins with L-. You saw it after sending."))
    number.widget.attrs |= {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
