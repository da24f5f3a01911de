"""Log lines: JSON where machines read them, one readable line where people do. No query strings, no bodies, no names."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from common.middleware import request_id_var

# What a log call may add by `extra`; anything else is left out, so that nothing personal slips in.
FIELDS = ("method", "path", "status", "ms", "user_id", "job", "attempt", "wait")


# A database error quotes the row it refused; telephone and identity numbers are long runs of digits.
_DETAIL = re.compile(r"^DETAIL: .*$", re.MULTILINE)
_NUMBER = re.compile(r"\+?\d[\d .-]{6,}\d")


def without_personal_data(text: str) -> str:
    """The text without quoted rows and long numbers; what a log may keep of an error's words."""
    return _NUMBER.sub("[number]", _DETAIL.sub("DETAIL: [left out]", text))


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, logger, message, request_id and the known fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
            "request_id": request_id_var.get(),
            **_fields(record),
        }
        # Where a refused request (a foreign host name, a forged field) came from is always the same place.
        if record.exc_info and not record.name.startswith("django.security"):
            line["traceback"] = without_personal_data(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """Time, level, message and the known fields on one line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "  ".join(f"{name}={value}" for name, value in _fields(record).items())
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        text = f"{at} {record.levelname:7} {without_personal_data(record.getMessage())}  {fields}".rstrip()
        return f"{text}\n{without_personal_data(self.formatException(record.exc_info))}" if record.exc_info else text


def configuration(*, json_lines: bool, level: str) -> dict[str, object]:
    """The LOGGING setting: everything to standard error, once."""
    formatter = "ovop_portal.logging.JsonFormatter" if json_lines else "ovop_portal.logging.PlainFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["err"], "level": "WARNING"},
        "loggers": {
            "ovop": {"level": level},
            # The middleware writes the request line; Django's own repeats it, with the query string.
            "django.request": {"level": "ERROR"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
