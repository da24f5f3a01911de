"""Numbers as people in Indonesia type them: "1.500.000", "12,5", "Rp 25.000", "25 ribu", "1,5 juta", "25rb".

A dot groups thousands and a comma starts the decimals. What can be read in two ways is refused with an example, never guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .text import InputProblem

_THOUSAND = ("ribu", "rb", "k")
_MILLION = ("juta", "jt")
_BILLION = ("miliar", "milyar")
_FACTORS = {**dict.fromkeys(_THOUSAND, 10**3), **dict.fromkeys(_MILLION, 10**6), **dict.fromkeys(_BILLION, 10**9)}
_SHAPE = re.compile(r"(?P<digits>\d[\d.,]*)\s*(?P<word>[a-z]*)\.?")
_SIGN = re.compile(r"^[-\u2212\u2013]")
_CURRENCY = re.compile(r"^(rp|idr)\b\.?\s*|^(rp|idr)\.?(?=\d)|,-{1,2}$|\s*rupiah$")
_GROUPED = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(,\d{3}){2,}")
_ZERO_POINT = re.compile(r"0\.\d+")
_LIMIT = Decimal(10) ** 15

NOT_A_NUMBER = _("Write figures only. Example: 25000")
NOT_WHOLE = _("Write a whole number, without a comma. Example: 1500")
TWO_READINGS = _("This number can be read in two ways. Write a comma before the decimals and dots between thousands. Example: 1,5 or 1.500")
NEGATIVE = _("Write a number of zero or more. Example: 25000")
TOO_LARGE = _("This number is too large. Check the zeros. Example: 25000")
EMPTY = _("Write a number. Example: 25000")


class NumberProblem(InputProblem):
    """Why a typed number was not taken, with an example."""


def _bare(text: str) -> str:
    cleaned = re.sub(r"[\s\u00a0\u202f]+", " ", str(text)).strip().lower()
    return _CURRENCY.sub("", cleaned).strip().rstrip(".")


def _from_commas(digits: str, *, fractions: bool) -> Decimal:
    whole, _comma, rest = digits.partition(",")
    if not rest.isdigit():
        raise NumberProblem(TWO_READINGS if rest else NOT_A_NUMBER)
    # "25,000" in a field of whole numbers may come from a person who groups by commas.
    if ("." in whole and not _GROUPED.fullmatch(whole)) or (len(rest) == 3 and not fractions):
        raise NumberProblem(TWO_READINGS)
    return Decimal(f"{whole.replace('.', '')}.{rest}")


def _from_dots(digits: str, *, fractions: bool, scaled: bool) -> Decimal:
    if _GROUPED.fullmatch(digits):
        return Decimal(digits.replace(".", ""))
    rest = digits.partition(".")[2]
    short = rest.isdigit() and len(rest) <= 2
    if (short and (fractions or scaled)) or (fractions and _ZERO_POINT.fullmatch(digits)):
        return Decimal(digits)
    raise NumberProblem(TWO_READINGS)


def _value(digits: str, *, fractions: bool, scaled: bool) -> Decimal:
    if _GROUPED_BY_COMMA.fullmatch(digits):  # 1,500,000 has one reading only
        return Decimal(digits.replace(",", ""))
    if "," in digits:
        return _from_commas(digits, fractions=fractions)
    return _from_dots(digits, fractions=fractions, scaled=scaled) if "." in digits else Decimal(digits)


def _read(text: str, *, fractions: bool) -> Decimal:
    bare = _bare(text)
    if not bare:
        raise NumberProblem(EMPTY)
    if _SIGN.match(bare):
        raise NumberProblem(NEGATIVE)
    shape = _SHAPE.fullmatch(bare)
    if shape is None or (shape["word"] and shape["word"] not in _FACTORS) or not bare.isascii():
        raise NumberProblem(NOT_A_NUMBER)
    # With a word, "1.5 juta" has one reading; "1.500 ribu" keeps its dots as thousands.
    factor = _FACTORS.get(shape["word"], 1)
    value = factor * _value(shape["digits"], fractions=fractions, scaled=factor > 1)
    if value >= _LIMIT:
        raise NumberProblem(TOO_LARGE)
    return value


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise NumberProblem(NOT_WHOLE)
    return int(value)


def parse_count(text: str) -> int:
    """How many: a whole number of zero or more; "1.500,5" and "1.5" are refused."""
    return _whole(_read(text, fractions=False))


def parse_rupiah(text: str) -> int:
    """Whole rupiah of zero or more: "1.500" is 1500, "1,5 juta" is 1500000, "1.5" is refused; "25.000,00" loses its empty sen."""
    return _whole(_read(text, fractions=False))


def parse_decimal(text: str) -> Decimal:
    """A quantity of zero or more: "12,5" and "12.5" are both twelve and a half, "1.500" is 1500."""
    return _read(text, fractions=True)


def sent_number(text: str, *, digits: int = 9) -> int | None:
    """A whole number as pages send it in addresses and hidden fields (versions, keys, pages); None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
