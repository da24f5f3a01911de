"""What no page can be quicker than: the same middleware, one row by its primary key, and as many bytes; and a bare upsert."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from regions.models import Region

# The page whose bytes the floor of this name returns.
BODIES: dict[str, bytes] = {}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def floor(request: HttpRequest, name: str) -> HttpResponse:
    """One query by primary key, and the bytes of a page that is already made."""
    Region.objects.get(pk="53")
    return HttpResponse(BODIES[name])


def floor_of_file(request: HttpRequest, name: str) -> FileResponse:
    """One query by primary key, and a file of the disk as it lies."""
    Region.objects.get(pk="53")
    return FileResponse(Path("/", name).open("rb"), headers={"Content-Encoding": "identity"})


def upsert(request: HttpRequest) -> HttpResponse:
    """The barest save of one choice: the person is signed in, one row is written, its version comes back."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    values = [int(request.POST[name]) for name in ("sheet", "criterion", "level")]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evaluations_score AS old (sheet_id, criterion_id, level_id, comment, version, saved_at) "
            "VALUES (%s, %s, %s, '', 1, now()) ON CONFLICT (sheet_id, criterion_id) "
            "DO UPDATE SET level_id = EXCLUDED.level_id, version = old.version + 1, saved_at = EXCLUDED.saved_at RETURNING version",
            values,
        )
        (version,) = cursor.fetchone()
    return JsonResponse({"version": version})


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


def visit(
    application: Application, address: str, *, packed: bool = True, cookie: str = "", form: dict[str, Any] | None = None, tag: str = ""
) -> bytes:
    """One GET at WSGI level, or the POST of a form, the whole answer read; RuntimeError for anything but 200.

    With the `tag` of an answer that is held already: for anything but 304.
    """
    environ = environ_of(address, packed=packed) | ({"HTTP_COOKIE": cookie} if cookie else {}) | (_posted(form) if form else {})
    status, _headers, body = read(application, environ | ({"HTTP_IF_NONE_MATCH": tag} if tag else {}))
    if status != ("304 Not Modified" if tag else "200 OK"):
        raise RuntimeError(f"{address}: {status}")
    return body


def tag_of(application: Application, address: str) -> str:
    """The ETag of an answer as a client gets it."""
    tag: str = read(application, environ_of(address, packed=True))[1]["ETag"]
    return tag


def read(application: Application, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of one answer, read to its end."""
    told: list[Any] = []
    parts = application(environ, lambda status, headers, *rest: told.extend((status, headers)))
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return told[0], dict(told[1]), body


CSRF = "abcdefghijklmnopqrstuvwxyzabcdef"  # as cookie and as header


def _posted(form: dict[str, Any]) -> dict[str, Any]:
    body = urlencode(form).encode()
    return {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_CSRFTOKEN": CSRF,
        "wsgi.input": io.BytesIO(body),
    }


def environ_of(address: str, *, packed: bool) -> dict[str, Any]:
    """The request of one GET at WSGI level."""
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
