"""What one gunicorn worker holds after two hundred pages of every kind."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings
from django.test import Client

from accounts.models import User
from ovop_portal import processes

from .measure import Report

WORKERS, VISITS, LIMIT = 2, 200, 150.0
STAFF_PAGES = ("/admin/", "/admin/verifikasi/", "/admin/registry/product/", "/admin/registry/catalogueentry/")


def measure(report: Report, addresses: list[str]) -> None:
    """Visit the portal behind gunicorn as `make run` starts it, then read the workers' memory from /proc."""
    port = _free_port()
    env = {**os.environ, "PORT": str(port), "WEB_WORKERS": str(WORKERS), "GUNICORN_BIND": "", "LOG_LEVEL": "ERROR"}
    server = processes.spawn([sys.executable, "-m", "gunicorn", "-c", "python:ovop_portal.gunicorn", "ovop_portal.wsgi"], env=env)
    try:
        _visit_all(port, addresses)
        found = [_memory(pid) for pid in _children(server.pid)]
    finally:
        processes.stop(server)
    rows = [(f"worker {number}", f"{rss:.0f}", f"{pss:.0f}") for number, (rss, pss) in enumerate(found, start=1)]
    report.table(f"Memory of gunicorn's workers after {VISITS} pages (MB)", ("process", "RSS", "PSS"), rows)
    report.gate("memory of the largest worker (RSS)", max(rss for rss, _pss in found), LIMIT, " MB")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _visit_all(port: int, addresses: list[str]) -> None:
    """Three of four visits anonymous, the others by a signed-in officer."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session()}"
    _wait(port)
    for number in range(VISITS):
        if number % 4:
            _get(port, addresses[number % len(addresses)])
        else:
            _get(port, STAFF_PAGES[number // 4 % len(STAFF_PAGES)], cookie=cookie)


def _session() -> str:
    client = Client()
    client.force_login(User.objects.get(username="sintetis-provinsi"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _get(port: int, address: str, *, cookie: str = "") -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address.replace(' ', '+')}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
        if answer.url != request.full_url:
            raise RuntimeError(f"{address} led to {answer.url}")
        answer.read()


def _wait(port: int, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            return _get(port, "/healthz")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory(pid: int) -> tuple[float, float]:
    """RSS and PSS of a process in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE))
    return int(found["Rss"]) / 1024, int(found["Pss"]) / 1024
