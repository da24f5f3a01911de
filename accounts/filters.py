"""Filters of the officers' list of accounts."""

from __future__ import annotations

import datetime as dt

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import User
from .queries import UserQuerySet
from .states import Role

SOON = dt.timedelta(days=30)
QUIET = dt.timedelta(days=90)
STATES = [
    ("active", _("Active")),
    ("waiting", _("Not activated yet")),
    ("ending", _("Office ends within 30 days")),
    ("quiet", _("Not signed in for 90 days")),
    ("none", _("No current role")),
    ("ended", _("Account ended")),
]
# Accounts of partner systems are not in the list.
PEOPLE = [choice for choice in Role.choices if choice[0] != Role.PARTNER]


def in_state(rows: UserQuerySet, state: str) -> QuerySet:
    """The accounts in one of the states of the list."""
    last = timezone.localdate() + SOON
    conditions = {
        "active": rows.holding().filter(is_active=True, must_set_password=False),
        "waiting": rows.filter(is_active=True, must_set_password=True),
        "ending": rows.holding(ends_on__lte=last).filter(is_active=True),
        "quiet": rows.filter(is_active=True, must_set_password=False, last_login__lt=timezone.now() - QUIET),
        "none": rows.without_mandate().filter(is_active=True),
        "ended": rows.filter(is_active=False),
    }
    return conditions[state]


class AccountFilter(django_filters.FilterSet):
    """Search, role and state."""

    q = django_filters.CharFilter(
        label=_("Name, username, number or code"),
        method="search",
        widget=forms.TextInput({"type": "search", "placeholder": _("Name, username, number or code")}),
    )
    role = django_filters.ChoiceFilter(label=_("Role"), choices=PEOPLE, empty_label=_("All roles"), method="with_role")
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("All states"), method="with_state")

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, rows: UserQuerySet, name: str, value: str) -> QuerySet:
        return rows.search(value.strip()) if value.strip() else rows

    def with_role(self, rows: UserQuerySet, name: str, value: str) -> QuerySet:
        return rows.holding(role=value)

    def with_state(self, rows: UserQuerySet, name: str, value: str) -> QuerySet:
        return in_state(rows, value)
