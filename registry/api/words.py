"""What services refuse, in the words and codes of the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError as Invalid
from rest_framework.exceptions import APIException, PermissionDenied

from accounts.permissions import Refused
from common.api.errors import ConditionNeeded, Contradiction, Stale, Unprocessable, invalid, wrong
from registry.errors import Conflict, NotReady, Taken
from registry.services.delegated import EditedByPerson, StaleDraft
from registry.services.images import BrokenUpload


@contextmanager
def told() -> Iterator[None]:
    """Run services; what they raise becomes an answer of the API."""
    try:
        yield
    except (Refused, Conflict, NotReady, Invalid) as error:
        raise in_words(error) from error


def in_words(error: Exception) -> APIException:
    """The answer for what a service raised."""
    match error:
        case Refused():
            return PermissionDenied(str(error.reason))
        case EditedByPerson():
            return ConditionNeeded()
        case StaleDraft():
            return Stale()
        case Taken():
            return Contradiction(str(error.reason), "taken")
        case Conflict():
            return Contradiction(str(error.reason))
        case BrokenUpload():
            return wrong("file", error.reason, "broken_upload")
        case NotReady():
            return Unprocessable(str(error.reason), "not_ready")
        case Invalid():
            return invalid(error)
    raise TypeError(f"no words for {type(error).__name__}")
