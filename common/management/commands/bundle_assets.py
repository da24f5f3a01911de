"""Joins the stylesheets into static/css/dist/."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.bundles import BUNDLES, bundle_path, is_fresh, joined


class Command(BaseCommand):
    help = "Join the stylesheets into the bundles site, staff and admin. With --check only say whether they are fresh."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; end with 1 when a bundle is stale.")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        stale = [name for name in BUNDLES if not is_fresh(name)]
        if check and stale:
            raise CommandError(f"Stale bundles: {', '.join(stale)}. Run manage.py bundle_assets.")
        for name in stale:
            bundle_path(name).parent.mkdir(exist_ok=True)
            bundle_path(name).write_text(joined(name), encoding="utf-8")
        self.stdout.write(f"{len(stale)} of {len(BUNDLES)} bundles written." if stale else "All bundles are fresh.")
