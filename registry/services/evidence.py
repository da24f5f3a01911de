"""The photo of the sheet a head has signed, for what a companion or officer enters on the head's behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.permissions import Denied, require
from registry import permissions
from registry.errors import NotReady
from registry.models import Submission
from registry.services import images
from registry.workflow import locked, record_event

if TYPE_CHECKING:
    from accounts.models import User


def attach_evidence(*, actor: User, submission: Submission, upload: UploadedFile, sha256: str | None = None) -> Submission:
    """Attach or replace the signed sheet of an open submission that can still be written; the event names the actor.

    Raises Refused, NotReady once it has been sent, images.BrokenUpload when the hash is another.
    """
    require(permissions.may_write(actor, submission.product))
    receipt = images.receive(upload=upload, sha256=sha256)
    with transaction.atomic():
        fresh = locked(submission.pk)
        allowed = require(permissions.may_write(actor, fresh.product))
        writable = permissions.is_writable(fresh)
        if isinstance(writable, Denied):
            raise NotReady(writable.reason)
        fresh.evidence = images.claim(actor=actor, receipt=receipt)
        fresh.save(update_fields=["evidence"])
        detail = {"sha256": receipt.sha256, "on_behalf": allowed.mandate is not None and permissions.is_on_behalf(allowed.mandate)}
        record_event(submission=fresh, actor=actor, mandate=allowed.mandate, transition="evidence", detail=detail)
        return fresh
