"""The profile form of a community."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import CountField

from .models import CommunityProfile


class CommunityProfileForm(forms.ModelForm):
    members = CountField(label=_("How many members?"), required=False, max_value=1_000_000)

    class Meta:
        model = CommunityProfile
        fields = ["kind", "parent_body", "members"]
        labels = {"kind": _("Kind of community"), "parent_body": _("To which body does it belong?")}
