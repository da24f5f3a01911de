"""The OVOP profile in Django's admin: inside its producer, and as a list to look at."""

from django.contrib import admin

from accounts.admin_base import ReadOnlyAdmin, register_history
from accounts.states import Pillar
from registry.admin import PROFILE_INLINES, ProducerRegencyFilter, ProfileInline

from .forms import VillageProfileForm
from .models import VillageProfile


class VillageProfileInline(ProfileInline):
    model = VillageProfile
    form = VillageProfileForm


PROFILE_INLINES[Pillar.OVOP] = VillageProfileInline


@admin.register(VillageProfile)
class VillageProfileAdmin(ReadOnlyAdmin):
    list_display = ["producer", "bumdes_name", "kopdes_name"]
    list_filter = [ProducerRegencyFilter]
    list_select_related = ["producer"]
    search_fields = ["producer__name", "producer__code"]


register_history(VillageProfile)
