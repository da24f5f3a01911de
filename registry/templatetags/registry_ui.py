"""Template tags of the registry: addresses of photos, and words of states that belong to it."""

from __future__ import annotations

from django import template

from registry import pictures

register = template.Library()


@register.simple_tag
def photo_url(image, size: str = "m", private: bool | None = None) -> str:
    """The address of one size of an image, a photo, a photo of a snapshot, or a hash."""
    return pictures.image_url(image, size, private=private)


@register.simple_tag
def photo_srcset(image, private: bool | None = None) -> str:
    """All sizes of an image for `srcset`."""
    return pictures.image_srcset(image, private=private)
