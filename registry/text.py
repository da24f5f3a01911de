"""Folding of names for search keys: small letters, no accents, no apostrophes, single spaces."""

import re
import unicodedata

_APOSTROPHES = re.compile(r"[’'`´ʼ]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """The key under which spellings of one name meet: "So'e" and "SoE" are both "soe"."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).encode("ascii", "ignore").decode().lower()
    return _NOT_WORD.sub(" ", plain).strip()
