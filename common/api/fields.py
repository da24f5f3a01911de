"""Sparse answers: `?fields=code,name` keeps the named top-level fields."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from .errors import wrong

Row = dict[str, Any]


def chosen(request: Request, name: str, offered: Collection[str]) -> frozenset[str]:
    """The values of a comma-separated parameter, all of which must be offered; nothing where it is not sent."""
    words = [word for word in request.query_params.get(name, "").split(",") if word]
    unknown = sorted(set(words) - set(offered))
    if unknown:
        raise wrong(
            name, _("Not known: %(words)s. Offered are: %(offered)s.") % {"words": ", ".join(unknown), "offered": ", ".join(offered)}
        )
    return frozenset(words)


def only(row: Row, wanted: frozenset[str]) -> Row:
    """The row, or of it what is wanted where anything is."""
    return {name: row[name] for name in row if name in wanted} if wanted else row
