"""Addresses of images. A published image has one public address per size, good for ever; others ask the scope each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from .images.limits import SIZES

if TYPE_CHECKING:
    from .models import ProductPhoto, StoredImage


def image_url(image: StoredImage | ProductPhoto | dict[str, Any] | str, size: str = "m", *, private: bool | None = None) -> str:
    """The address of one size ("s", "m", "l") of an image, a photo, a photo of a snapshot, or a bare hash.

    Unless told, a row is private until it is published; a snapshot or hash is public, as in catalogue entries. Pages
    that show what is not published (a version on a desk) say `private=True`.
    """
    row: Any = getattr(image, "image", image)
    sha256 = row if isinstance(row, str) else row["sha256"] if isinstance(row, dict) else row.sha256
    if private is None:
        private = not isinstance(row, dict | str) and row.published_at is None
    return reverse("image_private" if private else "photo", args=[sha256, size])


def image_srcset(image: StoredImage | ProductPhoto | dict[str, Any] | str, *, private: bool | None = None) -> str:
    """All sizes for `srcset`; the widths are the most a size can have."""
    return ", ".join(f"{image_url(image, size, private=private)} {SIZES[size].side}w" for size in ("s", "m", "l"))
