"""The embedded database: private, recoverable, and plain about what it cannot do."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from ovop_portal import postgres
from ovop_portal.postgres import EmbeddedPostgres, PostgresError, running_url

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder no other user may enter, with a path too long for a socket."""
    top = Path(tempfile.mkdtemp(prefix="ovop-test-"))
    deep = top.joinpath(*["long-folder-name-" + "x" * 30] * 4)
    deep.mkdir(parents=True)
    yield deep
    shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def server(folder) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder / "postgres", throwaway=True)
    yield server
    server.stop()


def _ask(server: EmbeddedPostgres, question: str) -> str:
    connection = psycopg2.connect(host=str(server.runtime / "socket"), user="ovop", dbname="ovop")
    with connection, connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone()[0]
    connection.close()
    return answer


@pytest.mark.full
def test_it_starts_below_a_closed_and_long_folder_on_a_short_private_socket(server):
    server.start()

    socket = server.runtime / "socket"
    assert len(str(socket / ".s.PGSQL.5432")) < 107
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert _ask(server, "show listen_addresses") == ""
    assert _ask(server, "select datctype from pg_database where datname = 'ovop'") == "C.UTF-8"
    assert _ask(server, "show server_encoding") == "UTF8"
    assert _ask(server, "show random_page_cost") == "1.1"
    assert _ask(server, "select string_agg(auth_method, ',') from pg_hba_file_rules") == "peer"
    assert running_url(server.data) == server.url()


@pytest.mark.full
@as_root
def test_root_hands_it_to_another_user_and_strangers_are_not_let_in(server):
    server.start()
    process_owner = Path(f"/proc/{server.child.pid}").stat().st_uid
    server.runtime.chmod(0o755)
    (server.runtime / "socket").chmod(0o755)
    stranger = pwd.getpwnam("daemon")
    answer = subprocess.run(
        ["/usr/bin/python3", "-c", _connect_probe(server)],
        user=stranger.pw_uid,
        group=stranger.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )

    assert process_owner != 0
    assert "Peer authentication failed" in answer.stdout


def _connect_probe(server: EmbeddedPostgres) -> str:
    """The start message of PostgreSQL's protocol by hand, so that the stranger needs no library of ours."""
    return (
        "import socket, struct\n"
        f"s = socket.socket(socket.AF_UNIX); s.connect({str(server.runtime / 'socket' / '.s.PGSQL.5432')!r})\n"
        "body = struct.pack('!i', 196608) + b'user\\0ovop\\0database\\0ovop\\0\\0'\n"
        "s.sendall(struct.pack('!i', len(body) + 4) + body)\n"
        "print(s.recv(1000))\n"
    )


@pytest.mark.full
def test_a_second_start_keeps_the_data_and_leaves_no_runtime_folder(server):
    server.start()
    connection = psycopg2.connect(host=str(server.runtime / "socket"), user="ovop", dbname="ovop")
    with connection, connection.cursor() as cursor:
        cursor.execute("create table kept as select 7 as n")
    connection.close()
    runtime = server.runtime
    server.stop()

    again = EmbeddedPostgres(server.data).start()
    answer = _ask(again, "select n from kept")
    again.stop()

    assert answer == 7
    assert not runtime.exists()
    assert running_url(server.data) == ""


@pytest.mark.full
def test_two_starts_on_one_folder_are_refused_with_the_command_to_run(server):
    server.start()

    with pytest.raises(PostgresError, match=f"kill {os.getpid()}"):
        EmbeddedPostgres(server.data).start()


@pytest.mark.full
def test_after_kill_9_of_the_starter_the_server_goes_and_the_next_start_recovers(folder):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom ovop_portal.postgres import EmbeddedPostgres\n"
        "s = EmbeddedPostgres(Path(sys.argv[1])).start()\nprint(s.child.pid, s.runtime, flush=True)\ntime.sleep(600)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(folder / "postgres")], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with starter.stdout as output:
        pid, runtime = output.readline().split()
    os.kill(int(pid), signal.SIGKILL)  # leaves a stale postmaster.pid
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    (folder / "postgres" / "postmaster.pid").touch()

    server = EmbeddedPostgres(folder / "postgres").start()
    answer = _ask(server, "select 1")
    server.stop()

    assert answer == 1
    assert not Path(runtime).exists()


def test_data_of_another_major_version_is_kept_and_the_way_out_is_told(folder):
    data = folder / "with space" / "postgres"
    data.mkdir(mode=0o700, parents=True)
    (data / "PG_VERSION").write_text("15\n")

    with pytest.raises(PostgresError, match=r"(?s)PostgreSQL 15.*Nothing was changed.*make backup") as told:
        EmbeddedPostgres(data).start()

    assert "make restore" in str(told.value)
    assert f"mv '{data}' '{data}-15'" in str(told.value)  # the command can be copied as it stands
    assert (data / "PG_VERSION").read_text() == "15\n"


def test_a_folder_with_other_files_is_not_touched(folder):
    data = folder / "postgres"
    data.mkdir()
    (data / "letter.txt").write_text("x")

    with pytest.raises(PostgresError, match="not a database"):
        EmbeddedPostgres(data).start()

    assert (data / "letter.txt").exists()


def test_a_process_that_was_given_the_old_number_is_left_alone(folder):
    data = folder / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("15\n")
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    with pytest.raises(PostgresError):
        EmbeddedPostgres(data).start()  # would have ended this very test

    assert not (data / "postmaster.pid").exists()


@as_root
def test_the_server_runs_as_the_owner_of_the_clone_or_as_nobody(folder, monkeypatch):
    owner = pwd.getpwnam("daemon")
    data = folder / "postgres"
    nobody = pwd.getpwnam("nobody").pw_uid
    monkeypatch.setattr(postgres, "__file__", str(folder))

    assert postgres.server_owner(data)[0] == nobody
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    assert postgres.server_owner(data)[0] == owner.pw_uid
