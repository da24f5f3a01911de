"""Collects the words to translate from code and templates, and tells which are not translated. Needs no system package."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "id" / "LC_MESSAGES" / "django.po"
SKIPPED = {".venv", "var", "tests", "migrations", "static", "docs", "node_modules"}
KEYWORDS: list[str] = [
    *["_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"],
    *["pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"],
]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")

Key = tuple[str | None, str]


def sources() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(parts) and len(parts) > 1:
            yield path


def _python_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # What is left of a template besides its words is X signs; their indentation means nothing.
    return "\n".join(line.lstrip() for line in templatize(text).splitlines()) + "\n"


def found_in(path: Path) -> Iterator[tuple[int, Key, str]]:
    """(line, (context, msgid), plural msgid) of every marked text in one file."""
    source = io.BytesIO(_python_of(path).encode())
    for line, function, texts, _comments in extract_python(source, dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}):
        words = [texts] if isinstance(texts, str) else [str(text) for text in texts]
        context = words.pop(0) if "pgettext" in str(function) else None
        if words and words[0]:
            plural = words[1] if str(function).startswith("n") and len(words) > 1 else ""
            yield line, (context, words[0]), plural


def collect() -> dict[Key, polib.POEntry]:
    """Every text of the portal with the places where it stands."""
    entries: dict[Key, polib.POEntry] = {}
    for path in sources():
        for line, key, plural in found_in(path):
            entry = entries.setdefault(key, polib.POEntry(msgctxt=key[0], msgid=key[1]))
            entry.msgid_plural = entry.msgid_plural or plural
            entry.occurrences.append((str(path.relative_to(ROOT)), str(line)))
    return entries


def faults() -> list[str]:
    """What is missing or wrong in the Indonesian catalogue, one line each."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete}
    lines = [fault for key, entry in collect().items() if (fault := _fault(entry, known.get(key)))]
    return lines + _stale_mo(known)


def _fault(entry: polib.POEntry, known: polib.POEntry | None) -> str:
    where = ":".join(entry.occurrences[0])
    translated = _translation(known)
    if known is None or not translated or "fuzzy" in known.flags:
        return f"{where}: no Indonesian for {entry.msgid!r}"
    wanted, given = _placeholders(entry.msgid_plural or entry.msgid), _placeholders(translated)
    return f"{where}: placeholders differ in {entry.msgid!r}: {sorted(wanted)} / {sorted(given)}" if given - wanted else ""


def _translation(entry: polib.POEntry | None) -> str:
    if entry is None:
        return ""
    return entry.msgstr or "".join(entry.msgstr_plural.values())


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _stale_mo(known: dict[Key, polib.POEntry]) -> list[str]:
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists():
        return [f"{compiled.relative_to(ROOT)} is missing; run: make messages"]
    in_mo = {(entry.msgctxt, entry.msgid): _translation(entry) for entry in polib.mofile(str(compiled))}
    in_po = {key: text for key, entry in known.items() if (text := _translation(entry)) and "fuzzy" not in entry.flags}
    return [] if in_mo == in_po else [f"{compiled.relative_to(ROOT)} is older than the .po file; run: make messages"]


def update() -> int:
    """Bring the catalogue in line with the sources and compile it; returns how many texts it has."""
    catalogue = polib.pofile(str(CATALOGUE))
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    found = collect()
    for key, entry in found.items():
        if key not in known:
            catalogue.append(entry)
        else:
            known[key].occurrences = entry.occurrences
            known[key].obsolete = False
    for key, entry in known.items():
        if key not in found:
            entry.obsolete = True
    catalogue.sort(key=lambda entry: entry.msgid.lower())
    catalogue.save()
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return len(found)
