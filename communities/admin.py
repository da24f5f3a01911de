"""The OCOP profile in Django's admin: inside its producer, and as a list to look at."""

from django.contrib import admin

from accounts.admin_base import ReadOnlyAdmin, register_history
from accounts.states import Pillar
from registry.admin import PROFILE_INLINES, ProducerRegencyFilter, ProfileInline

from .forms import CommunityProfileForm
from .models import CommunityProfile


class CommunityProfileInline(ProfileInline):
    model = CommunityProfile
    form = CommunityProfileForm


PROFILE_INLINES[Pillar.OCOP] = CommunityProfileInline


@admin.register(CommunityProfile)
class CommunityProfileAdmin(ReadOnlyAdmin):
    list_display = ["producer", "kind", "parent_body", "members"]
    list_filter = ["kind", ProducerRegencyFilter]
    list_select_related = ["producer"]
    search_fields = ["producer__name", "producer__code"]


register_history(CommunityProfile)
