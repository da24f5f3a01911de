"""Whether a permit is valid today, in words. Computed from its days whenever it is shown, never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.formatting import date_short

from .states import PermitKind

if TYPE_CHECKING:
    from .models import Permit

SOON_DAYS = 60

VALID, SOON, EXPIRED, MISSING, NOT_NEEDED = "valid", "expiring", "expired", "missing", "not_needed"


@dataclass(frozen=True)
class Validity:
    """The answer for one permit: `state` (see above), the word of its badge, and what stands beside it."""

    state: str
    words: str | Promise
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.state in (VALID, SOON)

    @property
    def is_expired(self) -> bool:
        return self.state == EXPIRED

    @property
    def line(self) -> str:
        """The whole answer on one line, for officers: also said where a permit has no end."""
        return f"{self.words} {self.detail}" if self.detail else gettext("No end date") if self.state == VALID else str(self.words)


# A right is registered or protected rather than "valid"; everything else is.
_VALID_WORDS: dict[str, Promise] = {PermitKind.BRAND: _("Registered"), PermitKind.GI: _("Protected")}


def validity(permit: Permit | dict[str, Any], today: dt.date | None = None) -> Validity:
    """Whether a permit (a row, or one of a snapshot) is valid on a WITA day; its last day counts as valid."""
    today = today or timezone.localdate()
    kind, until = _read(permit)
    words = _VALID_WORDS.get(kind, _("Valid"))
    if until is None:
        return Validity(VALID, words, "")
    left = (until - today).days
    if left < 0:
        return Validity(EXPIRED, _("Expired"), gettext("since %(day)s") % {"day": date_short(until)})
    if left > SOON_DAYS:
        return Validity(VALID, words, gettext("until %(day)s") % {"day": date_short(until)})
    return Validity(SOON, _("Expires soon"), _days_left(until, left))


def _days_left(until: dt.date, left: int) -> str:
    if left == 0:
        return gettext("%(day)s, today is the last day") % {"day": date_short(until)}
    return ngettext("%(day)s, %(count)s day left", "%(day)s, %(count)s days left", left) % {"day": date_short(until), "count": left}


def _read(permit: Permit | dict[str, Any]) -> tuple[str, dt.date | None]:
    if not isinstance(permit, dict):
        return permit.kind, permit.expires_on
    until = permit["expires_on"]
    return permit["kind"], dt.date.fromisoformat(until) if isinstance(until, str) and until else until or None


@dataclass(frozen=True)
class PermitRow:
    """One line of "permits and certificates": the kind, whether it is compulsory, the permit where there is one."""

    kind: str
    is_required: bool
    validity: Validity
    permit: Permit | dict[str, Any] | None = None

    @property
    def label(self) -> str:
        return str(PermitKind(self.kind).label) if self.kind in PermitKind.values else self.kind


def permit_rows(
    permits: Iterable[Permit | dict[str, Any]],
    *,
    required: Iterable[str],
    useful: Iterable[str] = (),
    is_food: bool = False,
    today: dt.date | None = None,
) -> list[PermitRow]:
    """Every permit held, then the compulsory ones that are missing; of useful food permits not held it says that none is needed."""
    required, held = list(required), list(permits)
    rows = [PermitRow(_read(permit)[0], _read(permit)[0] in required, validity(permit, today), permit) for permit in held]
    kinds = {row.kind for row in rows}
    missing = Validity(MISSING, _("Not there yet"), gettext("compulsory for this product"))
    rows += [PermitRow(kind, True, missing) for kind in required if kind not in kinds]
    spare = Validity(NOT_NEEDED, _("Not compulsory"), gettext("for this product"))
    return rows + [PermitRow(kind, False, spare) for kind in useful if is_food and kind not in kinds and kind not in required]


def expired_required(
    permits: Iterable[Permit | dict[str, Any]], *, required: Iterable[str], today: dt.date | None = None
) -> list[PermitRow]:
    """The compulsory permits expired on a day, which take the green seal away; a valid one of the same kind counts instead."""
    rows = permit_rows(permits, required=required, today=today)
    good = {row.kind for row in rows if row.validity.holds}
    return [row for row in rows if row.is_required and row.validity.is_expired and row.kind not in good]
