"""Partners in Django's admin: all of it to look at, none of it to change by hand; the pages at /admin/mitra/ do that."""

from __future__ import annotations

import oauth2_provider.admin  # noqa: F401 - registers its tables, which are closed again below
from django.contrib import admin
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from accounts.admin_base import ReadOnlyAdmin, register_history

from .models import ApiUse, Credential, KeptAnswer, Partner, Webhook, WebhookAttempt, WebhookMessage

# Tokens are nobody's to look at; the rest of OAuth is not used.
for model in (Credential, AccessToken, Grant, IDToken, RefreshToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "kind", "is_active", "rate_per_minute"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "code"]


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    list_display = ["name", "partner", "expires_on", "is_trial", "revoked_at", "last_used_at"]
    list_filter = ["is_trial", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["partner"]
    search_fields = ["name", "client_id", "partner__name"]
    fields = [
        *("partner", "name", "client_id", "scopes", "expires_on", "addresses", "is_trial"),
        *("revoked_at", "last_used_at", "created_by", "created"),
    ]


@admin.register(ApiUse)
class ApiUseAdmin(ReadOnlyAdmin):
    list_display = ["at", "partner", "credential", "method", "path", "status", "what"]
    list_filter = ["partner", "method"]
    list_select_related = ["partner", "credential"]
    search_fields = ["path", "what", "request_id"]
    date_hierarchy = "at"


@admin.register(KeptAnswer)
class KeptAnswerAdmin(ReadOnlyAdmin):
    """That a key was used, when and with what answer; the answer itself may name people and is for its partner."""

    list_display = ["at", "partner", "key", "status"]
    list_filter = ["partner", "status"]
    list_select_related = ["partner"]
    search_fields = ["key"]
    date_hierarchy = "at"
    ordering = ["-pk"]
    fields = ["partner", "key", "status", "at"]


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    list_display = ["url", "partner", "pause_reason", "failing_since", "last_delivered_at", "removed_at"]
    list_filter = ["partner", "pause_reason", ("removed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["partner"]
    search_fields = ["url", "description", "partner__name"]
    exclude = ["secret", "former_secret"]


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "webhook", "event", "state", "attempts", "next_at", "delivered_at"]
    list_filter = ["state", "event"]
    list_select_related = ["webhook"]
    search_fields = ["key", "source"]
    date_hierarchy = "created_at"


@admin.register(WebhookAttempt)
class WebhookAttemptAdmin(ReadOnlyAdmin):
    list_display = ["at", "message", "status", "error", "milliseconds"]
    list_filter = ["error", "status"]
    list_select_related = ["message"]
    date_hierarchy = "at"


register_history(Partner, Credential, Webhook)
