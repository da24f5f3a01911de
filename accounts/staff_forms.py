"""Forms of the officers' pages about accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.models import Level, Region
from regions.queries import within

from .models import Mandate, User
from .permissions import managing_mandates
from .states import UNIT_ROLES, Office, Pillar, Role, grantable_roles
from .units import unit_kinds
from .validators import clean_phone

VALIDITY = [("14", _("14 days, for a printed slip")), ("3", _("3 days")), ("1", _("24 hours, read out by telephone"))]
UNIT_WORDS = {"producer": _("Village, school or community"), "outlet": _("NTT Mart outlet")}


def phone_field() -> forms.CharField:
    """An optional number in any usual spelling."""
    return forms.CharField(
        label=_("Phone number"),
        help_text=_("Leave it empty if the number is shared or belongs to somebody else: the username is enough."),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "tel"}),
        validators=[clean_phone],
    )


def grantable_choices(user: User) -> list[tuple[str, Any]]:
    """The roles the user may give to people, in the order of the table."""
    roles = {role for mandate in managing_mandates(user) for role in grantable_roles(mandate.role)}
    return [(role.value, role.label) for role in Role if role in roles - {Role.PARTNER}]


def own_regions(user: User) -> QuerySet:
    """The regions down to the kecamatan inside the user's own managing mandates."""
    rows = Q(pk__in=[])
    for mandate in managing_mandates(user):
        for code in mandate.region_codes:
            rows |= within("code", code)
    return Region.objects.in_force().filter(rows, level__lte=Level.DISTRICT)


class DateInput(forms.DateInput):
    """A day in the browser's own picker."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, dt.date) else value


class ValidityForm(forms.Form):
    """How long a code is valid."""

    valid_days = forms.ChoiceField(label=_("How long the code is valid"), choices=VALIDITY, initial="14")

    @property
    def valid_for(self) -> dt.timedelta:
        return dt.timedelta(days=int(self.cleaned_data["valid_days"]))


class MandateForm(forms.Form):
    """A role over one unit, or over regions; the service decides whether it is the officer's to give."""

    role = forms.ChoiceField(label=_("Role"))
    unit_kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    unit_code = forms.CharField(
        label=_("Code of the village, school or community"),
        help_text=_("For heads, operators and companions: the village code, the NPSN or the register number."),
        required=False,
        max_length=40,
    )
    region_codes = forms.ModelMultipleChoiceField(
        label=_("Regions"),
        help_text=_("For officers and viewers."),
        queryset=Region.objects.none(),
        required=False,
        widget=forms.SelectMultiple({"size": 7}),
    )
    pillar = forms.ChoiceField(label=_("Pillar"), choices=[("", _("All three")), *Pillar.choices], required=False)
    office = forms.ChoiceField(label=_("Level of office"), choices=[("", "–"), *Office.choices], required=False)
    office_name = forms.CharField(label=_("Office"), required=False, max_length=150)
    standing = forms.ChoiceField(label=_("Standing"), choices=Mandate.Standing.choices, initial=Mandate.Standing.REGULAR)
    letter_number = forms.CharField(label=_("Number of the letter"), required=False, max_length=100)
    starts_on = forms.DateField(label=_("From"), initial=timezone.localdate, widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), help_text=_("Empty means until further notice."), required=False, widget=DateInput)
    may_send = forms.BooleanField(label=_("Operator or companion may send products to be checked"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = grantable_choices(user)
        self.fields["region_codes"].queryset = own_regions(user)
        kinds = [(kind, UNIT_WORDS.get(kind, kind)) for kind in unit_kinds()]
        self.fields["unit_kind"].choices = kinds
        if len(kinds) == 1:  # nothing to choose
            self.fields["unit_kind"].widget = forms.HiddenInput()
            self.initial.setdefault("unit_kind", kinds[0][0])
        if any(role == Role.PRODUCER_HEAD for role, _words in self.fields["role"].choices):
            self.initial.setdefault("role", Role.PRODUCER_HEAD)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("role") in UNIT_ROLES and not data.get("unit_code"):
            self.add_error("unit_code", _("Write the code: this role works for one village, school or community."))
        if data.get("role") and data["role"] not in UNIT_ROLES and not data.get("region_codes"):
            self.add_error("region_codes", _("Choose at least one region: this role works over regions."))
        return data

    def mandate_fields(self) -> dict[str, Any]:
        """The arguments of `grant_mandate`; what the other kind of role needs is left out."""
        names = ("role", "office", "office_name", "standing", "letter_number", "starts_on", "ends_on", "may_send")
        data = {name: self.cleaned_data[name] for name in names}
        if data["role"] in UNIT_ROLES:
            return {**data, "unit_kind": self.cleaned_data["unit_kind"], "unit_code": self.cleaned_data["unit_code"].strip()}
        codes = [region.pk for region in self.cleaned_data["region_codes"]]
        return {**data, "region_codes": codes, "pillar": self.cleaned_data["pillar"]}


class OpenAccountForm(MandateForm, ValidityForm):
    """A new account with its first role."""

    display_name = forms.CharField(label=_("Full name"), max_length=120)
    phone = phone_field()
    username = forms.CharField(
        label=_("Username"), help_text=_("Leave it empty and one is made, for example desa-beiwali."), required=False, max_length=50
    )
    field_order = ["display_name", "phone", "username", *MandateForm.base_fields, "valid_days"]


class HandOverForm(ValidityForm):
    """The new head of an office."""

    display_name = forms.CharField(label=_("Name of the new head"), max_length=120)
    phone = phone_field()
    letter_number = forms.CharField(label=_("Number of the decree"), required=False, max_length=100)
    starts_on = forms.DateField(label=_("In office from"), initial=timezone.localdate, widget=DateInput)
    standing = forms.ChoiceField(label=_("Standing"), choices=Mandate.Standing.choices, initial=Mandate.Standing.REGULAR)
    field_order = ["display_name", "phone", "letter_number", "starts_on", "standing"]


class AnswerHelpForm(forms.Form):
    """Who was called before the code is read out."""

    called = forms.CharField(label=_("Whom did you call, and on which number?"), max_length=120)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class CloseHelpForm(forms.Form):
    """Why a request is closed without a code."""

    note = forms.CharField(label=_("Why it is closed without a code"), max_length=300)
