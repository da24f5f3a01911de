"""Sending a product to be checked: the declaration, and the signed sheet of what is sent on somebody's behalf."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DECLARATION = (
    _("The data and photos are ours, or we may use them."),
    _("The people named and shown have agreed."),
    _("Once approved, everything on this page may be shown to the public, except what is marked as not public."),
)


class SendForm(forms.Form):
    """`version` is the state the person saw; a second press meets a newer one and is told so."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    declaration = forms.BooleanField(
        label=_("I declare this"),
        required=False,
    )
    evidence = forms.FileField(
        label=_("Photo of the signed sheet"),
        help_text=_("The sheet the head has signed, whole and readable. Only officers and the head see it."),
        required=False,
        widget=forms.ClearableFileInput({"accept": "image/*"}),
    )

    def __init__(self, *args: Any, on_behalf: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not on_behalf:
            del self.fields["evidence"]
