"""Everything a start needs before the first request, in one process; each step is quick when nothing changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 530_001  # one preparation at a time, also when several servers start together


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Waits for a preparation that another server has begun. The lock is that of an open transaction on a connection of its
    own: PgBouncer in transaction mode would take and free a session's lock on two different connections."""
    guard = connection.copy()
    try:
        guard.set_autocommit(False)
        with guard.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        yield
    finally:
        with suppress(DatabaseError):  # the server notices a bare close only a little later
            guard.rollback()
        guard.close()


class Command(BaseCommand):
    help = "Migrations, cache table, regions, static files; with demo settings also the demonstration data."

    def handle(self, **options: object) -> None:
        with one_at_a_time():
            self._prepare()

    def _prepare(self) -> None:
        self._migrate()
        self._static()
        call_command("load_regions", verbosity=0)
        call_command("load_reference", stdout=io.StringIO())
        call_command("load_instruments", stdout=io.StringIO())
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Setting up the database tables ...")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def _static(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".prepared.json"
        now = _static_fingerprint()
        if stamp.exists() and json.loads(stamp.read_text()) == now:
            return
        self.stdout.write("Collecting styles and scripts ...")
        # On a server the former version still answers until it is restarted, with pages that name its own files.
        call_command("collectstatic", interactive=False, clear=settings.DEMO, verbosity=0)
        stamp.write_text(json.dumps(now))


def _static_fingerprint() -> str:
    """Changes when any static file is added, removed or edited."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = storage.path(path)
            stat = Path(file).stat()
            digest.update(f"{file}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
