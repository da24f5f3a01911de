"""The one shape of every error: `{type, errors[{code, detail, attr}], request_id}`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as Invalid
from django.db import InterfaceError, OperationalError
from django.http import UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.fields import get_error_detail

from common.errors import RETRY_AFTER_SECONDS, database_is_away
from common.middleware import request_id_var


class ApiError(APIException):
    """A refusal with a code of its own; `wait` (seconds) becomes `Retry-After`."""

    wait: int | None = None


class Contradiction(ApiError):
    status_code = 409
    default_code = "conflict"
    default_detail = _("This does not fit what stands there now. Read it again.")


class Stale(ApiError):
    status_code = 412
    default_code = "stale"
    default_detail = _("It changed since you read it. Read it again, and send the change with the new ETag.")


class Unprocessable(ApiError):
    status_code = 422
    default_code = "unprocessable"
    default_detail = _("This cannot be done as it was sent.")


class ConditionNeeded(ApiError):
    status_code = 428
    default_code = "if_match_needed"
    default_detail = _("A person has edited this. Read it, and send the change with its ETag as If-Match.")


class Gone(ApiError):
    status_code = 410
    default_code = "gone"
    default_detail = _("This is no longer here.")


class TooLarge(ApiError):
    status_code = 413
    default_code = "too_large"
    default_detail = _("What was sent is too large.")


class Unavailable(ApiError):
    status_code = 503
    default_code = "unavailable"
    default_detail = _("The portal cannot answer right now. Send the same again a little later.")
    wait = RETRY_AFTER_SECONDS


def wrong(attr: str, detail: str | Promise, code: str = "invalid") -> ValidationError:
    """A value that cannot be taken, named by where it stood."""
    return ValidationError({attr: [detail]}, code=code)


def invalid(error: Invalid) -> ValidationError:
    """What a model or service complained of, field by field."""
    return ValidationError(get_error_detail(error))


def wrong_cursor() -> ValidationError:
    """A cursor that is not ours, or was made for another query."""
    return wrong("cursor", _("This cursor belongs to another query. Begin with the first page."), "cursor")


class Formatter(ExceptionFormatter):
    """Adds the number under which the log knows the request."""

    def format_error_response(self, error_response: ErrorResponse) -> Any:
        return {**super().format_error_response(error_response), "request_id": request_id_var.get()}


class Handler(ExceptionHandler):
    """Also says in our words what Django raises for broken bodies and a database that is away."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if isinstance(exc, SuspiciousOperation | UnreadablePostError | UnicodeError):
            return ParseError()
        if isinstance(exc, OperationalError | InterfaceError) and database_is_away(exc):
            return Unavailable()
        return super().convert_known_exceptions(exc)
