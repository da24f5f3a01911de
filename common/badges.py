"""The agreed table of states: the class, the icon and the words of each badge."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Badge(NamedTuple):
    """State is icon and words first, colour after."""

    css: str
    icon: str
    label: str | Promise


BADGES: dict[str, Badge] = {
    "draft": Badge("is-draft", "pencil", _("Not sent yet")),
    "submitted": Badge("is-sent", "send", _("Sent")),
    "mine": Badge("is-mine", "person", _("I am checking this")),
    "claimed": Badge("is-sent", "person", _("Being checked")),
    "verified": Badge("is-sent", "check", _("Checked, waiting for the province")),
    "returned": Badge("is-returned", "return", _("Returned")),
    "rejected": Badge("is-revoked", "close", _("Not accepted")),
    "cancelled": Badge("is-ended", "close", _("Cancelled")),
    "superseded": Badge("is-ended", "info", _("Replaced by a newer version")),
    "published": Badge("is-live", "check", _("Shown to the public")),
    "suspended": Badge("is-suspended", "pause", _("Suspended")),
    "withdrawn": Badge("is-revoked", "stop", _("Revoked")),
    "revoked": Badge("is-revoked", "stop", _("Revoked")),
    "paused": Badge("is-ended", "pause", _("Not made at the moment")),
    "discontinued": Badge("is-ended", "info", _("No longer made")),
    "late": Badge("is-returned", "clock", _("Late")),
    "due": Badge("is-warning", "clock", _("Due soon")),
    "valid": Badge("is-live", "check", _("Valid")),
    "expiring": Badge("is-warning", "clock", _("Expires soon")),
    "expired": Badge("is-returned", "warning", _("Expired")),
    "active": Badge("is-live", "check", _("Active")),
    "ended": Badge("is-ended", "info", _("Ended")),
    "waiting": Badge("is-warning", "clock", _("Waiting")),
    "done": Badge("is-live", "check", _("Done")),
    "failed": Badge("is-returned", "warning", _("Failed")),
}
