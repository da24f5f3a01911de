"""Forms of the pages about partners."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.staff_forms import DateInput
from common.forms import CountField, PlainTextField

from .models import Partner
from .scopes import READING, SCOPES
from .states import DEFAULT_RATE, LONGEST_CREDENTIAL, MOST_ADDRESSES, MOST_DELEGATIONS, PartnerKind
from .validators import clean_network


class PartnerForm(forms.Form):
    """What is said of a partner."""

    name = PlainTextField(label=_("Name of the organisation"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=PartnerKind.choices)
    contact = PlainTextField(
        label=_("How to reach the organisation"),
        help_text=_("Words of the organisation, such as its help desk; no names of persons."),
        max_length=500,
        multiline=True,
        required=False,
    )
    rate_per_minute = CountField(
        label=_("Requests a minute"), help_text=_("All its credentials together."), min_value=1, max_value=100_000, initial=DEFAULT_RATE
    )


class NewPartnerForm(PartnerForm):
    """A new partner also gets the short name that stays."""

    code = forms.SlugField(
        label=_("Short name"), help_text=_("Small letters, figures and dashes, for example dinas-koperasi. It stays."), max_length=40
    )
    field_order = ["name", "code", "kind", "contact", "rate_per_minute"]

    def clean_code(self) -> str:
        return self.cleaned_data["code"].lower()


def scope_choices() -> list[tuple[str, Any]]:
    """The scopes as ticks: what each opens, with its name as the API writes it."""
    return [(name, _("%(words)s (%(scope)s)") % {"words": words, "scope": name}) for name, words in SCOPES.items()]


class CredentialForm(forms.Form):
    """A new credential of a partner."""

    name = PlainTextField(label=_("What it is for"), help_text=_("For example: the website, or the nightly copy."), max_length=100)
    scopes = forms.MultipleChoiceField(label=_("What it opens"), choices=scope_choices, widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(label=_("Last day"), help_text=_("At most 400 days from today."), widget=DateInput)
    addresses = PlainTextField(
        label=_("Internet addresses it may be used from"),
        help_text=_("One a line, for example 203.0.113.7 or 203.0.113.0/24. Empty means from everywhere."),
        max_length=3000,
        multiline=True,
        required=False,
    )
    is_trial = forms.BooleanField(
        label=_("For trying"), help_text=_("Everything is checked and answered as usual, and nothing is kept."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("scopes", READING[:1])
        self.initial.setdefault("expires_on", timezone.localdate() + dt.timedelta(days=365))

    def clean_expires_on(self) -> dt.date:
        day = self.cleaned_data["expires_on"]
        if not timezone.localdate() <= day <= timezone.localdate() + LONGEST_CREDENTIAL:
            raise ValidationError(_("The last day is today at the earliest and in 400 days at the latest."))
        return day

    def clean_addresses(self) -> list[str]:
        lines = self.cleaned_data["addresses"].split()
        if len(lines) > MOST_ADDRESSES:
            raise ValidationError(_("At most 50 addresses."))
        return [clean_network(line) for line in lines]


class TermsForm(forms.Form):
    """How long a partner's system may write for a producer, and whether it may send."""

    ends_on = forms.DateField(label=_("Last day"), help_text=_("At most two years from today."), widget=DateInput)
    may_send = forms.TypedChoiceField(
        label=_("Who sends to be checked?"),
        choices=[("no", _("I send myself: the system only fills in")), ("yes", _("The system may also send"))],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("ends_on", timezone.localdate() + dt.timedelta(days=365))


class DelegationForm(TermsForm):
    """A head lets the system of one partner write."""

    partner = forms.ModelChoiceField(label=_("Partner"), queryset=Partner.objects.none(), to_field_name="code", empty_label=_("Choose"))
    field_order = ["partner", "may_send", "ends_on"]

    def __init__(self, *args: Any, is_demo: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.offered(is_demo=is_demo)


class LetterForm(TermsForm):
    """A letter under which the heads of many producers let a partner's system write."""

    letter_number = PlainTextField(label=_("Number of the letter"), max_length=100)
    unit_codes = PlainTextField(
        label=_("Codes of the producers"),
        help_text=_("Village codes, NPSN or register numbers, one a line, at most 500."),
        max_length=MOST_DELEGATIONS * 42,
        multiline=True,
    )
    field_order = ["letter_number", "unit_codes", "may_send", "ends_on"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["may_send"].choices = [("no", _("The head sends: the system only fills in")), ("yes", _("The system may also send"))]

    def clean_unit_codes(self) -> list[str]:
        codes = [code for code in re.split(r"[\s,;]+", self.cleaned_data["unit_codes"]) if code]
        if not codes:
            raise ValidationError(_("Write at least one code."))
        return codes
