"""The profile form of a school."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import SchoolProfile


class SchoolProfileForm(forms.ModelForm):
    class Meta:
        model = SchoolProfile
        fields = ["npsn", "level", "ownership", "departments"]
        labels = {"ownership": _("State or private?"), "departments": _("Which departments make the products?")}
