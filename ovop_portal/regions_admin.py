"""The region tree in the staff area: looking, spellings, recorded decrees, and the plans of newer editions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedModelAdmin, ScopedTabularInline
from accounts.permissions import may_anywhere, require
from accounts.states import Action
from regions import loading, services
from regions.forms import RegionField
from regions.models import PlanState, Region, RegionPlan, RegionPlanItem, RegionSuccession


def _ask(request: HttpRequest) -> None:
    require(may_anywhere(request.user, Action.REFERENCE_EDIT))


@admin.register(Region)
class RegionAdmin(ScopedModelAdmin):
    """For looking; other spellings are the one thing written here, everything else follows a decree."""

    list_display = ["code", "full_name", "postal_code", "ended_on"]
    list_filter = ["level", "kind", ("ended_on", admin.EmptyFieldListFilter)]
    search_fields = ["search_text"]
    fields = ["code", "full_name", "kind", "parent", "postal_code", "started_on", "ended_on", "aliases"]
    readonly_fields = ["code", "full_name", "kind", "parent", "postal_code", "started_on", "ended_on"]
    list_select_related = ["parent"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        ended = isinstance(obj, Region) and obj.ended_on is not None
        return not ended and super().has_change_permission(request, obj)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """The portal's own search, also behind autocompletes: spellings, prefixes and typing errors are understood."""
        return (queryset.search(search_term) if search_term else queryset), False

    def save_model(self, request: HttpRequest, obj: Region, form: forms.ModelForm, change: bool) -> None:
        _ask(request)
        services.set_aliases(actor=request.user, region=obj, aliases=form.cleaned_data["aliases"])


class ChangeForm(forms.ModelForm):
    """One decree: which region gave way to which. The change is tried and undone, so that a refusal shows in the form."""

    old = RegionField(label=_("Former region"))
    followers = forms.CharField(
        label=_("New regions"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: code, then name. Example: 53.09.01.2030 Aimere Contoh. For a new name only, write the same code."),
    )

    class Meta:
        model = RegionSuccession
        fields = ["kind", "decree", "day"]

    def clean_followers(self) -> list[tuple[str, str]]:
        lines = [line.split(maxsplit=1) for line in self.cleaned_data["followers"].splitlines() if line.strip()]
        return [(line[0], line[1].strip() if len(line) > 1 else "") for line in lines]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            with transaction.atomic():
                self.record(actor=None)
                transaction.set_rollback(True)
        return data

    def record(self, *, actor: Any) -> RegionSuccession:
        return services.record_change(actor=actor, **self.cleaned_data)

    def _post_clean(self) -> None:
        """The row is made and checked by the service."""


@admin.register(RegionSuccession)
class RegionSuccessionAdmin(ScopedModelAdmin):
    """Recorded changes; a decree that comes before its edition is recorded here, a recorded one stays."""

    form = ChangeForm
    can_add = True
    list_display = ["day", "kind", "old", "new", "former_name", "decree"]
    list_filter = ["kind"]
    list_select_related = ["old", "new"]
    search_fields = ["former_name", "decree"]
    date_hierarchy = "day"

    def get_fields(self, request: HttpRequest, obj: RegionSuccession | None = None) -> list[str]:
        if obj is None:
            return ["old", "followers", "kind", "decree", "day"]
        return ["old", "new", "former_name", "kind", "decree", "day", "recorded_by", "recorded_at"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_form(self, request: HttpRequest, form: ChangeForm, change: bool) -> RegionSuccession:
        _ask(request)
        return form.record(actor=request.user)

    def save_model(self, request: HttpRequest, obj: RegionSuccession, form: ChangeForm, change: bool) -> None:
        """Written by the service in `save_form`."""

    def save_related(self, request: HttpRequest, form: ChangeForm, formsets: list[Any], change: bool) -> None:
        """Nothing hangs on a recorded change."""


def is_open(plan: Model | None) -> bool:
    return isinstance(plan, RegionPlan) and plan.state == PlanState.OPEN


class RegionPlanItemInline(ScopedTabularInline):
    model = RegionPlanItem
    fields = ["kind", "old_names", "old_codes", "new_names", "new_codes", "confidence"]
    readonly_fields = ["old_names", "new_names", "confidence"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_open(obj) and super().has_change_permission(request, obj)


@admin.register(RegionPlan)
class RegionPlanAdmin(ScopedModelAdmin):
    """What a newer edition would change: corrected item by item, then carried out or set aside as a whole."""

    list_display = ["edition", "state", "made_at", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["decided_by"]
    fields = ["edition", "state", "decree", "day", "made_at", "decided_by", "decided_at"]
    readonly_fields = ["edition", "state", "made_at", "decided_by", "decided_at"]
    inlines = [RegionPlanItemInline]
    change_form_template = "admin/regions/plan.html"

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return (obj is None or is_open(obj)) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: RegionPlan, form: forms.ModelForm, change: bool) -> None:
        _ask(request)
        loading.note_plan(actor=request.user, plan=obj, decree=obj.decree, day=obj.day)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        for item in formset.save(commit=False):
            loading.amend_item(actor=request.user, item=item, kind=item.kind, old_codes=item.old_codes, new_codes=item.new_codes)

    def response_change(self, request: HttpRequest, obj: RegionPlan) -> HttpResponse:
        decide = {"_confirm": loading.confirm_plan, "_drop": loading.drop_plan}
        chosen = next((service for name, service in decide.items() if name in request.POST), None)
        if chosen is None:
            return super().response_change(request, obj)
        _ask(request)
        try:
            chosen(actor=request.user, plan=obj)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return self.response_post_save_change(request, obj)
