"""What happens when a desk is late: its head hears of it once. Taking over is a permission, see registry/permissions.py."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from registry import notices
from registry.models import Submission
from registry.workflow import record_event


def tell_lateness() -> int:
    """Tell the heads of office once of every submission beyond its promised day; returns how many were told of."""
    waiting = Submission.objects.late().filter(late_told_at=None).values_list("pk", flat=True)
    return sum(_tell_one(pk) for pk in list(waiting))


@transaction.atomic
def _tell_one(pk: int) -> bool:
    rows = Submission.objects.late().filter(late_told_at=None).select_related("product__producer")
    submission = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if submission is None:
        return False
    submission.late_told_at = timezone.now()
    submission.save(update_fields=["late_told_at"])
    notices.tell_heads_of_office(submission)
    record_event(submission=submission, actor=None, mandate=None, transition="late")
    return True
