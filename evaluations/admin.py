"""The evaluation's tables in Django's admin: to look at, under the scope. Services alone write them."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_base import HistoryAdmin, ReadOnlyAdmin

from . import models as m


@admin.register(m.Instrument)
class InstrumentAdmin(ReadOnlyAdmin):
    """Instruments are written at /admin/instrumen/."""

    list_display = ["name", "code", "version", "state", "is_proposal", "published_at"]
    list_filter = ["state", "is_proposal"]
    search_fields = ["name", "code"]


@admin.register(m.Instrument.pgh_event_model)
class InstrumentHistoryAdmin(HistoryAdmin):
    """Every change of an instrument's own row."""
