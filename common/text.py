"""Cleaning of typed text: what is invisible or deceives the eye goes, everything else stays as it was typed."""

from __future__ import annotations

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# Control characters except tab and line break; marks that turn the direction of the text around; the byte order mark.
_INVISIBLE = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029\u0085]")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_EMPTY_LINES = re.compile(r"\n{3,}")

NUL = _("This text holds a character that cannot be stored. Type it again instead of pasting it.")


class InputProblem(ValueError):
    """Why something typed was not taken, in words for the screen."""

    def __init__(self, message: str | Promise):
        super().__init__(str(message))
        self.message = message


class TextProblem(InputProblem):
    """Why a typed text was not taken."""


def clean_line(text: str) -> str:
    """One line: cleaned, line breaks and runs of blanks turned into one blank."""
    return _BLANKS.sub(" ", clean_text(text).replace("\n", " ")).strip()


def clean_text(text: str) -> str:
    """Several lines: NFC, without invisible characters, line breaks as "\\n", blanks at line ends gone, no runs of empty lines."""
    if "\x00" in text:
        raise TextProblem(NUL)
    text = _INVISIBLE.sub("", _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text)))
    lines = (line.rstrip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def check_length(text: str, limit: int) -> str:
    """The same text, or `TextProblem` that says how many characters are too many."""
    extra = len(text) - limit
    if extra > 0:
        message = ngettext(
            "Make it shorter by %(extra)s character: at most %(limit)s fit here.",
            "Make it shorter by %(extra)s characters: at most %(limit)s fit here.",
            extra,
        )
        raise TextProblem(message % {"extra": extra, "limit": limit})
    return text
