"""What a step of the workflow does besides changing the state. Each runs inside the transaction of the step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from . import calendar, catalogue, desks, notices, snapshot, steps
from .models import Product, Submission, SubmissionVersion, VersionImage
from .permissions import is_on_behalf
from .states import DECLARATION_VERSION, PUBLISH_PROMISE_DAYS, RETURN_DUE_DAYS, SubmissionState

if TYPE_CHECKING:
    from accounts.models import Mandate, User

    from .models import SubmissionEvent


@dataclass
class Act:
    """One step being taken: who, under which mandate, on what, with which words."""

    actor: User
    mandate: Mandate | None
    submission: Submission
    name: str
    comment: str
    detail: dict[str, Any]
    at: dt.datetime = field(default_factory=timezone.now)
    noted: dict[str, Any] = field(default_factory=dict)  # goes into the event
    event: SubmissionEvent | None = None

    @property
    def own_mandate(self) -> Mandate:
        """The mandate of a step only people take: whoever sends or checks does so under one."""
        if self.mandate is None:
            raise ValueError(f"{self.name} needs a mandate")
        return self.mandate


def nothing(act: Act) -> None:
    """A step that does nothing besides."""


def freeze_version(act: Act) -> None:
    """Freeze what is sent as a new version, answer the flags, and start the clock of the first desk."""
    submission = act.submission
    product = Product.objects.with_parts().get(pk=submission.product_id)
    content = snapshot.build(product)
    submission.current_version = SubmissionVersion.objects.create(
        submission=submission,
        number=submission.versions.count() + 1,
        snapshot=content,
        sha256=steps.digest(content),
        declaration_version=DECLARATION_VERSION,
        sent_by=act.actor,
        mandate=act.own_mandate,
        sent_at=act.at,
    )
    named = {photo.image_id for photo in product.photos.all()}
    VersionImage.objects.bulk_create(VersionImage(version=submission.current_version, image_id=pk) for pk in named)
    submission.flags.filter(sent_at__isnull=False, answered_at=None).update(answered_at=act.at)
    submission.on_behalf = is_on_behalf(act.mandate)
    act.noted["on_behalf"] = submission.on_behalf
    submission.submitted_by, submission.submitted_at = act.actor, act.at
    submission.verified_by = submission.published_by = None
    submission.return_due_on = None
    submission.objection = ""
    _start_first_clock(act)


def _start_first_clock(act: Act) -> None:
    rule = desks.rule_for(act.submission.product.producer)
    today = timezone.localdate(act.at)
    act.submission.desk_role, act.submission.desk_office = rule.role, rule.office
    act.submission.promised_on = calendar.add_working_days(today, rule.promise_days)
    act.submission.takeover_on = calendar.add_working_days(today, rule.takeover_days)
    act.submission.clock_started_at, act.submission.late_told_at = act.at, None


def leave_desk(act: Act) -> None:
    """Stop the clock: nobody has to check it any more."""
    submission = act.submission
    submission.clock_started_at = submission.promised_on = submission.takeover_on = submission.late_told_at = None


def to_publisher(act: Act) -> None:
    """Name the verifier and start the clock of the province."""
    submission = act.submission
    submission.verified_by = act.actor
    act.noted["takeover"] = act.own_mandate.role != submission.desk_role
    today = timezone.localdate(act.at)
    submission.clock_started_at, submission.late_told_at = act.at, None
    submission.promised_on = calendar.add_working_days(today, PUBLISH_PROMISE_DAYS)
    submission.takeover_on = None


def send_flags(act: Act) -> None:
    """Send the marks to the producer with a due day; passing it deletes nothing."""
    submission = act.submission
    noted = submission.flags.filter(version_id=submission.current_version_id, sent_at=None)
    act.noted["flags"] = list(noted.values_list("field", flat=True))
    noted.update(sent_at=act.at)
    submission.return_due_on = calendar.add_working_days(timezone.localdate(act.at), RETURN_DUE_DAYS)
    act.noted["due_on"] = submission.return_due_on.isoformat()
    submission.verified_by = None
    leave_desk(act)


def supersede_former(act: Act) -> None:
    """The version shown until now gives way, so that a product has one published submission at any moment."""
    submission = act.submission
    submission.published_by = act.actor
    leave_desk(act)
    former = Submission.objects.select_for_update().filter(product_id=submission.product_id, state=SubmissionState.PUBLISHED)
    former.update(state=SubmissionState.SUPERSEDED, changed_at=act.at)


def put_in_catalogue(act: Act) -> None:
    """Show the approved version to the public, tell the sender, and write the change log last."""
    tell_sender(act)
    catalogue.publish_version(version=act.submission.sent_version, at=act.at)


def tell_desk(act: Act) -> None:
    """A notice to the officers of the first desk."""
    notices.tell_officers_of_desk(act.submission)


def tell_publishers(act: Act) -> None:
    """A notice to the province, and to the sender that the first check is passed."""
    notices.tell_publishers(act.submission)
    tell_sender(act)


def tell_sender(act: Act) -> None:
    """A notice to everybody who holds the producer's unit."""
    notices.tell_producer(act.submission.product.producer, kind=act.name, product=act.submission.product)
