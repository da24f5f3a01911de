"""One row of a scoped queryset, or "not found"."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404


def one_or_404(rows: Any, **wanted: Any) -> Any:
    """One row of a scoped queryset; text the database cannot hold (a NUL) or no such value is simply not found."""
    try:
        return get_object_or_404(rows, **wanted)
    except (ValueError, ValidationError) as error:
        raise Http404 from error
