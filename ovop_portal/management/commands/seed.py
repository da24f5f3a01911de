"""Synthetic products for load tests: `manage.py seed 10000 [--random 1]`. Demo settings only."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from ovop_portal.seed import NotSeeded, seed


class Command(BaseCommand):
    help = "Makes synthetic products for load tests, marked as such; refuses outside demo settings. Photos have no files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, help="how many products")
        parser.add_argument("--random", type=int, default=1, help="another number makes other products (the same one the same)")

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Synthetic products are for demo settings only; this portal holds real data.")
        began = time.monotonic()
        try:
            made = seed(count=options["count"], number=options["random"], told=self._tell)
        except NotSeeded as reason:
            raise CommandError(str(reason)) from reason
        if not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
        states = ", ".join(f"{count} {state}" for state, count in made.items())
        self.stdout.write(f"{options['count']} synthetic products in {time.monotonic() - began:.0f} s: {states}.")

    def _tell(self, done: int) -> None:
        self.stdout.write(f"  {done} ...")
