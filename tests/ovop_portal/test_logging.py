"""Log lines carry the request's number and nothing personal."""

import json
import logging
import sys

import pytest

from common.middleware import request_id_var
from ovop_portal.logging import JsonFormatter, PlainFormatter, without_personal_data


def _record(message: str, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("ovop.request", logging.INFO, __file__, 1, message, (), None)
    record.__dict__.update(extra)
    return record


def test_a_json_line_has_request_id_and_only_known_fields():
    token = request_id_var.set("abc")
    line = json.loads(JsonFormatter().format(_record("request", status=200, path="/x", phone="0812")))
    request_id_var.reset(token)

    assert line["request_id"] == "abc"
    assert line["status"] == 200
    assert "phone" not in line


def test_a_refused_request_is_one_short_line():
    record = _record("Invalid HTTP_HOST header: 'other.example'.")
    try:
        raise ValueError("far down")
    except ValueError:
        record.exc_info = sys.exc_info()
    kept = json.loads(JsonFormatter().format(record))
    record.name = "django.security.DisallowedHost"
    short = json.loads(JsonFormatter().format(record))

    assert "far down" in kept["traceback"]
    assert "traceback" not in short


def test_the_plain_line_is_one_line():
    assert "\n" not in PlainFormatter().format(_record("request", status=200, path="/x"))


@pytest.mark.parametrize("text", ["nomor +62 812-3456-7890", "081234567890", "DETAIL:  Key (phone)=(0812) already exists."])
def test_numbers_and_quoted_rows_are_left_out(text):
    kept = without_personal_data(text)

    assert "0812" not in kept
    assert "3456" not in kept


@pytest.mark.django_db
def test_the_request_line_has_no_query_string_and_the_answer_names_its_number(client, caplog):
    with caplog.at_level(logging.INFO, logger="ovop.request"):
        response = client.get("/tidak-ada?token=rahasia")

    record = next(record for record in caplog.records if record.name == "ovop.request")
    assert record.path == "/tidak-ada"
    assert "rahasia" not in caplog.text
    assert len(response["X-Request-ID"]) == 16
