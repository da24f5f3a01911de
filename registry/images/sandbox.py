"""Runs the decoding of one picture in a process of its own, under limits of pixels, memory and time."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.core.files.base import File

from . import limits

logger = logging.getLogger("ovop.images")

_DECODER = str(Path(__file__).with_name("decode.py"))
_SURROUNDINGS = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


class Refused(Exception):
    """The picture cannot be used; `reason` is a value of states.ImageRefusal."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Disturbed(Exception):
    """The process ended by no fault of the picture (the machine was short of time or memory): try again later."""


class Made(NamedTuple):
    """One size as made: its file, width and height in pixels."""

    data: bytes
    width: int
    height: int


def make_sizes(source: IO[bytes] | File[Any], kind: str) -> dict[str, Made]:
    """The sizes "l", "m", "s" of a picture of this format. Raises Refused for the picture, Disturbed for the machine."""
    with _folder_with(source) as folder:
        answer = _run(folder, kind)
        return {name: Made(Path(folder, f"{name}.webp").read_bytes(), *answer[name]) for name in limits.SIZES}


@contextmanager
def _folder_with(source: IO[bytes] | File[Any]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ovop-image-") as folder:
        with Path(folder, "received").open("wb") as copy:
            while chunk := source.read(256 * 1024):
                copy.write(chunk)
        yield folder


def _run(folder: str, kind: str) -> dict[str, list[int]]:
    said, trouble = Path(folder, "said"), Path(folder, "trouble")
    command = [sys.executable, "-I", _DECODER, str(Path(folder, "received")), kind, folder]
    with said.open("wb") as out, trouble.open("wb") as errors:
        try:
            # Fixed command; a session of its own, so that Ctrl-C in a terminal does not look like a bad picture.
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                env=_SURROUNDINGS,
                cwd=folder,
                timeout=limits.WALL_SECONDS,
                start_new_session=True,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise Disturbed("no answer in time") from error
    with said.open("rb") as out, trouble.open("rb") as errors:
        return _understood(code, out.read(4096), errors.read(400))


def _understood(code: int, said: bytes, trouble: bytes) -> dict[str, list[int]]:
    if code == -signal.SIGXCPU:
        raise Refused("time")
    if code == -signal.SIGKILL:
        raise Disturbed("killed")
    try:
        answer = json.loads(said)
    except ValueError:  # a decoder that crashed
        answer = {"refused": "broken"}
    if code != 0 or "refused" in answer:
        logger.info("picture refused", extra={"exit": code, "trouble": trouble.decode(errors="replace")})
        raise Refused(answer.get("refused", "broken"))
    return answer
