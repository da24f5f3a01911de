"""Makes an uploaded Excel file harmless before the reader sees it: sizes are counted while unpacking, cells must lie within bounds.

The reader reserves room for every cell between the first and the last one of a sheet, so two cells at opposite corners
would take all memory; therefore addresses are checked first, on the XML as it is unpacked here, and only that is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from django.utils.translation import gettext as _

from .instrument_files import refuse

MAX_UNPACKED = 20 * 1024 * 1024
MAX_MEMBERS = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 50
_CHUNK = 64 * 1024
_REFERENCE = re.compile(r"^\$?([A-Z]{0,3})\$?([0-9]*)$")


def harmless(data: bytes) -> bytes:
    """The same workbook, unpacked within limits and packed again; raises FaultyFile."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name, content in _members(data).items():
            if name.endswith((".xml", ".rels")):
                _check_xml(content)
                target.writestr(name, content)
    return out.getvalue()


def _members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            return _unpacked(source)
    # All that zipfile and zlib raise for damaged, locked (RuntimeError) or unknown (NotImplementedError) members of a hostile file.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise refuse(_("The file is not an Excel file (.xlsx).")) from None


def _unpacked(source: zipfile.ZipFile) -> dict[str, bytes]:
    members, left = {}, MAX_UNPACKED
    if len(source.infolist()) > MAX_MEMBERS:
        raise refuse(_("The file holds too much."))
    for info in source.infolist():
        members[info.filename] = content = _read(source, info, left)
        left -= len(content)
    return members


def _read(source: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """One member, never more than what is left of the limit, whatever its header says."""
    parts, size = [], 0
    with source.open(info) as member:
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise refuse(_("The file unpacks to more than 20 MB."))
            parts.append(chunk)
    return b"".join(parts)


def _check_xml(content: bytes) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = _check_element
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise refuse(_("The file is not an Excel file (.xlsx).")) from None


def _no_doctype(*_args: object) -> None:
    raise refuse(_("The file is not an Excel file (.xlsx)."))


def _check_element(name: str, attributes: dict[str, str]) -> None:
    kind = name.rsplit(":", 1)[-1]
    if kind in ("c", "row", "dimension"):
        for address in re.split(r"[:\s]+", attributes.get("r", "") + " " + attributes.get("ref", "")):
            _check_address(address)


def _check_address(address: str) -> None:
    found = _REFERENCE.match(address)
    if found is None or _column(found[1]) > MAX_COLUMNS or int(found[2][:8] or 0) > MAX_ROWS:
        raise refuse(_("A sheet reaches further than row %(rows)d or column %(columns)d.") % {"rows": MAX_ROWS, "columns": MAX_COLUMNS})


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
