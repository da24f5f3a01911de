"""Starting a product: its key, made before the form is sent, and a first name."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainTextField


class StartForm(forms.Form):
    """The key makes a double press one product."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = PlainTextField(
        label=_("Name of the product"), help_text=_("Write it as it stands on the pack. You can change it later."), max_length=120
    )
