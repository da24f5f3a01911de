"""The closed process: decodes one picture and writes its three sizes. Started by sandbox.py, never imported by the portal.

Arguments: the picture, its format, the folder to write to. Says on its output, in JSON, the pixels of each size, or
{"refused": reason}. Its limits are set before any image library is loaded.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

# By its place, not as part of the portal: this process loads no Django.
sys.path.insert(0, str(Path(__file__).resolve().parent))
import limits

if TYPE_CHECKING:
    from PIL import Image as PillowImage

    Picture = PillowImage.Image

_PR_SET_PDEATHSIG = 1


def close_in() -> None:
    """End with the worker that started it, and never take more than was allowed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.FILE_BYTES, limits.FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def refuse(reason: str) -> NoReturn:
    print(json.dumps({"refused": reason}), flush=True)
    # At once: tidying up after a failed decoder is where surprises live.
    os._exit(0)


def opened(source: str, kind: str) -> Picture:
    from PIL import Image  # noqa: PLC0415 - after the limits are set

    load_reader(kind)
    Image.MAX_IMAGE_PIXELS = None  # counted here, with a plain answer
    picture = Image.open(source, formats=[kind])
    if picture.width * picture.height > limits.MAX_PIXELS:
        refuse("pixels")
    return picture


def load_reader(kind: str) -> None:
    """Only the reader of this format, not the forty others."""
    if kind == "HEIF":
        import pillow_heif  # noqa: PLC0415 - after the limits are set

        pillow_heif.register_heif_opener(thumbnails=False)
    elif kind == "WEBP":
        from PIL import WebPImagePlugin  # noqa: F401, PLC0415 - after the limits are set; importing it registers it


def reduced(picture: Picture, side: int) -> Picture:
    """Decoded and made smaller before anything else is done to it, turned the way it was taken."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - after the limits are set

    picture.draft("RGB", (side, side))
    if picture.mode in ("P", "1", "PA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    profile = picture.info.get("icc_profile")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    # A damaged note about the way up: shown as stored.
    with suppress(ValueError, OSError, SyntaxError, TypeError, KeyError, OverflowError):
        ImageOps.exif_transpose(picture, in_place=True)
    return plain(picture, profile)


def plain(picture: Picture, profile: bytes | None) -> Picture:
    """In sRGB on white, with nothing left of what came with it."""
    from PIL import Image  # noqa: PLC0415 - after the limits are set

    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        picture = Image.new("RGBA", layered.size, "white")
        picture.alpha_composite(layered)
        picture = picture.convert("RGB")
    picture = in_srgb(picture, profile)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def in_srgb(picture: Picture, profile: bytes | None) -> Picture:
    from PIL import ImageCms  # noqa: PLC0415 - after the limits are set

    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or picture
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a damaged or foreign profile: the colours as stored
    return picture.convert("RGB")


def encoded(picture: Picture, budget: int) -> tuple[bytes, Picture]:
    """A WebP file within the budget: quality goes down first, then pixels."""
    while True:
        found = _best(picture, budget)
        if found is not None:
            quality, quick = found
            careful = _webp(picture, quality, CAREFUL)
            return careful if len(careful) <= budget else quick, picture
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))


# Efforts of the encoder: the quick one finds the quality in a third of the time, at nearly the same weight.
QUICK, CAREFUL = 1, 4


def _best(picture: Picture, budget: int) -> tuple[int, bytes] | None:
    """The highest quality that fits, and its file made quickly; None when even the lowest does not."""
    best, low, high = None, 0, len(limits.QUALITIES) - 1
    middle = 0  # the highest fits most pictures
    while low <= high:
        data = _webp(picture, limits.QUALITIES[middle], QUICK)
        if len(data) <= budget:
            best, high = (limits.QUALITIES[middle], data), middle - 1
        else:
            low = middle + 1
        middle = (low + high) // 2
    return best


def _webp(picture: Picture, quality: int, effort: int) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=quality, method=effort)
    return out.getvalue()


def make(source: str, kind: str, folder: str) -> dict[str, list[int]]:
    """Write l.webp, m.webp and s.webp into the folder; width and height of each."""
    made = {}
    picture = reduced(opened(source, kind), limits.SIZES["l"].side)
    for name, size in limits.SIZES.items():
        picture.thumbnail((size.side, size.side))
        data, picture = encoded(picture, size.budget)
        Path(folder, f"{name}.webp").write_bytes(data)
        made[name] = [picture.width, picture.height]
    return made


def main() -> None:
    close_in()
    try:
        print(json.dumps(make(*sys.argv[1:4])), flush=True)
    except MemoryError:
        refuse("memory")
    except Exception as error:  # whatever a decoder meets in hostile bytes is one answer: it cannot be read
        print(type(error).__name__, str(error)[:300], file=sys.stderr)
        refuse("memory" if "alloc" in str(error).lower() else "broken")


if __name__ == "__main__":
    main()
