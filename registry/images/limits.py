"""What a picture may cost, and which sizes are made of it. Imported by the decoding process too, so it needs nothing else."""

from __future__ import annotations

from typing import NamedTuple

MAX_PIXELS = 50_000_000
# A request larger than this is refused before it is read.
MAX_REQUEST_BYTES = 32 * 1024 * 1024

# The decoding process: seconds of work, seconds on the clock, address space, and size of a file it may write.
CPU_SECONDS = 20
WALL_SECONDS = 60
MEMORY_BYTES = 800 * 1024 * 1024
FILE_BYTES = 4 * 1024 * 1024


class Size(NamedTuple):
    """A size made of each picture: longest side in pixels, and the most bytes its file may have."""

    side: int
    budget: int


# From the largest down: each is made of the one before it.
SIZES: dict[str, Size] = {"l": Size(1600, 150_000), "m": Size(800, 70_000), "s": Size(320, 25_000)}
QUALITIES = (80, 72, 64, 56, 48, 40, 30, 20)
