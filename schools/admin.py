"""The OSOP profile in Django's admin: inside its producer, and as a list to look at."""

from django.contrib import admin

from accounts.admin_base import ReadOnlyAdmin, register_history
from accounts.states import Pillar
from registry.admin import PROFILE_INLINES, ProducerRegencyFilter, ProfileInline

from .forms import SchoolProfileForm
from .models import SchoolProfile


class SchoolProfileInline(ProfileInline):
    model = SchoolProfile
    form = SchoolProfileForm


PROFILE_INLINES[Pillar.OSOP] = SchoolProfileInline


@admin.register(SchoolProfile)
class SchoolProfileAdmin(ReadOnlyAdmin):
    list_display = ["producer", "npsn", "level", "ownership"]
    list_filter = ["level", "ownership", ProducerRegencyFilter]
    list_select_related = ["producer"]
    search_fields = ["producer__name", "producer__code"]


register_history(SchoolProfile)
