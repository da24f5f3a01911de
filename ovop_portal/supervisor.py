"""`make run`: database, web, worker and scheduler as children of one process, until Ctrl-C. No Django in here."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .postgres import EmbeddedPostgres, PostgresError, already_running, holder
from .processes import follow_make, spawn, stop

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var" / "postgres"
STEADY = 30  # seconds a child must live before its next end counts as the first again
HOST = "127.0.0.1"


class Stopped(Exception):
    """Somebody asked the portal to stop."""


@dataclass
class Service:
    """A child that is started again when it ends, each time a little later while it keeps ending soon."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    falls: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.child = spawn(self.command, env=self.env, cwd=ROOT)

    def look_after(self) -> None:
        now = time.monotonic()
        if self.child is None:
            if now >= self.restart_at:
                self.start()
            return
        code = self.child.poll()
        if code is None:
            return
        self.falls = 1 if now - self.started > STEADY else self.falls + 1
        wait = min(2 ** (self.falls - 1), 60)
        say(f"{self.name} ended (code {code}); starting it again in {wait} s")
        self.child, self.restart_at = None, now + wait

    def stop(self) -> None:
        if self.child:
            stop(self.child)


@dataclass
class Supervisor:
    """Owns every process of one `make run`."""

    port: int
    database: EmbeddedPostgres | None = None
    services: list[Service] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ask_to_stop)
        try:
            check_port(self.port)
            self._start()
            self._watch()
        except Stopped:
            say("Stopping ...")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self._stop()
        say("Stopped. Your data is kept in var/.")

    def _start(self) -> None:
        self.env.setdefault("DJANGO_SETTINGS_MODULE", "ovop_portal.settings.dev")
        self.env.setdefault("SITE_URL", f"http://{HOST}:{self.port}")
        self.env["PORT"] = str(self.port)
        if not self.env.get("DATABASE_URL"):
            say("Starting the database ...")
            self.database = EmbeddedPostgres(DATA).start()
            self.env["DATABASE_URL"] = self.database.url()
        self._manage("prepare")
        manage = [sys.executable, str(ROOT / "manage.py")]
        web = [sys.executable, "-m", "gunicorn", "-c", "python:ovop_portal.gunicorn", "ovop_portal.wsgi"]
        for name, command in (("web", web), ("worker", [*manage, "run_worker"]), ("scheduler", [*manage, "run_scheduler"])):
            service = Service(name, command, self.env)
            self.services.append(service)
            service.start()
        self._announce()

    def _manage(self, command: str) -> None:
        child = spawn([sys.executable, str(ROOT / "manage.py"), command], env=self.env, cwd=ROOT)
        try:
            code = child.wait()
        except Stopped:
            stop(child)
            raise
        if code:
            raise PostgresError(f"The preparation step `manage.py {command}` failed; its message stands above.")

    def _announce(self) -> None:
        deadline = time.monotonic() + 60
        while not answers(self.port) and time.monotonic() < deadline:
            for service in self.services:
                service.look_after()
            time.sleep(0.1)
        say(f"The portal runs at http://{HOST}:{self.port}  (Ctrl-C stops it)")

    def _watch(self) -> None:
        while True:
            if self.database and self.database.child and self.database.child.poll() is not None:
                say("The database ended; starting it again")
                self.database.stop()
                self._restart_database()
            for service in self.services:
                service.look_after()
            time.sleep(0.5)

    def _restart_database(self) -> None:
        """The socket moves to a new folder, so the services are started again with the new address."""
        self.database = EmbeddedPostgres(DATA).start()
        self.env["DATABASE_URL"] = self.database.url()
        for service in self.services:
            service.stop()
            service.start()

    def _stop(self) -> None:
        for service in reversed(self.services):
            if service.child and service.child.poll() is None:
                service.child.send_signal(signal.SIGTERM)
        for service in reversed(self.services):
            service.stop()
        if self.database:
            self.database.stop()


def _ask_to_stop(_number: int, _frame: object) -> None:
    raise Stopped


def say(text: str) -> None:
    # The terminal may be gone already; that must not keep us from stopping the children.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def check_port(port: int) -> None:
    """Refuses a port in use; one that a killed run is just letting go gets some seconds."""
    deadline = time.monotonic() + (20 if DATA.with_name(DATA.name + ".json").exists() else 2)
    while not _is_free(port):
        if process := holder(DATA):
            raise PostgresError(already_running(process))
        if time.monotonic() > deadline:
            other = port + 1 if port < 65535 else 8001
            raise PostgresError(f"Port {port} is already in use by another program. Run: make run PORT={other}")
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def port_number() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise PostgresError(f"PORT={text} is not a port number. Run: make run PORT=8001")
    return int(text)


def main() -> int:
    follow_make()
    try:
        Supervisor(port_number()).run()
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"{error.filename} belongs to another user. Start the portal as the user who started it first.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
