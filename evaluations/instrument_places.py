"""The page on which a place of an instrument's content can be mended."""

from __future__ import annotations

from django.urls import reverse

from .instrument_schema import Content, Place
from .models import Instrument

SHARED_WORD = "bersama"  # the word for "no family" in an address
LIST_WORDS = {"bands": "bintang", "paths": "jalur", "path_rules": "aturan-jalur", "minimum_sections": "minimum"}


def address_of(instrument: Instrument, content: Content, place: Place) -> str:
    """Where a problem leads to: the form of its criterion, section or list; a family leads to its points."""
    own = [instrument.code, instrument.version]
    if place and place[0] in LIST_WORDS:
        return reverse("instrument_rows", args=[*own, LIST_WORDS[str(place[0])]])
    if not place or place[0] not in ("sections", "variants"):
        return reverse("instrument_settings", args=own)
    if place[0] == "sections":
        word, sections, rest = SHARED_WORD, content["sections"], place[1:]
    elif len(place) == 1:
        return reverse("instrument", args=own)
    else:
        family = content["variants"][place[1]]
        word, sections, rest = family["family"], family["sections"], place[3:]
    if not rest:
        return reverse("instrument_points", args=[*own, word])
    return _part(own, word, sections[int(rest[0])], rest[1:])


def _part(own: list[object], word: str, section: Content, rest: Place) -> str:
    if len(rest) > 1 and rest[0] == "criteria":
        criterion = section["criteria"][int(rest[1])]
        return reverse("instrument_criterion", args=[*own, word, section["code"], criterion["code"]])
    return reverse("instrument_section", args=[*own, word, section["code"]])
