"""Guards of the workflow: each answers Allowed or Denied for one submission, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied

from . import completeness, permissions, snapshot
from .models import Product
from .states import MAX_PHOTOS, ImageState

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Submission

Guard = Callable[["User", "Submission", dict], Answer]


def is_complete(user: User, submission: Submission, detail: dict) -> Answer:
    """Everything sending asks for is there."""
    missing = completeness.of_product(_loaded(submission)).missing
    if missing:
        words = ", ".join(str(need.words) for need in missing)
        return Denied(_("Still missing: %(parts)s.") % {"parts": words})
    return Allowed()


def photos_fit(user: User, submission: Submission, detail: dict) -> Answer:
    """Between one and eight photos, none of them refused."""
    photos = _loaded(submission).photos.all()
    if any(photo.image.state == ImageState.REFUSED for photo in photos):
        return Denied(_("One photo could not be read. Remove it or choose another one."))
    if len(photos) > MAX_PHOTOS:
        return Denied(_("There are more than %(limit)s photos.") % {"limit": MAX_PHOTOS})
    return Allowed()


def photos_ready(user: User, submission: Submission, detail: dict) -> Answer:
    """Every photo of the version sent is prepared."""
    from .models import StoredImage  # noqa: PLC0415 - only this guard asks the images

    sent = [photo["sha256"] for photo in submission.sent_version.snapshot["photos"]]
    ready = StoredImage.objects.filter(sha256__in=sent, state=ImageState.READY).count()
    if ready < len(set(sent)):
        return Denied(_("A photo is still being prepared. Try again in a minute."))
    return Allowed()


def declaration_accepted(user: User, submission: Submission, detail: dict) -> Answer:
    """The sender has accepted the declaration of today's version."""
    if detail.get("declaration") is not True:
        return Denied(_("Tick the declaration before you send."))
    return Allowed()


def flags_answered(user: User, submission: Submission, detail: dict) -> Answer:
    """Every part sent back was changed or answered in words."""
    unanswered = open_flags(submission)
    if unanswered:
        return Denied(_("%(count)s parts that were sent back are not yet changed or answered.") % {"count": len(unanswered)})
    return Allowed()


def has_reason(user: User, submission: Submission, detail: dict) -> Answer:
    """The decision carries words for the sender."""
    return Allowed() if detail.get("comment", "").strip() else Denied(_("Write the reason in words the sender understands."))


def has_flag_or_comment(user: User, submission: Submission, detail: dict) -> Answer:
    """A return says at least one thing that has to be mended."""
    noted = submission.flags.filter(version_id=submission.current_version_id, sent_at=None).exists()
    if noted or detail.get("comment", "").strip():
        return Allowed()
    return Denied(_("Mark at least one part, or write what has to be mended."))


def nothing_flagged(user: User, submission: Submission, detail: dict) -> Answer:
    """A version is not accepted while parts of it are marked."""
    if submission.flags.filter(version_id=submission.current_version_id, sent_at=None).exists():
        return Denied(_("Parts are still marked. Remove the marks or send it back."))
    return Allowed()


def no_objection(user: User, submission: Submission, detail: dict) -> Answer:
    """The head has not objected to what was entered on the head's behalf."""
    if submission.objection:
        return Denied(_("The head objects to what was entered on the head's behalf. Send it back with a note."))
    return Allowed()


def place_is_exact(user: User, submission: Submission, detail: dict) -> Answer:
    """A producer is published at its most exact place: a village for OVOP, at least a district for the others."""
    producer = submission.product.producer
    depth = producer.region_id.count(".")
    if depth >= (3 if producer.pillar == "ovop" else 2) or producer.is_demo:
        return Allowed()
    return Denied(_("The place of the producer is not exact enough. Complete it first."))


def is_claimed(user: User, submission: Submission, detail: dict) -> Answer:
    """The decider has said "I am checking it"."""
    return permissions.holds_claim(user, submission)


def is_unclaimed(user: User, submission: Submission, detail: dict) -> Answer:
    """Nobody is checking it right now."""
    busy = submission.claimed_until is not None and submission.claimed_until > timezone.now()
    return Denied(_("An officer is checking it right now, so it cannot be taken back.")) if busy else Allowed()


def open_flags(submission: Submission) -> list:
    """Flags sent back that are neither answered in words nor changed since."""
    sent = list(submission.flags.filter(sent_at__isnull=False, answered_at=None).select_related("version"))
    if not sent:
        return []
    now = dict(snapshot.visible_fields(snapshot.build(_loaded(submission))))
    return [flag for flag in sent if not flag.reply.strip() and now.get(flag.field) == flagged_value(flag)]


def flagged_value(flag):
    """The value of a flagged field in the version it was flagged in."""
    return dict(snapshot.visible_fields(flag.version.snapshot)).get(flag.field)


def _loaded(submission: Submission) -> Product:
    return Product.objects.with_parts().get(pk=submission.product_id)
