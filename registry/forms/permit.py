"""A permit: kind, number, issuer, days, holder, and a photo of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainTextField
from registry.models import Permit
from registry.states import PermitKind


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A day, by the phone's own calendar or typed as 31-12-2026 or 31/12/2026."""
    formats = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
    message = {"invalid": _("Write the day like this: 31-12-2026")}
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, input_formats=formats, widget=widget, error_messages=message)


class PermitForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of permit"), choices=PermitKind)
    number = PlainTextField(label=_("Number"), help_text=_("As it stands on the paper."), max_length=80)
    issuer = PlainTextField(label=_("Issued by"), max_length=120, required=False)
    issued_on = day_field(_("Day of issue"))
    expires_on = day_field(_("Valid until"), _("Leave it empty when it has no last day."))
    holder = forms.ChoiceField(
        label=_("In whose name?"),
        choices=[("maker", _("The maker")), ("producer", _("The village, school or community")), ("collective", _("An association"))],
    )
    collective = PlainTextField(
        label=_("Name of the association"), help_text=_("Only for a permit of an association."), max_length=150, required=False
    )
    upload = forms.FileField(
        label=_("Photo of the permit"),
        help_text=_("Only officers see it. It is not shown to the public."),
        required=False,
        widget=forms.FileInput({"accept": "image/*"}),
    )

    @staticmethod
    def initial_of(permit: Permit) -> dict[str, Any]:
        holder = "collective" if permit.collective else "maker" if permit.enterprise_id else "producer"
        names = ("kind", "number", "issuer", "issued_on", "expires_on", "collective")
        return {name: getattr(permit, name) for name in names} | {"holder": holder}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("holder") == "collective" and not data.get("collective"):
            self.add_error("collective", _("Write the name of the association."))
        issued, ends = data.get("issued_on"), data.get("expires_on")
        if issued and ends and ends < issued:
            self.add_error("expires_on", _("The last day lies before the day of issue."))
        return data

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "upload"}
