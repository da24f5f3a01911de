"""Somebody else's server on loopback: it answers well, badly, slowly or not at all, and remembers what it was sent."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answer(status: int, text: str = "", **headers: str) -> bytes:
    """An answer as it goes over the line."""
    body = text.encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Sent:
    """One request as it arrived."""

    path: str
    headers: Any
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """What it says next (`says`), or what it does with the connection instead (`does`)."""

    url: str = ""
    says: list[bytes] = field(default_factory=list)
    does: Callable[[socket.socket], None] | None = None
    sent: list[Sent] = field(default_factory=list)

    def serve(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as file:
            try:
                self.sent.append(_read(file))
            except (IndexError, ValueError):  # no HTTP: whoever calls speaks TLS to us
                return
            if self.does is not None:
                self.does(line)
            else:
                line.sendall(self.says.pop(0) if self.says else OK)


def _read(file: Any) -> Sent:
    path = file.readline().split()[1].decode()
    lines = b""
    while (text := file.readline()).strip():
        lines += text
    headers = BytesHeaderParser().parsebytes(lines)
    return Sent(path, headers, file.read(int(headers.get("Content-Length", 0))))


def drip(line: socket.socket) -> None:
    """A byte now and then, each in time for a limit that counts from byte to byte."""
    try:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _byte in range(200):
            line.sendall(b".")
            time.sleep(0.02)
    except OSError:
        return


def drip_headers(line: socket.socket) -> None:
    try:
        line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _byte in range(200):
            line.sendall(b".")
            time.sleep(0.02)
    except OSError:
        return


def say_nothing(line: socket.socket) -> None:
    time.sleep(0.4)


def flood(line: socket.socket, megabytes: int) -> int:
    """So many megabytes, as long as somebody reads. Returns how many went out."""
    sent = 0
    try:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (megabytes * 1_000_000))
        while sent < megabytes:
            line.sendall(b"x" * 1_000_000)
            sent += 1
    except OSError:  # the other side has read enough
        return sent
    return sent


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        receiver = Receiver(url=f"http://127.0.0.1:{server.getsockname()[1]}/hooks")
        thread = threading.Thread(target=_accept, args=(server, receiver, tls), daemon=True)
        thread.start()
        yield receiver
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(server: socket.socket, receiver: Receiver, tls: ssl.SSLContext | None) -> None:
    lines = []
    while True:
        try:
            line, _address = server.accept()
        except OSError:
            break
        if tls is not None:
            try:
                line = tls.wrap_socket(line, server_side=True)
            except OSError:  # the other side did not trust us
                line.close()
                continue
        lines.append(threading.Thread(target=receiver.serve, args=(line,), daemon=True))
        lines[-1].start()
    for thread in lines:
        thread.join()
