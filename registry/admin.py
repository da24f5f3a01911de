"""The registry's tables in Django's admin: to look at, under the scope. Reference data is edited here, everything else by services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import HistoryRow, ReadOnlyAdmin, ScopedAdminMixin, ScopedModelAdmin, register_history
from common.formatting import moment
from regions.models import Level
from regions.queries import within

from . import models as m
from . import notices
from .filters import region_choices, regions_of


class RegencyFilter(admin.SimpleListFilter):
    """Regencies of the officer's own area; `column` is where the model keeps its region code."""

    title = _("regency")
    parameter_name = "kabupaten"
    column = "region__code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return region_choices(regions_of(request.user, Level.REGENCY))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(within(self.column, self.value())) if self.value() else queryset


class ProducerRegencyFilter(RegencyFilter):
    column = "producer__region__code"


class ProductRegencyFilter(RegencyFilter):
    column = "product__producer__region__code"


class EntryRegencyFilter(RegencyFilter):
    column = "region_code"


class ComplaintRegencyFilter(RegencyFilter):
    column = "entry__region_code"


class ProfileInline(ScopedAdminMixin, admin.StackedInline):
    """The base of a pillar's profile inside its producer; each pillar's app names its own in PROFILE_INLINES."""

    can_delete = False
    extra = 0


# pillar -> inline; filled by the admin modules of the pillars' apps, which stand above this one.
PROFILE_INLINES: dict[str, type[ProfileInline]] = {}


@admin.register(m.Producer)
class ProducerAdmin(ScopedModelAdmin):
    """Producers of the area; a new one is registered on the portal's own page, its place is completed there too."""

    can_add = True
    list_display = ["name", "pillar", "code", "region", "ended_on"]
    list_filter = ["pillar", RegencyFilter, ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["name", "code", "search_text"]
    fields = ["pillar", "code", "name", "about", "region", "place_link", "ended_on", "version", "created_at"]
    readonly_fields = ["pillar", "code", "region", "place_link", "version", "created_at"]

    @admin.display(description=_("exact place"))
    def place_link(self, obj: m.Producer) -> str:
        """Where the place is completed; a village is its place."""
        if obj.pillar == "ovop":
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("producer_place", args=[obj.code]), _("Complete the place"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("producer_register")

    def get_inlines(self, request: HttpRequest, obj: m.Producer | None) -> list[type[ProfileInline]]:
        return [PROFILE_INLINES[obj.pillar]] if obj and obj.pillar in PROFILE_INLINES else []


class ReferenceAdmin(ScopedModelAdmin):
    """Reference data the province edits."""

    can_add = True


@admin.register(m.Category)
class CategoryAdmin(ReferenceAdmin):
    list_display = ["name_id", "name_en", "parent", "is_food", "required_permits", "position", "is_active"]
    list_filter = ["is_food", "is_active", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name_id", "name_en", "slug"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # Versions that were sent and catalogue entries name a category by its key.
        return ["slug"] if obj else []


@admin.register(m.Holiday)
class HolidayAdmin(ReferenceAdmin):
    list_display = ["day", "name", "is_collective_leave"]
    list_filter = ["is_collective_leave"]
    search_fields = ["name"]
    date_hierarchy = "day"


@admin.register(m.CheckerRule)
class CheckerRuleAdmin(ReferenceAdmin):
    list_display = ["pillar", "school_level", "region", "role", "office", "promise_days", "takeover_days"]
    list_filter = ["pillar", "role"]
    list_select_related = ["region"]
    autocomplete_fields = ["region"]


@admin.register(m.Enterprise)
class EnterpriseAdmin(ReadOnlyAdmin):
    list_display = ["name", "legal_form", "producer", "members", "women", "nib"]
    list_filter = ["legal_form", "producer__pillar", ProducerRegencyFilter]
    list_select_related = ["producer"]
    search_fields = ["name", "nib", "producer__name"]


@admin.register(m.ProducerAlias)
class ProducerAliasAdmin(ReadOnlyAdmin):
    list_display = ["value", "what", "producer", "until"]
    list_filter = ["what", ProducerRegencyFilter]
    list_select_related = ["producer"]
    search_fields = ["value"]


@admin.register(m.Contact)
class ContactAdmin(ReadOnlyAdmin):
    list_display = ["name", "phone", "producer", "consent_given_at", "consent_withdrawn_at", "erased_at"]
    list_filter = [ProducerRegencyFilter, ("consent_given_at", admin.EmptyFieldListFilter)]
    list_select_related = ["producer"]
    search_fields = ["name", "phone", "producer__name"]


@admin.register(m.Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "producer", "category", "is_flagship", "edited_at"]
    list_filter = ["producer__pillar", ProducerRegencyFilter, "is_flagship", "is_demo"]
    list_select_related = ["producer", "category"]
    search_fields = ["name", "code", "name_key", "producer__name"]


class PartAdmin(ReadOnlyAdmin):
    """Rows of a product: seen with it."""

    list_select_related = ["product"]
    list_filter = [ProductRegencyFilter]
    search_fields = ["product__name", "product__code"]


@admin.register(m.ProductVariant)
class ProductVariantAdmin(PartAdmin):
    list_display = ["product", "label", "net_content", "unit", "price", "barcode", "is_active"]


@admin.register(m.ChainStage)
class ChainStageAdmin(PartAdmin):
    list_display = ["product", "step", "price_after", "place"]


@admin.register(m.Participant)
class ParticipantAdmin(PartAdmin):
    list_display = ["product", "producer", "role", "asked_at", "agreed_at", "declined_at", "ends_on"]
    list_select_related = ["product", "producer"]


@admin.register(m.ExternalId)
class ExternalIdAdmin(PartAdmin):
    list_display = ["value", "partner", "product"]
    list_select_related = ["partner", "product"]
    search_fields = ["value", "product__name", "product__code"]


@admin.register(m.ProductPhoto)
class ProductPhotoAdmin(PartAdmin):
    list_display = ["product", "kind", "alt", "image", "position"]
    list_select_related = ["product", "image"]


@admin.register(m.StoredImage)
class StoredImageAdmin(ReadOnlyAdmin):
    list_display = ["sha256", "state", "received_bytes", "created_at", "published_at", "refusal"]
    list_filter = ["state"]
    search_fields = ["sha256"]


@admin.register(m.Permit)
class PermitAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "producer", "issuer", "expires_on", "verified_at"]
    list_filter = ["kind", ProducerRegencyFilter, ("verified_at", admin.EmptyFieldListFilter)]
    list_select_related = ["producer"]
    search_fields = ["number", "issuer", "producer__name"]
    date_hierarchy = "expires_on"


def event_history(submission: m.Submission) -> list[HistoryRow]:
    """The events of a submission as rows of a history page, newest first."""
    events = submission.events.select_related("actor").order_by("-pk")
    return [HistoryRow(event.at, event.actor, ". ".join(filter(None, [str(event.words), event.comment]))) for event in events]


@admin.register(m.Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Trips through the checks; decisions are taken at the desk alone."""

    list_display = ["number", "product", "state", "promised_on", "submitted_at", "verified_by", "published_by"]
    list_filter = ["state", "desk_role", "on_behalf", ProductRegencyFilter]
    list_select_related = ["product", "verified_by", "published_by"]
    search_fields = ["number", "product__name", "product__code", "product__producer__name"]

    def history_of(self, obj: Model) -> list[HistoryRow]:
        return event_history(obj)


@admin.register(m.SubmissionVersion)
class SubmissionVersionAdmin(ReadOnlyAdmin):
    list_display = ["submission", "number", "sent_by", "sent_at", "sha256"]
    list_select_related = ["submission", "sent_by"]
    search_fields = ["submission__number", "submission__product__name"]


@admin.register(m.VersionImage)
class VersionImageAdmin(ReadOnlyAdmin):
    list_display = ["version", "image"]
    list_select_related = ["version", "image"]


@admin.register(m.FieldFlag)
class FieldFlagAdmin(ReadOnlyAdmin):
    list_display = ["submission", "field", "reason", "raised_by", "raised_at", "sent_at", "answered_at"]
    list_filter = ["reason"]
    list_select_related = ["submission", "raised_by"]
    search_fields = ["submission__number", "field"]


@admin.register(m.SubmissionEvent)
class SubmissionEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "submission", "transition", "from_state", "to_state", "actor"]
    list_filter = ["transition"]
    list_select_related = ["submission", "actor"]
    search_fields = ["submission__number", "submission__product__name"]
    date_hierarchy = "at"


@admin.register(m.CatalogueEntry)
class CatalogueEntryAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "state", "pillar", "producer_code", "category_group", "published_at", "entry_link"]
    list_filter = ["state", "pillar", EntryRegencyFilter, "is_flagship"]
    search_fields = ["name", "code", "search_text"]
    exclude = ["search_vector", "search_text"]

    @admin.display(description=_("page"))
    def entry_link(self, obj: m.CatalogueEntry) -> str:
        return format_html('<a href="{}">{}</a>', reverse("entry_detail", args=[obj.code]), _("Open"))


@admin.register(m.Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["seq", "kind", "subject_kind", "subject_code", "at"]
    list_filter = ["kind", "subject_kind"]
    search_fields = ["subject_code"]


@admin.register(m.FeedCounter)
class FeedCounterAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "last"]
    fields = readonly_fields = ["last"]

    @admin.display(description=_("last number"))
    def last(self, obj: m.FeedCounter) -> int:
        return obj.last_seq


@admin.register(m.Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    list_display = ["number", "entry", "reason", "due_on", "outcome", "handled_by"]
    list_filter = ["reason", "outcome", ComplaintRegencyFilter]
    list_select_related = ["entry", "handled_by"]
    search_fields = ["number", "entry__name"]


@admin.register(m.Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["at", "says", "was_read"]
    fields = readonly_fields = ["at", "says", "path_link", "was_read"]

    @admin.display(description=_("When"), ordering="created_at")
    def at(self, obj: m.Notice) -> str:
        return moment(obj.created_at)

    @admin.display(description=_("notice"))
    def says(self, obj: m.Notice) -> str:
        return notices.words(obj)

    @admin.display(description=_("page"))
    def path_link(self, obj: m.Notice) -> str:
        return format_html('<a href="{}">{}</a>', obj.path, _("Open")) if obj.path else "–"

    @admin.display(description=_("Read"))
    def was_read(self, obj: m.Notice) -> str:
        return moment(obj.read_at) if obj.read_at else "–"


@admin.register(m.Outreach)
class OutreachAdmin(ReadOnlyAdmin):
    list_display = ["at", "event", "told_by", "channel"]
    list_filter = ["channel"]
    list_select_related = ["event", "told_by"]


register_history(
    *(m.Producer, m.Enterprise, m.Contact, m.Product, m.ProductVariant, m.ChainStage, m.Participant, m.Permit),
    *(m.Category, m.Holiday, m.CheckerRule, m.FieldFlag),
)


@admin.register(m.SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    list_display = ["word"]
    search_fields = ["word"]


@admin.register(m.Representation)
class RepresentationAdmin(ReadOnlyAdmin):
    list_display = ["entry", "form"]
    list_select_related = ["entry"]
    search_fields = ["entry__code", "entry__name"]


@admin.register(m.DatasetFile)
class DatasetFileAdmin(ReadOnlyAdmin):
    list_display = ["format", "rows", "bytes", "as_of", "made_at"]
