"""The whole published catalogue as files, made by a worker when the catalogue has changed.

One pass over the catalogue writes all formats, batch by batch in the order of codes, so memory does not grow with it. The
number of the last change is read before the first row: what changes meanwhile is in the file or follows in `/changes?after=`
that number. Contact persons stay out: a file that was fetched cannot follow a consent that is taken back.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation

from common.site import site

from . import representation
from .dataset_files import WRITERS, About, Writer
from .models import CatalogueEntry, DatasetFile
from .queries.representations import newest_change
from .states import DatasetFormat

FOLDER = "datasets"
BATCH = 500
# Raise it whenever what is written of unchanged rows changes.
FORM = 1
# A file of no row that is younger may belong to a worker that still makes it.
_ABANDONED = timedelta(hours=6)


@dataclass(frozen=True)
class _Draft:
    """A file that is written and not yet kept."""

    format: DatasetFormat
    file: IO[bytes]
    writer: Writer


def make() -> bool:
    """Make all files where the catalogue, the form or the portal's address has changed, or one is lost; whether they were made."""
    as_of, _at = newest_change()
    _clear_abandoned()
    if _stands(as_of):
        return False
    representation.renew_all()
    with ExitStack() as stack, translation.override("id"):
        about = About(as_of, timezone.now(), site())
        drafts = [_begin(one, stack, about) for one in DatasetFormat]
        for told, price in rows():
            for draft in drafts:
                draft.writer.add(told, price)
        _keep(drafts, about)
    return True


def made_by() -> str:
    """What the content depends on besides the catalogue."""
    return f"{representation.FORM}.{FORM} {site()}"[:200]


def _stands(as_of: int) -> bool:
    """Whether all files hold this state and lie whole in the storage."""
    files = DatasetFile.objects.filter(as_of=as_of, made_by=made_by())
    return sum(is_whole(file) for file in files) == len(DatasetFormat)


def is_whole(file: DatasetFile) -> bool:
    """Whether the storage holds the file with all its bytes."""
    try:
        return default_storage.size(file.name) == file.bytes
    except FileNotFoundError:
        return False


def _begin(format: DatasetFormat, stack: ExitStack, about: About) -> _Draft:
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    writer = WRITERS[format](file, about)
    stack.callback(writer.abandon)
    return _Draft(format, file, writer)


def rows() -> Iterator[tuple[dict[str, Any], int | None]]:
    """Every published product without its contact person, and its lowest price; read in batches by the code of the last."""
    after = ""
    while batch := _batch(after):
        for _code, price, text in batch:
            told = representation.read(text)
            del told["contact"]
            yield told, price
        after = batch[-1][0]


def _batch(after: str) -> list[tuple[str, int | None, str]]:
    found = CatalogueEntry.objects.published().filter(code__gt=after).order_by("code")
    return list(found.values_list("code", "price_from", "representation__text_id")[:BATCH])


def _keep(drafts: list[_Draft], about: About) -> None:
    """Put the files into the storage, then name them in one transaction; the older ones go after it."""
    made = [_stored(draft, about) for draft in drafts]
    with transaction.atomic():
        former = set(DatasetFile.objects.select_for_update().values_list("name", flat=True))
        for file in made:
            file.save()
        transaction.on_commit(_deletion(former - {file.name for file in made}))


def _deletion(names: set[str]) -> Callable[[], None]:
    def delete() -> None:
        for name in names:
            default_storage.delete(name)

    return delete


def _stored(draft: _Draft, about: About) -> DatasetFile:
    draft.writer.end()
    size = draft.file.seek(0, 2)
    draft.file.seek(0)
    sha256 = hashlib.file_digest(draft.file, "sha256").hexdigest()  # type: ignore[arg-type]  # a file of the system
    draft.file.seek(0)
    name = default_storage.save(f"{FOLDER}/catalogue-{about.as_of}-{sha256[:12]}.{draft.format}", File(draft.file))
    values = {"rows": draft.writer.rows, "bytes": size, "sha256": sha256, "as_of": about.as_of}
    return DatasetFile(format=draft.format, name=name, made_by=made_by(), made_at=about.made_at, **values)


def _clear_abandoned() -> None:
    """Delete what a worker left that died while it made files."""
    known = set(DatasetFile.objects.values_list("name", flat=True))
    try:
        names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    except FileNotFoundError:
        return
    for name in names - known:
        if default_storage.get_modified_time(name) < timezone.now() - _ABANDONED:
            default_storage.delete(name)


def opened(format: str) -> tuple[DatasetFile, File] | None:
    """The file of a format and its bytes; asked once more when a newer one took its place just then."""
    for _attempt in range(2):
        file = DatasetFile.objects.filter(format=format).first()
        if file is None:
            return None
        try:
            return file, default_storage.open(file.name)
        except FileNotFoundError:
            continue
    return None
