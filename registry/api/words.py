"""What services refuse, in the words and codes of the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError as Invalid
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.serializers import as_serializer_error

from accounts.permissions import Refused
from common.api.errors import ConditionNeeded, Contradiction, Stale, Unprocessable
from registry.errors import Conflict, NotReady
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
        case Conflict():
            return Contradiction(str(error.reason))
        case BrokenUpload():
            return ValidationError({"file": [str(error.reason)]}, code="broken_upload")
        case NotReady():
            return Unprocessable(str(error.reason), "not_ready")
        case Invalid():
            return ValidationError(as_serializer_error(error), code=getattr(error, "code", None) or "invalid")
    raise TypeError(f"no words for {type(error).__name__}")


@contextmanager
def told_of_version() -> Iterator[None]:
    """The same where a Conflict can only be another version than the one named by `If-Match`."""
    try:
        yield
    except EditedByPerson as error:
        raise ConditionNeeded from error
    except Conflict as error:
        raise Stale from error
