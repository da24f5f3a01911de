"""Numbers, money, days and phones as people in NTT read them. The functions of this file are also template filters."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

NBSP = "\u00a0"
Number = int | float | Decimal

# Grouping is Indonesian in every language of the screen: a form shown in English is read back by the same rules.
_SWAP = str.maketrans(",.", ".,")


def number(value: Number | None, places: int | None = None) -> str:
    """1234567.5 -> "1.234.567,5"; nothing for nothing. `places` fixes the decimals, otherwise none are lost or added."""
    if value is None or value == "":
        return ""
    if places is not None:
        return f"{value:,.{places}f}".translate(_SWAP)
    text = f"{Decimal(str(value)):,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).translate(_SWAP)


def rupiah(value: Number | None) -> str:
    """45000 -> "Rp 45.000" with a space that does not break; whole rupiah."""
    return "" if value is None or value == "" else f"Rp{NBSP}{number(value, 0)}"


def percent(value: Number | None, places: int = 0) -> str:
    """82.4 -> "82%". The value is already in percent."""
    return "" if value is None or value == "" else f"{number(value, places)}%"


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def date_short(value: dt.date | dt.datetime | None) -> str:
    """The WITA day: "24 Nov 2026"."""
    return date_format(_local(value), "j M Y") if value else ""


def date_long(value: dt.date | dt.datetime | None) -> str:
    """The WITA day: "24 November 2026"."""
    return date_format(_local(value), "j F Y") if value else ""


def clock(value: dt.datetime | None) -> str:
    """The WITA time of day: "10.42", in English "10:42"."""
    if not value:
        return ""
    return date_format(_local(value), "H.i" if (get_language() or "id").startswith("id") else "H:i")


def moment(value: dt.datetime | None) -> str:
    """Day and time with the zone: "24 November 2026, 10.42 WITA"."""
    return f"{date_long(value)}, {clock(value)}{NBSP}WITA" if value else ""


def working_days_left(count: int | None) -> str:
    """A deadline as time left, from a count of working days; zero is today, a negative count is late."""
    if count is None:
        return ""
    if count == 0:
        return gettext("Due today")
    if count > 0:
        return ngettext("%(count)s working day left", "%(count)s working days left", count) % {"count": count}
    return ngettext("%(count)s working day late", "%(count)s working days late", -count) % {"count": -count}


def phone(value: str | None) -> str:
    """+6281234567890 -> "0812-3456-7890"; numbers of other countries stay as they are."""
    if not value or not value.startswith("+62"):
        return value or ""
    digits = f"0{value[3:]}"
    return "-".join(filter(None, (digits[:4], digits[4:8], digits[8:])))


def file_size(size: int | None) -> str:
    """Bytes as a person reads them: "84 KB", "1,2 MB"."""
    if size is None:
        return ""
    if size < 1024 * 1024:
        return f"{number(max(1, round(size / 1024)))}{NBSP}KB"
    return f"{number(round(Decimal(size) / (1024 * 1024), 1))}{NBSP}MB"
