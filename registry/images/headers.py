"""What a file is by its first bytes, without decoding it: the web process looks no further.

Only marks and sizes are read, by our own few lines, so that hostile bytes meet no image library outside the closed process.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from registry.errors import NotReady

from .limits import MAX_PIXELS

SUFFIXES = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "HEIF": (".heic", ".heif", ".hif"),
}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
# Start of frame: the segment of a JPEG that carries its size (0xC4, 0xC8 and 0xCC are other segments).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 2000
_HEAD_BYTES = 256 * 1024

NOT_A_PHOTO = _("This file is not a photo. Choose a photo in JPG, PNG, WebP or HEIC.")
BROKEN = _("The photo cannot be read: its file is damaged. Choose another photo.")


Bytes = IO[bytes] | File


class Header(NamedTuple):
    """What the header says: format by content, width and height in pixels (0 where only decoding tells)."""

    format: str
    width: int
    height: int


def inspect(file: Bytes, name: str) -> Header:
    """The header of an uploaded picture; NotReady in plain words for what is no photo, misnamed or too large."""
    file.seek(0)
    header = _read(file)
    file.seek(0)
    if header is None:
        raise NotReady(NOT_A_PHOTO)
    _check_suffix(header.format, name)
    if header.width * header.height > MAX_PIXELS:
        raise NotReady(_("The photo has too many pixels. Set the camera to a smaller size, at most 50 megapixels."))
    return header


def _check_suffix(found: str, name: str) -> None:
    """A name may be without suffix (some phones send none), but not with a wrong one."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix and suffix not in SUFFIXES[found]:
        words = _("The file is called “%(suffix)s”, but inside it is %(format)s. Choose the original photo.")
        raise NotReady(words % {"suffix": suffix[:10], "format": found.replace("HEIF", "HEIC")})


def _read(file: Bytes) -> Header | None:
    head = file.read(32)
    for mark, at, reader in _READERS:
        if head[at : at + len(mark)] == mark:
            size = reader(file, head)
            if size is None or (size != (0, 0) and 0 in size):
                raise NotReady(BROKEN)
            return Header(_FORMATS[mark], *size)
    return None


Reader = Callable[[Bytes, bytes], "tuple[int, int] | None"]


def _png(file: Bytes, head: bytes) -> tuple[int, int] | None:
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return _big(head[16:20]), _big(head[20:24])


def _jpeg(file: Bytes, head: bytes) -> tuple[int, int] | None:
    file.seek(2)
    for _number in range(_MOST_SEGMENTS):
        mark = file.read(2)
        if len(mark) < 2 or mark[0] != 0xFF:
            return None
        if mark[1] == 0xFF:  # filling before a mark
            file.seek(-1, 1)
            continue
        segment = file.read(7)
        if len(segment) < 7:
            return None
        if mark[1] in _FRAMES:
            return _big(segment[5:7]), _big(segment[3:5])
        file.seek(_big(segment[0:2]) - 7, 1)
    return None


def _webp(file: Bytes, head: bytes) -> tuple[int, int] | None:
    if head[8:12] != b"WEBP" or len(head) < 30:
        return None
    if head[12:16] == b"VP8X":
        return 1 + _little(head[24:27]), 1 + _little(head[27:30])
    if head[12:16] == b"VP8L":
        bits = _little(head[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if head[12:16] == b"VP8 ":
        return _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF
    return None


def _heic(file: Bytes, head: bytes) -> tuple[int, int] | None:
    """The largest size any part of the file claims; a phone's picture names the whole and its tiles."""
    file.seek(0)
    start = file.read(_HEAD_BYTES)
    brands = start[8 : min(_big(start[0:4]), 128)]
    if not any(brands[at : at + 4] in _HEIC_BRANDS for at in range(0, len(brands), 4)):
        raise NotReady(NOT_A_PHOTO)
    claims = [(0, 0)]
    at = start.find(b"ispe")
    while at >= 0 and len(start) >= at + 16:
        claims.append((_big(start[at + 8 : at + 12]), _big(start[at + 12 : at + 16])))
        at = start.find(b"ispe", at + 4)
    return max(claims, key=lambda size: size[0] * size[1])


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


_READERS: tuple[tuple[bytes, int, Reader], ...] = (
    (b"\xff\xd8\xff", 0, _jpeg),
    (b"\x89PNG\r\n\x1a\n", 0, _png),
    (b"RIFF", 0, _webp),
    (b"ftyp", 4, _heic),
)
_FORMATS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP", b"ftyp": "HEIF"}
