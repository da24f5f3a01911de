"""Words of results for the screen: what a recomputation found, and where results stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Entrant

if TYPE_CHECKING:
    from accounts.models import User

    from .results import Difference

WHAT: dict[str, str | Promise] = {
    "total": gettext_lazy("points"),
    "sections": gettext_lazy("points by section"),
    "stars": gettext_lazy("stars"),
    "is_knocked_out": gettext_lazy("knocked out"),
    "path_key": gettext_lazy("development path"),
    "rank": gettext_lazy("overall rank"),
    "rank_pillar": gettext_lazy("rank in the pillar"),
    "rank_regency": gettext_lazy("rank in the regency"),
    "rank_family": gettext_lazy("rank in the category"),
    "sha256": gettext_lazy("the fingerprint of the inputs"),
}


def told(found: Iterable[Difference], user: User) -> tuple[list[str], int]:
    """Differences in words, and how many more are about products a conflict hides from the person."""
    rows = list(found)
    products = {row.entrant.pk for row in rows if row.entrant}
    seen = set(Entrant.objects.filter(pk__in=products).visible_to(user).values_list("pk", flat=True))
    named = [row for row in rows if row.entrant is None or row.entrant.pk in seen]
    return [_words(row) for row in named], len(rows) - len(named)


def _words(row: Difference) -> str:
    if row.what == "set":
        return _("The fingerprint of the whole set is another one.")
    if row.what == "instrument":
        return _("The instrument that was used is no longer the same.")
    if row.what == "record":
        return _("%(product)s: sheets, decision or sample were changed after the close.") % {"product": row.entrant}
    words = {"product": row.entrant, "what": WHAT[row.what], "stored": row.stored, "found": row.found}
    if row.what in ("sha256", "sections"):
        return _("%(product)s: %(what)s differs.") % words
    return _("%(product)s: %(what)s is kept as %(stored)s, computed %(found)s.") % words
