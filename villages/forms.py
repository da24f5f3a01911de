"""The profile form of a village."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import VillageProfile


class VillageProfileForm(forms.ModelForm):
    website = forms.URLField(
        label=_("Website of the village"), help_text=_("Example: desa-contoh.desa.id"), required=False, assume_scheme="https"
    )

    class Meta:
        model = VillageProfile
        fields = ["bumdes_name", "kopdes_name", "website"]
        labels = {"bumdes_name": _("Name of the BUM Desa"), "kopdes_name": _("Name of the Kopdes Merah Putih")}
