"""One step for many submissions: each in its own transaction, each with its own result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import Promise

from accounts.permissions import Refused
from registry import workflow
from registry.errors import RegistryError
from registry.models import Submission

from . import checks

if TYPE_CHECKING:
    from accounts.models import User

MAX_AT_ONCE = 100
BULK_STEPS = ("verify", "publish")


@dataclass(frozen=True)
class BulkResult:
    """What became of one submission: done, or the reason why not."""

    submission: Submission
    done: bool
    reason: str | Promise = ""


def decide_many(*, actor: User, picked: Iterable[tuple[Submission, int]], name: str) -> list[BulkResult]:
    """Claim and take one step (verify or publish) for up to 100 submissions, each on the version the actor saw.

    One that cannot be done leaves no trace, not even a claim, and does not hold up the others.
    """
    if name not in BULK_STEPS:
        raise ValueError(f"{name} is not done in bulk")
    return [_decide_one(actor, submission, expected, name) for submission, expected in list(picked)[:MAX_AT_ONCE]]


def _decide_one(actor: User, submission: Submission, expected: int, name: str) -> BulkResult:
    try:
        with transaction.atomic():
            checks.claim(actor=actor, submission=submission)
            done = workflow.apply(actor=actor, submission=submission, name=name, expected=expected)
    except (Refused, RegistryError) as error:
        return BulkResult(submission, False, error.reason)
    return BulkResult(done, True)
