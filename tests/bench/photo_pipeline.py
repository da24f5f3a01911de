"""Photos: from bytes as received to three sizes in a closed process each, beside the same work by Pillow without any guard."""

from __future__ import annotations

import io

from PIL import Image, ImageFilter, ImageOps

from registry.images import headers, sandbox
from registry.images.limits import QUALITIES, SIZES

from .measure import Report, interleaved, ms, times

PICTURES = 10


def phone_photo(seed: int, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A 12-megapixel JPEG about as heavy as a phone's: soft shapes with some grain."""
    grain = Image.effect_noise((size[0] // 8, size[1] // 8), 60 + seed).resize(size).filter(ImageFilter.GaussianBlur(2))
    shade = Image.linear_gradient("L").resize(size).rotate(seed * 7)
    out = io.BytesIO()
    Image.merge("RGB", (grain, shade, Image.blend(grain, shade, 0.5))).save(out, "JPEG", quality=88)
    return out.getvalue()


def prepared(data: bytes) -> None:
    """As the worker does it: header, process of its own, limits, budgets of bytes."""
    picture = io.BytesIO(data)
    sandbox.make_sizes(picture, headers.inspect(picture, "foto.jpg").format)


def plainly(data: bytes) -> None:
    """Decoded, turned and encoded to the same three sizes in this process, at the first quality, whatever it weighs."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    for size in SIZES.values():
        picture.thumbnail((size.side, size.side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture.save(io.BytesIO(), "WEBP", quality=QUALITIES[0], method=3)


def measure(report: Report, rounds: int) -> None:
    pictures = [phone_photo(seed) for seed in range(PICTURES)]
    turn = {"photo pipeline": 0, "plain Pillow": 0}

    def following(name: str) -> bytes:
        turn[name] += 1
        return pictures[turn[name] % PICTURES]

    cases = {
        "photo pipeline": lambda: prepared(following("photo pipeline")),
        "plain Pillow": lambda: plainly(following("plain Pillow")),
    }
    samples = interleaved(cases, max(rounds, PICTURES), warm_up=1)
    plain = samples["plain Pillow"]
    rows = [
        (name, f"{1 / sample.median:.1f}", ms(sample.median), ms(sample.p95), times(sample.over(plain))) for name, sample in samples.items()
    ]
    title = "Photos of 12 megapixels to three WebP sizes, one worker"
    report.table(title, ("way", "photos a second", "median ms", "p95 ms", "of plain Pillow"), rows)
