"""The part of `make check` that needs Django and a database, in one process."""

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand

# Migrations the former version cannot run on, by name, each with a line in CHANGELOG.md that says to stop the web first.
STOP_FIRST: tuple[str, ...] = ()


class Command(BaseCommand):
    help = "System checks, missing and unsafe migrations, style bundles, translations."

    def handle(self, **options: object) -> None:
        call_command("check", fail_level="WARNING")
        call_command("makemigrations", check_changes=True, dry_run=True)
        check_migrations(own_apps())
        if "bundle_assets" in get_commands():
            call_command("bundle_assets", check=True)
        call_command("messages", check=True)


def own_apps() -> list[str]:
    """The portal's own apps, not those of packages."""
    return [app.label for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR)) and ".venv" not in app.path]


def check_migrations(labels: list[str]) -> None:
    """Refuses a migration after which the former version's processes would fail until they are restarted (docs/operate.md).

    The first migration of an app is left out: nothing runs on its tables yet.
    """
    from django_migration_linter import MigrationLinter  # noqa: PLC0415 - there for development only

    linter = MigrationLinter(
        include_apps=labels, ignore_name=STOP_FIRST, ignore_initial_migrations=True, no_cache=True, quiet=["ok", "ignore"]
    )
    linter.lint_all_migrations()
    if linter.has_errors:
        raise CommandError("Unsafe migrations, listed above. Make them in two steps, or name them in STOP_FIRST and in CHANGELOG.md.")
