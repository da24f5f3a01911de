"""Reads the screen's words out of Python files and templates and compares them with the Indonesian catalogue, without gettext binaries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.utils.translation import templatize
from polib import POEntry, POFile, pofile

SKIPPED = frozenset({".venv", ".git", "var", "tests", "migrations", "node_modules", "staticfiles", "locale", "docs", "static"})
_LAZY = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = {**DEFAULT_KEYWORDS, **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in _LAZY}, "gettext_noop": None}
_NAMES = frozenset(KEYWORDS)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
_UNTRIMMED = re.compile(r"{%\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)[^%]*%}")


class Message(NamedTuple):
    """One message of the code: its context, its English words, their plural, and where it stands first."""

    context: str | None
    singular: str
    plural: str
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.singular


def catalogue_path() -> Path:
    """The Indonesian catalogue."""
    return Path(settings.LOCALE_PATHS[0]) / "id" / "LC_MESSAGES" / "django.po"


def _sources(root: Path, suffix: str) -> Iterator[Path]:
    for path in sorted(root.rglob(f"*{suffix}")):
        if not SKIPPED & set(path.relative_to(root).parts):
            yield path


def python_files(root: Path) -> Iterator[Path]:
    """The Python files whose words reach a screen."""
    return _sources(root, ".py")


def template_files(root: Path) -> Iterator[Path]:
    """The templates, of pages and of printed sheets."""
    for suffix in (".html", ".txt", ".xml"):
        yield from (path for path in _sources(root, suffix) if "templates" in path.parts)


def _messages(code: str, place: str) -> Iterator[Message]:
    for _line, words, _comments, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
        singular, plural = words[:2] if isinstance(words, tuple) else (words, "")
        if singular:
            yield Message(context, singular, plural, place)


def used_messages(root: Path) -> dict[tuple[str | None, str], Message]:
    """Every message of the code by its key; a plural wins over the same words without one."""
    found: dict[tuple[str | None, str], Message] = {}
    sources = [(path, path.read_text(encoding="utf-8")) for path in python_files(root)]
    sources += [(path, templatize(path.read_text(encoding="utf-8"), origin=str(path))) for path in template_files(root)]
    for path, code in sources:
        for message in _messages(code, str(path.relative_to(root))):
            if message.key not in found or (message.plural and not found[message.key].plural):
                found[message.key] = message
    return found


def load(path: Path) -> POFile:
    """The catalogue as it stands."""
    return pofile(str(path), wrapwidth=120)


def update(catalogue: POFile, used: dict[tuple[str | None, str], Message]) -> None:
    """Adds what is missing, untranslated, drops what nothing uses any more, and sorts."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    for key in known.keys() - used.keys():
        catalogue.remove(known[key])
    for key in used.keys() - known.keys():
        message = used[key]
        plural = {"msgid_plural": message.plural, "msgstr_plural": {0: ""}} if message.plural else {}
        catalogue.append(POEntry(msgctxt=message.context, msgid=message.singular, **plural))
    catalogue.sort(key=lambda entry: (entry.msgid.lower(), entry.msgctxt or ""))


def _translation(entry: POEntry) -> str:
    return "".join(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr


def _placeholder_problems(entry: POEntry) -> Iterator[str]:
    unknown = set(_PLACEHOLDER.findall(_translation(entry))) - set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    if unknown:
        yield f"placeholders differ {sorted(unknown)}: {entry.msgid!r}"


def catalogue_problems(catalogue: POFile, used: dict[tuple[str | None, str], Message]) -> Iterator[str]:
    """What is missing, unused or wrongly translated in the catalogue."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    for key, message in sorted(used.items(), key=lambda item: item[1].singular):
        entry = known.get(key)
        if entry is None or not _translation(entry) or "fuzzy" in entry.flags:
            yield f"not translated: {message.singular!r} ({message.place})"
        elif bool(entry.msgid_plural) != bool(message.plural):
            yield f"plural differs: {message.singular!r} ({message.place})"
    for key, entry in known.items():
        if key not in used:
            yield f"unused: {entry.msgid!r}"
        yield from _placeholder_problems(entry)


def _called_name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _is_built(argument: ast.expr) -> bool:
    formatted = isinstance(argument, ast.Call) and _called_name(argument) == "format"
    return formatted or isinstance(argument, ast.JoinedStr | ast.BinOp)


def python_problems(root: Path) -> Iterator[str]:
    """Calls of gettext whose words are put together before they are looked up."""
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called_name(node) in _NAMES and any(map(_is_built, node.args[:2])):
                yield f"built before translation: {path.relative_to(root)}:{node.lineno}"


def template_problems(root: Path) -> Iterator[str]:
    """`blocktranslate` without `trimmed`: its line breaks would become part of the words."""
    for path in template_files(root):
        for match in _UNTRIMMED.finditer(path.read_text(encoding="utf-8")):
            yield f"blocktranslate without trimmed: {path.relative_to(root)}: {match[0]}"


def is_compiled(path: Path) -> bool:
    """Whether the compiled catalogue beside `path` says the same."""
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.read_bytes() == load(path).to_binary()
