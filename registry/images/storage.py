"""Where the files of images lie: the storage `images` of the settings (a folder, or S3), under names made of hashes.

`private/received/<aa>/<sha256>` holds the bytes as received until the sizes are made; `images/<aa>/<sha256>-<size>.webp`
the sizes. `<sha256>` is that of the bytes received, so no two images share a file and either can be deleted alone.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

RECEIVED = "private/received"
SIZES = "images"


class DurableFileStorage(FileSystemStorage):
    """A folder whose files are on the disk and whole once `save` returns; saving the same name again replaces it."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        try:
            with open(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
                os.fchmod(out.fileno(), self.file_permissions_mode or 0o644)
            os.replace(draft, target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def images() -> Storage:
    """The storage of images as the settings name it."""
    return storages["images"]


def received_name(sha256: str) -> str:
    return f"{RECEIVED}/{sha256[:2]}/{sha256}"


def size_name(sha256: str, size: str) -> str:
    return f"{SIZES}/{sha256[:2]}/{sha256}-{size}.webp"


def keep_received(sha256: str, file: IO[bytes] | File[Any]) -> None:
    """Keep the bytes as received; they are safe when this returns."""
    file.seek(0)
    images().save(received_name(sha256), file if isinstance(file, File) else File(file))


def open_received(sha256: str) -> File[Any] | None:
    """The bytes as received; None once they are gone."""
    try:
        return images().open(received_name(sha256))
    except FileNotFoundError:
        return None


def drop_received(sha256: str) -> None:
    images().delete(received_name(sha256))


def keep_size(sha256: str, size: str, data: bytes) -> None:
    images().save(size_name(sha256, size), ContentFile(data))


def drop_sizes(sha256: str, sizes: list[str]) -> None:
    for size in sizes:
        images().delete(size_name(sha256, size))


def received_hashes() -> Iterator[str]:
    """The hashes of everything received that still lies there."""
    storage = images()
    for folder in _folders(storage):
        yield from (name for name in storage.listdir(f"{RECEIVED}/{folder}")[1] if len(name) == 64)


def _folders(storage: Storage) -> list[str]:
    try:
        return storage.listdir(RECEIVED)[0]
    except FileNotFoundError:
        return []


def received_at(sha256: str) -> dt.datetime:
    """When the bytes were last received."""
    return images().get_modified_time(received_name(sha256))
