"""What partners write, and read in bulk, goes into their trail; of a walk through the catalogue where it begins."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from . import services
from .access import access_of

# How the document writes the parts of an address that differ.
_NAMES = re.compile(r"<(?:\w+:)?(\w+)>")


def note_bulk_read(request: Any, *, what: Promise) -> None:
    """Write one line for a partner; nobody else leaves one."""
    if access_of(request) is not None:
        note(request, status=200, what=what)


def note(request: Any, *, status: int, what: Promise | str) -> None:
    """One line of the trail in the portal's own language, in the caller's transaction."""
    access = access_of(request)
    if access is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = str(what)
    services.note_use(
        partner=access.partner,
        credential=access.credential,
        method=request.method,
        path="/" + _NAMES.sub(r"{\1}", request.resolver_match.route),
        status=status,
        request_id=getattr(request._request, "request_id", ""),
        what=words,
        address=request.META.get("REMOTE_ADDR", ""),
    )
