"""Pictures made for tests, kind ones and hostile ones; none is copied from anywhere."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import Any

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

pillow_heif.register_heif_opener()


def picture(format: str = "JPEG", size: tuple[int, int] = (400, 300), color: Any = "#336699", **options: Any) -> bytes:
    return saved(Image.new("RGB", size, color), format, **options)


def saved(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def noisy(size: tuple[int, int] = (2000, 1500)) -> bytes:
    """The worst a camera can deliver: every pixel different."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), quality=92)


def halves(size: tuple[int, int] = (200, 100)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image


def with_place() -> bytes:
    """A JPEG lying on its side, with the place where it was taken and the name of the phone."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    exif[0x010F] = "TELEPON-RAHASIA"
    exif.get_ifd(0x8825).update({1: "S", 2: (8.0, 47.0, 12.0), 3: "E", 4: (120.0, 58.0, 1.0)})
    return saved(halves(), exif=exif, quality=95)


def png_claiming(width: int, height: int) -> bytes:
    """A tiny PNG whose header claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(document.cookie)</script></html>"


def upload(data: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
