"""How many photos a second one worker prepares: from bytes as received to three sizes, one closed process each."""

from __future__ import annotations

import io
import time

from PIL import Image, ImageFilter

from registry.images import headers, sandbox


def phone_photo(seed: int, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A 12-megapixel JPEG about as heavy as a phone's: soft shapes with some grain."""
    grain = Image.effect_noise((size[0] // 8, size[1] // 8), 60 + seed).resize(size).filter(ImageFilter.GaussianBlur(2))
    shade = Image.linear_gradient("L").resize(size).rotate(seed * 7)
    out = io.BytesIO()
    Image.merge("RGB", (grain, shade, Image.blend(grain, shade, 0.5))).save(out, "JPEG", quality=88)
    return out.getvalue()


def photos_per_second(count: int = 10) -> float:
    """Photos per second of one worker on phone pictures of 12 megapixels."""
    pictures = [io.BytesIO(phone_photo(seed)) for seed in range(count)]
    started = time.perf_counter()
    for picture in pictures:
        sandbox.make_sizes(picture, headers.inspect(picture, "foto.jpg").format)
    return count / (time.perf_counter() - started)
