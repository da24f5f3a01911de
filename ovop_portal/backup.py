"""Database and media as one consistent set in one file, with a manifest of hashes and row counts. docs/operate.md tells how to use it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from .postgres import wheel_folder

DUMP = "database.dump"
MANIFEST = "manifest.json"
MEDIA = "media"
FORMAT = 1
AGE_SUFFIX = ".age"


class BackupError(Exception):
    """The backup or restore cannot go on; the text says what happened and what to do."""


def create(target: Path, *, recipient: str = "") -> Path:
    """Write one backup file into the folder `target`; with an age public key as `recipient` it is encrypted to it."""
    target.mkdir(parents=True, exist_ok=True)
    name = f"ovop-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar"
    # Beside the media where possible: hard links do not reach another disk.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target) as folder:
        stage = Path(folder)
        # Files before and after the snapshot: what the database names is in one of the two, even if it is deleted meanwhile.
        _link_media(stage)
        rows = _dump(stage / DUMP)
        _link_media(stage)
        manifest = _manifest(stage, rows)
        (stage / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
        packed = _pack(stage, stage / name)
        if recipient:
            packed = encrypt(packed, recipient)
        packed.chmod(0o600)
        return Path(shutil.move(packed, target / packed.name))


def media_is_local() -> bool:
    """Files in S3 are kept by the bucket's own versioning, not by this backup."""
    return str(settings.STORAGES["default"]["BACKEND"]).endswith("FileSystemStorage")


def _link_media(stage: Path) -> None:
    source = Path(settings.MEDIA_ROOT)
    if not media_is_local() or not source.exists():
        return
    for file in files_below(source):
        copy = stage / MEDIA / file.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(file, copy)


def _link_or_copy(file: Path, copy: Path) -> None:
    """A link where the disk allows it: a blob's bytes never change once written."""
    try:
        os.link(file, copy)
    except FileNotFoundError:
        return  # deleted this moment: nothing named it
    except OSError:
        shutil.copy2(file, copy)


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _dump(file: Path) -> dict[str, int]:
    """The dump and the row counts of the very same moment, by a shared snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows = row_counts()
        if not rows:
            raise BackupError("The database is empty; nothing was saved. On a server name the portal's settings first (docs/operate.md).")
        run_tool("pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}")
    return rows


def row_counts() -> dict[str, int]:
    """Rows in every table of the portal, in the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f"select count(*) from {connection.ops.quote_name(table)}")  # noqa: S608 - a name from the catalogue, quoted
            counts[table] = cursor.fetchone()[0]
    return counts


def sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _manifest(stage: Path, rows: dict[str, int]) -> dict[str, object]:
    hashes = {str(file.relative_to(stage)): sha256(file) for file in files_below(stage)}
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgresql": server_major(),
        "media": "files" if media_is_local() else "not included: kept in S3",
        "sha256": hashes,
        "rows": rows,
    }


def _pack(stage: Path, file: Path) -> Path:
    """The manifest first, so that a look into the file shows what it holds. Dump and photos are compressed already."""
    with tarfile.open(file, "w") as tar:
        tar.add(stage / MANIFEST, MANIFEST)
        tar.add(stage / DUMP, DUMP)
        if (stage / MEDIA).exists():
            tar.add(stage / MEDIA, MEDIA)
    return file


def encrypt(file: Path, recipient: str) -> Path:
    """The file in the age format, readable only with the private key; the plain one is removed."""
    import pyrage  # noqa: PLC0415 - only needed for encrypted backups

    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError("KEY is not an age public key; it begins with age1...") from error
    encrypted = file.with_name(file.name + AGE_SUFFIX)
    pyrage.encrypt_file(str(file), str(encrypted), [key])
    file.unlink()
    return encrypted


# -- PostgreSQL's own tools ---------------------------------------------------------------------------------------
def server_major() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]  # the PostgreSQL backend has it


def tool(name: str) -> Path:
    """The program of the server's own major version: from the wheel, from PATH, or where Debian keeps it."""
    wanted = server_major()
    on_path = shutil.which(name)
    places = [wheel_folder() / "bin" / name, *([Path(on_path)] if on_path else []), Path(f"/usr/lib/postgresql/{wanted}/bin") / name]
    for place in places:
        if place.exists() and _major_of(place) == wanted:
            return place
    raise BackupError(f"{name} of PostgreSQL {wanted} was not found. On Debian run: apt install postgresql-client-{wanted}")


def _major_of(program: Path) -> int:
    text = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", text)
    return int(found.group(1)) if found else 0


def run_tool(name: str, *arguments: str) -> None:
    answer = subprocess.run([tool(name), *arguments], env=connection_environment(), capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BackupError(f"{name} failed:\n{answer.stderr.strip()}")


def connection_environment() -> dict[str, str]:
    """How PostgreSQL's programs find the portal's database; the password goes by environment, never by command line."""
    parameters = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
    given = {variable: str(parameters[key]) for key, variable in names.items() if parameters.get(key)}
    database = str(parameters.get("dbname") or parameters.get("database"))
    return {**os.environ, **given, "PGDATABASE": database, "LC_ALL": "C.UTF-8"}
