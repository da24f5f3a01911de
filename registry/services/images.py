"""Taking images in, preparing their sizes, and clearing away what nobody names. The only writer of `StoredImage`.

Order of safety: the bytes lie on the disk before the row is committed, and the row is committed before a worker hears
of it. Preparing may run twice; a worker that dies is followed by another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tasks import enqueue
from registry.errors import NotReady
from registry.images import headers, sandbox, storage
from registry.models import Permit, ProductPhoto, StoredImage, Submission, VersionImage
from registry.states import MAX_PHOTO_BYTES, ImageRefusal, ImageState

if TYPE_CHECKING:
    from accounts.models import User

PREPARE = "registry.jobs.prepare_image"
# How long an image may wait before it is asked for again, and before it is given up.
STALE = dt.timedelta(minutes=5)
HOPELESS = dt.timedelta(days=1)
UNUSED_FOR = dt.timedelta(days=30)


class BrokenUpload(NotReady):
    """The bytes that arrived are not those that were sent; sending again helps."""


@dataclass(frozen=True)
class Receipt:
    """Bytes that have arrived whole and lie in the private store, not yet named by any row."""

    sha256: str
    size: int


def receive(*, upload: UploadedFile, sha256: str | None = None) -> Receipt:
    """Check an upload by its header, confirm its SHA-256 and keep its bytes. Call before the transaction that names it.

    Raises NotReady in plain words for what is no fit photo, BrokenUpload when the hash is not the sender's.
    """
    if not upload.size:
        raise BrokenUpload(_("The photo did not arrive. Send it again."))
    if upload.size > MAX_PHOTO_BYTES:
        raise NotReady(_("The photo is larger than %(limit)s MB. Choose a smaller one.") % {"limit": MAX_PHOTO_BYTES // 1024**2})
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    found = digest.hexdigest()
    if sha256 and sha256.lower() != found:
        raise BrokenUpload(_("The photo did not arrive whole. Send it again."))
    headers.inspect(upload, upload.name or "")
    if not StoredImage.objects.filter(sha256=found, state=ImageState.READY).exists():
        storage.keep_received(found, upload)
    return Receipt(found, upload.size)


def claim(*, actor: User, receipt: Receipt) -> StoredImage:
    """The one row of these bytes, locked, its preparation asked for; runs inside the caller's transaction."""
    while True:
        fresh = StoredImage(sha256=receipt.sha256, received_bytes=receipt.size, uploaded_by=actor)
        StoredImage.objects.bulk_create([fresh], ignore_conflicts=True)
        image = StoredImage.objects.select_for_update().filter(sha256=receipt.sha256).first()
        if image is not None:  # else the clearing-up took it away in between
            break
    if image.state == ImageState.REFUSED:
        image.state, image.refusal = ImageState.WAITING, ""
        image.created_at = timezone.now()
        image.save(update_fields=["state", "refusal", "created_at"])
    if image.state == ImageState.WAITING:
        enqueue(PREPARE, image.pk, key=str(image.pk))
    return image


def prepare(*, image_id: int) -> StoredImage | None:
    """Make the sizes of a waiting image; one already ready or refused stays as it is. Raises Disturbed to be tried again."""
    image = StoredImage.objects.filter(pk=image_id, state=ImageState.WAITING).first()
    if image is None:
        return None
    try:
        made = _made(image.sha256)
    except sandbox.Refused as refusal:
        return _finish(image, state=ImageState.REFUSED, refusal=refusal.reason)
    for name, size in made.items():
        storage.keep_size(image.sha256, name, size.data)
    done = _finish(image, state=ImageState.READY, sizes={name: _facts(size) for name, size in made.items()})
    storage.drop_received(image.sha256)
    return done


def _made(sha256: str) -> dict[str, sandbox.Made]:
    source = storage.open_received(sha256)
    if source is None:
        raise sandbox.Refused(ImageRefusal.LOST)
    with source:
        try:
            header = headers.inspect(source, "")
        except NotReady as error:
            raise sandbox.Refused(ImageRefusal.BROKEN) from error
        return sandbox.make_sizes(source, header.format)


def _facts(size: sandbox.Made) -> dict[str, object]:
    return {"sha256": hashlib.sha256(size.data).hexdigest(), "bytes": len(size.data), "width": size.width, "height": size.height}


@transaction.atomic
def _finish(image: StoredImage, *, state: ImageState, **values: object) -> StoredImage:
    """Write the outcome unless another worker was first."""
    fresh = StoredImage.objects.select_for_update().get(pk=image.pk)
    if fresh.state == ImageState.WAITING:
        fresh.state = state
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.full_clean()
        fresh.save()
    return fresh


def follow_up(now: dt.datetime | None = None) -> int:
    """Ask again for images that have waited too long, give up those waiting a whole day; returns how many were asked for."""
    now = now or timezone.now()
    waiting = StoredImage.objects.filter(state=ImageState.WAITING)
    for image in waiting.filter(created_at__lt=now - HOPELESS):
        _finish(image, state=ImageState.REFUSED, refusal=ImageRefusal.TIME)
    late = waiting.filter(created_at__lt=now - STALE).values_list("pk", flat=True)
    return sum(enqueue(PREPARE, pk, key=str(pk)) is not None for pk in late)


# Who names an image, by model and field; upper apps add theirs.
_USERS: list[tuple[type[Model], str]] = [(ProductPhoto, "image"), (Permit, "scan"), (Submission, "evidence"), (VersionImage, "image")]


def register_image_user(model: type[Model], field: str) -> None:
    """Keep the images that rows of an upper app name from being cleared away; call it in `ready()`."""
    if (model, field) not in _USERS:
        _USERS.append((model, field))


def unnamed() -> QuerySet[StoredImage]:
    """Images no photo, permit, signed sheet, sent version or row of an upper app names."""
    rows = StoredImage.objects.filter(published_at=None)
    for model, field in _USERS:
        rows = rows.exclude(Exists(model._default_manager.filter(**{field: OuterRef("pk")})))
    return rows


def clear_unused(now: dt.datetime | None = None) -> int:
    """Delete images that nobody has named for 30 days, with their files; returns how many."""
    now = now or timezone.now()
    old = list(unnamed().filter(created_at__lt=now - UNUSED_FOR).values_list("pk", flat=True))
    return sum(_clear(pk) for pk in old)


@transaction.atomic
def _clear(pk: int) -> bool:
    # Under the lock that naming an image takes too, and asked again: somebody may have sent the same bytes meanwhile.
    image = StoredImage.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if image is None or not unnamed().filter(pk=pk).exists():
        return False
    image.delete()
    storage.drop_sizes(image.sha256, list(image.sizes))
    storage.drop_received(image.sha256)
    return True


def clear_received(now: dt.datetime | None = None) -> int:
    """Delete bytes as received that no waiting image needs any more and that are older than a day; returns how many."""
    before = (now or timezone.now()) - HOPELESS
    gone = 0
    for sha256 in storage.received_hashes():
        if storage.received_at(sha256) < before and not StoredImage.objects.filter(sha256=sha256, state=ImageState.WAITING).exists():
            storage.drop_received(sha256)
            gone += 1
    return gone
