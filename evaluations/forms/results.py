"""What is typed about results: the close, the decree, the answer to an objection."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainTextField
from evaluations.states import AppealOutcome

from .rounds import day_field


class CloseForm(forms.Form):
    """The chair says that nothing more is waited for."""

    sure = forms.BooleanField(
        label=_("I have seen what is open, and close the round."),
        error_messages={"required": _("Tick this to close the round.")},
    )


class ReopenForm(forms.Form):
    """Why a closed round is opened again."""

    reason = PlainTextField(
        label=_("Why is the round opened again?"),
        max_length=500,
        multiline=True,
        help_text=_("Everybody in the round reads it. It stays in the record."),
    )


class DecreeForm(forms.Form):
    """The decree as it stands on the paper, and a photo of the signed minutes."""

    number = PlainTextField(label=_("Number of the decree (SK)"), max_length=100, help_text=_("As it stands on the paper."))
    decreed_on = day_field(_("Date of the decree"), help_text=_("The stars are valid from this day."))
    signer = PlainTextField(label=_("Signed by"), max_length=150, help_text=_("Name and office."))
    upload = forms.FileField(
        label=_("Photo of the signed minutes (berita acara)"),
        help_text=_("A photo or scan of the page with the signatures: JPG, PNG, WebP or HEIC. Only who runs the round sees it."),
        widget=forms.FileInput({"accept": "image/*"}),
    )


class RevokeForm(forms.Form):
    """Why a decree is taken back."""

    reason = PlainTextField(
        label=_("Why is the decree revoked?"), max_length=500, multiline=True, help_text=_("The public and the producers read it.")
    )


class AnswerForm(forms.Form):
    """The chair's answer to an objection."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=AppealOutcome.choices, widget=forms.RadioSelect)
    answer = PlainTextField(
        label=_("Answer to the producer"),
        max_length=3000,
        multiline=True,
        help_text=_("Say what was looked at again and why it stays or changes. The producer reads it, without names of reviewers."),
    )
