"""The part of `make check` that needs Django and a database, in one process."""

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "System checks, missing migrations, style bundles, translations."

    def handle(self, **options: object) -> None:
        call_command("check", fail_level="WARNING")
        call_command("makemigrations", check_changes=True, dry_run=True)
        if "bundle_assets" in get_commands():
            call_command("bundle_assets", check=True)
        call_command("messages", check=True)
