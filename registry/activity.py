"""What a person did with submissions, for the own profile."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.activity import Activity
from accounts.models import User

from .models import SubmissionEvent


def submission_acts(user: User, limit: int) -> Iterable[Activity]:
    """The newest steps this person took, newest first."""
    events = SubmissionEvent.objects.filter(actor=user).select_related("submission__product").order_by("-pk")[:limit]
    return [Activity(event.at, f"{event.words}: {event.submission.product}") for event in events]
