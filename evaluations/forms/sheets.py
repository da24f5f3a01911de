"""Small forms around a sheet: a question to the producer, and its answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.models import Round
from evaluations.services.questions import LONGEST_ANSWER, LONGEST_QUESTION, MOST_PHOTOS

DAYS_TO_ANSWER = 5


class AskForm(forms.Form):
    """What the producer should send, and until when."""

    question = forms.CharField(
        label=_("What should the producer send?"),
        help_text=_("One thing, in plain words. The producer does not see who asks."),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea({"class": "input short", "rows": 4}),
    )
    due_on = forms.DateField(
        label=_("Answer until"),
        help_text=_("The day ends at 23.59 WITA."),
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any):
        day = min(timezone.localdate() + dt.timedelta(days=DAYS_TO_ANSWER), round.scoring_closes_on)
        kwargs["initial"] = {"due_on": day, **(kwargs.get("initial") or {})}
        super().__init__(*args, use_required_attribute=False, **kwargs)


class PhotosInput(forms.FileInput):
    """Several photos at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of uploads, empty when none was chosen."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(one, initial) for one in files if one]


class AnswerForm(forms.Form):
    """The producer's answer: words, photos or both."""

    answer = forms.CharField(
        label=_("Your answer"), required=False, max_length=LONGEST_ANSWER, widget=forms.Textarea({"class": "input", "rows": 5})
    )
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("A photo of the place, the letter or the note. At most %(most)s photos.") % {"most": MOST_PHOTOS},
        required=False,
        widget=PhotosInput({"class": "input", "accept": "image/*", "multiple": True}),
    )
