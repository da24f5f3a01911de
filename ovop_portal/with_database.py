"""Runs a command with a database: the one DATABASE_URL names, the running portal's, or the embedded one just for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .postgres import EmbeddedPostgres, PostgresError, running_url
from .supervisor import DATA


def main(arguments: list[str]) -> int:
    """`--temporary` first: an empty database that is thrown away afterwards."""
    temporary = arguments[:1] == ["--temporary"]
    command = arguments[1:] if temporary else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ovop_portal.settings.dev")
    if not os.environ.get("DATABASE_URL") and not temporary:
        os.environ["DATABASE_URL"] = running_url(DATA)
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)
    try:
        return _on_embedded(command, temporary)
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _on_embedded(command: list[str], temporary: bool) -> int:
    with throwaway() if temporary else kept() as url:
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})


@contextlib.contextmanager
def kept() -> Iterator[str]:
    """The portal's own database, running as long as the block."""
    server = EmbeddedPostgres(DATA).start()
    try:
        yield server.url()
    finally:
        server.stop()


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """An empty database that exists as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="ovop-test-"))
    folder.chmod(0o711)  # the server's own user passes through
    server = EmbeddedPostgres(folder / "postgres", throwaway=True)
    try:
        yield server.start().url()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
