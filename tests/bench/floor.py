"""What no page can be quicker than: the same middleware, one row by its primary key, and as many bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import psycopg2
from django.db import connection
from django.http import HttpRequest, HttpResponse

from regions.models import Region

# The page whose bytes the floor of this name returns.
BODIES: dict[str, bytes] = {}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def floor(request: HttpRequest, name: str) -> HttpResponse:
    """One query by primary key, and the bytes of a page that is already made."""
    Region.objects.get(pk="53")
    return HttpResponse(BODIES[name])


class Bare:
    """No framework at all: one connection, the same query, the same bytes."""

    def __init__(self) -> None:
        self.connection = psycopg2.connect(**connection.get_connection_params())
        self.connection.autocommit = True

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT code, name, full_name FROM regions_region WHERE code = %s", ["53"])
            cursor.fetchone()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [BODIES[environ["PATH_INFO"].rpartition("/")[2]]]


def visit(application: Application, address: str, *, packed: bool = True) -> bytes:
    """One GET without cookies at WSGI level, the whole answer read; RuntimeError for anything but 200."""
    told: list[str] = []
    parts = application(_environ(address, packed=packed), lambda status, headers, *rest: told.append(status))
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    if told[0] != "200 OK":
        raise RuntimeError(f"{address}: {told[0]}")
    return body


def _environ(address: str, *, packed: bool) -> dict[str, Any]:
    path, _mark, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": quote(query, safe="=&+%"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": os.environ.get("PORT", "8000"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_ENCODING": "gzip" if packed else "identity",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
