"""`make backup`."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ovop_portal.backup import BackupError, create


class Command(BaseCommand):
    help = "Saves database and files as one set with a manifest of hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "var" / "backups")
        parser.add_argument("--key", default="", help="An age public key (age1...) to encrypt to.")

    def handle(self, to: Path, key: str, **options: object) -> None:
        try:
            file = create(to, recipient=key)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Saved: {file}  ({file.stat().st_size / 1_000_000:.1f} MB). Keep a copy on another machine.")
