"""The producer's objection."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text import clean_text
from evaluations.models import Appeal

LONGEST = Appeal._meta.get_field("text").max_length


class AppealForm(forms.Form):
    """One text, kept as it was typed."""

    text = forms.CharField(
        label=_("What is not right in the result?"),
        help_text=_("Name the part and say what you can show: a photo, a permit, a note. At most %(most)s characters.") % {"most": LONGEST},
        max_length=LONGEST,
        widget=forms.Textarea({"class": "input", "rows": 8}),
        error_messages={"required": _("Write what is not right in the result.")},
    )

    use_required_attribute = False

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"]).strip()
