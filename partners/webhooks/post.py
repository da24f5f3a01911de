"""One POST to somebody else's server: to the addresses that were checked, within a time that nothing stretches, redirects left alone.

http.client speaks HTTP over a connection of ours: every read is bounded by what is left of the whole time, so an answer that drips
ends too; and the name is resolved once, so it cannot point elsewhere between the check and the call.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException
from typing import Any

import certifi

from partners.states import AttemptError

from .targets import Target, Trouble, addresses, parse

CONNECTED_WITHIN, ANSWERED_WITHIN = 5.0, 10.0  # seconds
MOST_READ = 64 * 1024
ANSWER_KEPT = 2000  # characters


@dataclass(frozen=True)
class Answer:
    """What came back; without a status nothing did."""

    status: int | None = None
    text: str = ""
    error: str = ""
    milliseconds: int = 0

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and not self.error


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send it once and say what came back; never raises for what the other side does."""
    started = time.monotonic()
    exchange = Exchange(Deadline(started + ANSWERED_WITHIN))
    error = ""
    try:
        exchange.run(parse(url), body, headers)
    except Exception as trouble:
        error = _word(trouble)
    error = error or (AttemptError.REDIRECT if 300 <= (exchange.status or 0) < 400 else "")
    return Answer(exchange.status, exchange.text, error, round((time.monotonic() - started) * 1000))


def _word(trouble: Exception) -> str:
    """What went wrong, in one word; a fault of our own is raised again."""
    match trouble:
        case Trouble():
            return trouble.word
        case TimeoutError():
            return AttemptError.TIMEOUT
        case ssl.SSLError():
            return AttemptError.TLS
        case OSError():
            return AttemptError.CONNECTION
        case HTTPException() | ValueError():
            return AttemptError.RUBBISH
    raise trouble


class Deadline:
    """The end of the whole time."""

    def __init__(self, at: float):
        self.at = at

    def left(self, most: float = ANSWERED_WITHIN) -> float:
        """Seconds that are left, at most so many; raises TimeoutError when none are."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return min(seconds, most)


class Exchange:
    """One request and what came back of its answer so far."""

    def __init__(self, deadline: Deadline):
        self.deadline = deadline
        self.status: int | None = None
        self.text = ""

    def run(self, target: Target, body: bytes, headers: Mapping[str, str]) -> None:
        connection = HTTPConnection(target.host, target.port)
        with _connect(target, self.deadline) as sock:
            connection.sock = Line(sock, self.deadline)
            connection.request("POST", target.path, body, {**headers, "Host": target.host_header, "Connection": "close"})
            with connection.getresponse() as response:
                self.status = response.status
                self.text = _text(response.read(MOST_READ))


def _text(raw: bytes) -> str:
    """The beginning of an answer as text the database takes."""
    return raw.decode("utf-8", "replace").replace("\0", "�")[:ANSWER_KEPT]


def _connect(target: Target, deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one; TLS is held against the name."""
    raw = _first(addresses(target), target.port, deadline)
    if not target.is_tls:
        return raw
    try:
        raw.settimeout(deadline.left())
        return _tls().wrap_socket(raw, server_hostname=target.host)
    except BaseException:
        raw.close()
        raise


def _first(found: list[str], port: int, deadline: Deadline) -> socket.socket:
    trouble: OSError = OSError("no address")
    for address in found:
        try:
            return socket.create_connection((address, port), timeout=deadline.left(CONNECTED_WITHIN))
        except OSError as error:
            trouble = error
    raise trouble


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """The certificates the machine trusts and those every browser does: a small server may have none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Line:
    """What http.client asks of a socket, each call bounded by what is left of the whole time."""

    def __init__(self, sock: socket.socket, deadline: Deadline):
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock, self._deadline))

    def close(self) -> None:
        """Nothing: http.client closes before the answer is read, whoever opened the socket closes it after."""


class _Reader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline):
        super().__init__()
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)
