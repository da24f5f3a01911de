"""`make restore FILE=...`."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ovop_portal.backup import BackupError
from ovop_portal.restore import restore


class Command(BaseCommand):
    help = "Brings a backup back after checking every hash in it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="Replace what the database and the media folder hold.")
        parser.add_argument("--key", type=Path, default=None, help="The file with the age private key.")

    def handle(self, file: Path, force: bool, key: Path | None, **options: object) -> None:
        try:
            manifest = restore(file, force=force, identity=key)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["rows"].values()), len(manifest["sha256"]) - 1
        self.stdout.write(f"Restored the state of {manifest['made_at']}: {rows} rows, {files} files; all hashes and counts agree.")
