"""How names of regions are written, folded for comparing, and read from what a person types. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# What each kind is called in a full name (data of the tree, in the language of the decree).
KIND_WORDS = {
    "province": "Provinsi",
    "regency": "Kabupaten",
    "city": "Kota",
    "district": "Kecamatan",
    "village": "Desa",
    "ward": "Kelurahan",
}
# Abbreviations people type, and the folded word they stand for.
ABBREVIATIONS = {
    "ds": "desa",
    "kel": "kelurahan",
    "lurah": "kelurahan",
    "kec": "kecamatan",
    "kab": "kabupaten",
    "prov": "provinsi",
    "prop": "provinsi",
    "propinsi": "provinsi",
}
_WORD_KINDS = {word.lower(): kind for kind, word in KIND_WORDS.items()}
_APOSTROPHES = re.compile("['’‘ʼ`´ˈ]")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DOUBLED = re.compile(r"([a-z])\1+")
_SPACED_LETTERS = re.compile(r"^(?:[A-Za-z] ){2,}[A-Za-z]$")
_PREFIX = re.compile(r"^(Kabupaten|Provinsi) ")


def clean_name(written: str) -> str:
    """The name as the portal writes it: plain apostrophes, single spaces, no `N i a n`, no "Kabupaten" in front.

    "Kota" stays: Kupang is a regency and Kota Kupang a city.
    """
    name = " ".join(_APOSTROPHES.sub("'", written).split())
    if _SPACED_LETTERS.match(name):
        name = name.replace(" ", "")
    return _PREFIX.sub("", name)


def fold(text: str) -> str:
    """Small letters without accents and apostrophes; every other sign is one space."""
    plain = _APOSTROPHES.sub("", text)
    letters = plain.lower() if plain.isascii() else _without_accents(plain)
    return _NOT_WORD.sub(" ", letters).strip()


def _without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).lower()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def key(text: str) -> str:
    """What two spellings of one name share: SoE, So'e and Soe; Manggarai and Mangarai; Niki-Niki and Niki niki."""
    return _key_of(fold(text))


def _key_of(folded: str) -> str:
    return _DOUBLED.sub(r"\1", folded.replace(" ", ""))


def canonical(text: str) -> str:
    """Folded, with "Ds.", "Kel.", "Kec.", "Kab." written out: comparable with a folded full name."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in fold(text).split())


def spellings(written: str) -> list[str]:
    """Other ways in which a name with an apostrophe, hyphen or inner capital is written, for the aliases."""
    name = clean_name(written)
    found = [" ".join(written.split()), name.replace("'", ""), name.replace("-", " ")]
    if inner := re.fullmatch(r"([A-Z][a-z]+)([A-Z])", name):
        found += [f"{inner[1]}'{inner[2].lower()}", f"{inner[1]}{inner[2].lower()}"]
    if name.startswith("Kota "):
        found.append(name.removeprefix("Kota "))
    words = name.split()
    if written.startswith("Kabupaten ") and len(words) > 2:
        found.append("".join(word[0] for word in words))  # TTS, TTU, SBD: how everyone calls them
    official = {name, f"Kabupaten {name}", f"Provinsi {name}"}
    return sorted({spelling for spelling in found if spelling not in official})


def search_text(name: str, aliases: Iterable[str]) -> str:
    """Keys between bars for exact and prefix matches, then the folded names for trigrams: `|soe| soe so e`."""
    folded = dict.fromkeys(fold(each) for each in [name, *aliases])
    keys = dict.fromkeys(_key_of(each) for each in folded)
    return f"|{'|'.join(keys)}| {' '.join(folded)}"


def title(kind: str, name: str) -> str:
    """The name with its kind: "Desa Beiwali", "Kota Kupang"."""
    word = KIND_WORDS[kind]
    return name if name.startswith(f"{word} ") else f"{word} {name}"


@dataclass(frozen=True)
class Wanted:
    """What a person looks for: the words without kinds, their keys, and the kind named in front."""

    text: str
    keys: tuple[str, ...]
    kind: str
    code: str = ""

    @property
    def words(self) -> list[str]:
        return self.text.split()


def read_query(typed: str) -> Wanted:
    """Read a typed place: "Ds. Beiwali, Kec. Bajawa" looks for beiwali bajawa, first of all a desa."""
    code = re.sub(r"\s", "", typed[:100])
    if re.fullmatch(r"\d{2}(\.\d{2}){0,2}(\.\d{4})?", code):
        return Wanted("", (), "", code)
    words = canonical(typed[:100]).split()
    kind = _WORD_KINDS.get(words[0], "") if words else ""
    # "Kota" begins names too (Kota Raja, Kota Kupang): it is looked for both as a kind and as part of the name.
    bare = " ".join(word for word in words if word not in _WORD_KINDS)
    full = " ".join(word for word in words if word == "kota" or word not in _WORD_KINDS)
    return Wanted(full, tuple(dict.fromkeys(key(text) for text in (full, bare) if text)), kind)
