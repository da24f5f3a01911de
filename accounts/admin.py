"""Accounts in Django's admin: all of it to look at, none of it to change by hand; the pages at /admin/akun/ do that."""

from django.contrib import admin

from .admin_base import ReadOnlyAdmin, register_history
from .models import AccountEvent, Activation, Mandate, PasswordHelp, User


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["display_name", "username", "is_active", "must_set_password", "last_login"]
    list_filter = ["is_active", "must_set_password"]
    search_fields = ["display_name", "username"]
    exclude = ["password"]


@admin.register(Mandate)
class MandateAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "standing", "unit_code", "region_codes", "starts_on", "ends_on"]
    list_filter = ["role", "standing", "pillar"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "unit_code", "office_name"]


@admin.register(Activation)
class ActivationAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "expires_at", "used_at", "voided_at", "attempts", "issued_by"]
    list_select_related = ["user", "issued_by"]


@admin.register(PasswordHelp)
class PasswordHelpAdmin(ReadOnlyAdmin):
    list_display = ["login", "village", "created_at", "answered_at", "answered_by"]
    list_select_related = ["answered_by"]


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "kind", "actor", "note"]
    list_filter = ["kind"]
    list_select_related = ["user", "actor"]


register_history(User, Mandate)
