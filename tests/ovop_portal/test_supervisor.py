"""`make run` as a person meets it: it starts, survives falls, stops wholly, and says plainly what is in its way."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ovop_portal import supervisor
from ovop_portal.postgres import PostgresError

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {".venv", "var", ".git", "docs", "tests", "__pycache__"}


@pytest.fixture
def clone(tmp_path) -> Path:
    """The portal's code in a folder of its own, without data."""
    skip = shutil.ignore_patterns(*LEFT_OUT, ".*_cache", "*.pyc")
    return Path(shutil.copytree(ROOT, tmp_path / "clone", ignore=skip))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(clone, port) -> Iterator[Callable[..., subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def run() -> subprocess.Popen:
        env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL"}}
        log = (clone.parent / "log").open("ab")
        command = [sys.executable, "-m", "ovop_portal.supervisor"]
        child = subprocess.Popen(
            command, cwd=clone, env={**env, "PORT": str(port), "WEB_WORKERS": "1"}, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        started.append(child)
        return child

    yield run
    for child in started:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            child.wait(30)


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def _until(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def _ready(port: int, seconds: float = 150) -> bool:
    return _until(lambda: _get(port, "/readyz")[0] == 200, seconds)


def _children(clone: Path) -> list[int]:
    """Processes that work in the clone: web, worker, scheduler and the database."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                where = os.readlink(entry / "cwd")
            except OSError:
                continue
            if where.startswith(str(clone)):
                found.append(int(entry.name))
    return found


@pytest.mark.full
def test_a_run_starts_recovers_from_kill_9_and_stops_wholly(clone, port, start):
    first = start()
    assert _ready(port), (clone.parent / "log").read_text()
    assert json.loads(_get(port, "/readyz")[1])["checks"]["scheduler"]["ok"]

    first.kill()
    first.wait()
    assert _until(lambda: not _children(clone), 30)

    began = time.monotonic()
    second = start()
    assert _ready(port)
    assert time.monotonic() - began < 30

    second.send_signal(signal.SIGINT)
    assert second.wait(40) == 0
    assert _children(clone) == []
    assert "Your data is kept" in (clone.parent / "log").read_text()


@pytest.mark.full
def test_a_worker_that_ends_is_started_again(clone, port, start):
    start()
    assert _ready(port)
    worker = next(pid for pid in _children(clone) if b"run_worker" in Path(f"/proc/{pid}/cmdline").read_bytes())

    os.kill(worker, signal.SIGKILL)

    def again() -> bool:
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in _children(clone) if pid != worker]
        return any(b"run_worker" in line for line in lines)

    assert _until(again, 20)
    assert "worker ended (code -9); starting it again in 1 s" in (clone.parent / "log").read_text()


def test_a_port_in_use_is_said_with_the_command_to_run(port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        with pytest.raises(PostgresError, match=f"make run PORT={port + 1}"):
            supervisor.check_port(port)


def test_a_second_start_from_the_same_folder_names_the_running_one_at_once(port, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "DATA", tmp_path / "postgres")
    with socket.socket() as web, (tmp_path / "postgres.lock").open("w") as lock:
        web.bind(("127.0.0.1", port))
        web.listen()
        lock.write("4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        (tmp_path / "postgres.json").touch()
        began = time.monotonic()

        with pytest.raises(PostgresError, match=r"already running from this folder \(process 4711\)"):
            supervisor.check_port(port)

    assert time.monotonic() - began < 1


@pytest.mark.parametrize("text", ["web", "0", "70000", "80 81"])
def test_a_port_that_is_none_is_said(monkeypatch, text):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(PostgresError, match="not a port number"):
        supervisor.port_number()


def test_a_child_that_keeps_ending_is_started_later_and_later(monkeypatch):
    service = supervisor.Service("web", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    waits = []
    for _fall in range(4):
        service.start()
        service.child.wait()
        service.look_after()
        waits.append(round(service.restart_at - time.monotonic()))

    assert waits == [1, 2, 4, 8]
