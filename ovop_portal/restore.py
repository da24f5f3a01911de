"""Brings a backup back: everything is checked first, then the database in one transaction, then the files by a rename."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from .backup import AGE_SUFFIX, DUMP, FORMAT, MANIFEST, MEDIA, BackupError, files_below, media_is_local, row_counts, run_tool, sha256

Manifest = dict


def restore(file: Path, *, force: bool = False, identity: Path | None = None) -> Manifest:
    """Put the backup `file` into an empty database and an empty media folder; `force` replaces what is there."""
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    with _unpacked(file, identity) as stage:
        manifest = verify(stage)
        _check_target(force)
        _restore_database(stage)
        _restore_media(stage)
        differing = {name: rows for name, rows in row_counts().items() if manifest["rows"].get(name) != rows}
        if differing:
            raise BackupError(f"Restored, but these tables differ from the manifest: {differing}")
    return manifest


@contextmanager
def _unpacked(file: Path, identity: Path | None) -> Iterator[Path]:
    beside = Path(settings.MEDIA_ROOT).parent
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as folder:
        if file.name.endswith(AGE_SUFFIX):
            file = _decrypted(file, identity, Path(folder) / "plain.tar")
        stage = Path(folder) / "stage"
        try:
            _extract(file, stage)
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(f"{file} is not a complete backup file. Nothing was changed.") from error
        yield stage


def _extract(file: Path, stage: Path) -> None:
    """Plain files below `stage` only; Debian 12's Python has no extraction filter yet."""
    with tarfile.open(file) as tar:
        for member in tar:
            target = stage / member.name
            inside = ".." not in target.parts and not Path(member.name).is_absolute()
            source = tar.extractfile(member) if member.isreg() and inside else None
            if source is None and not member.isdir():
                raise BackupError(f"The backup holds something that is not a plain file: {member.name}. Nothing was changed.")
            if source is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                if target.stat().st_size != member.size:
                    raise tarfile.ReadError("cut short")


def _decrypted(file: Path, identity: Path | None, target: Path) -> Path:
    import pyrage  # noqa: PLC0415 - only needed for encrypted backups

    if identity is None:
        raise BackupError("This backup is encrypted. Name the file of the private key: make restore FILE=... KEY=<key file>")
    lines = [line for line in identity.read_text().split() if line.startswith("AGE-SECRET-KEY-")]
    try:
        pyrage.decrypt_file(str(file), str(target), [pyrage.x25519.Identity.from_str(line) for line in lines])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise BackupError("The key does not open this backup. Nothing was changed.") from error
    return target


def verify(stage: Path) -> Manifest:
    """The manifest, after every file in it was found with its hash and no other file was found."""
    try:
        manifest = json.loads((stage / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError("The backup has no readable manifest. Nothing was changed.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"The backup has format {manifest.get('format')}; this portal reads {FORMAT}. Nothing was changed.")
    found = {str(path.relative_to(stage)): sha256(path) for path in files_below(stage) if path != stage / MANIFEST}
    wrong = sorted(name for name in found.keys() | manifest["sha256"].keys() if found.get(name) != manifest["sha256"].get(name))
    if wrong or DUMP not in found:
        raise BackupError(f"{len(wrong)} files of the backup are damaged, missing or added, among them {wrong[:3]}. Nothing was changed.")
    return manifest


def _check_target(force: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise BackupError("The portal is in use. Stop it (Ctrl-C in its window), then restore. Nothing was changed.")
    if force:
        return
    if row_counts():
        raise BackupError("The database is not empty. To replace it: make restore FILE=... FORCE=1   Nothing was changed.")
    media = Path(settings.MEDIA_ROOT)
    if media_is_local() and media.exists() and any(files_below(media)):
        raise BackupError(f"{media} is not empty. To replace it: make restore FILE=... FORCE=1   Nothing was changed.")


def _restore_database(stage: Path) -> None:
    """All or nothing: what was there is dropped in the same transaction that brings the backup."""
    script = stage.parent / "restore.sql"
    run_tool("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(stage / DUMP))
    first = stage.parent / "first.sql"
    first.write_text("drop schema public cascade;\ncreate schema public;\n")
    connection.close()
    run_tool("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", str(first), "-f", str(script))


def _restore_media(stage: Path) -> None:
    """The former files are kept beside as media.before-<time>."""
    if not (stage / MEDIA).exists() or not media_is_local():
        return
    media = Path(settings.MEDIA_ROOT)
    if media.exists():
        os.rename(media, media.with_name(f"{media.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}"))
    shutil.move(stage / MEDIA, media)
