"""Computes the results of a round again from the record and compares them with what is stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.models import ResultSet
from evaluations.results import differences


class Command(BaseCommand):
    help = "Recompute every close of a round from its inputs. With --check end with 1 when anything differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", help="the key of the round, such as ovop-2026")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, round: str, check: bool, **options: Any) -> None:
        sets = list(ResultSet.objects.filter(round__code=round).select_related("round").order_by("version"))
        if not sets:
            raise CommandError(f"The round {round} has no results.")
        wrong = sum(self._report(one) for one in sets)
        if check and wrong:
            raise CommandError(f"{wrong} differences.")

    def _report(self, one: ResultSet) -> int:
        found = differences(one)
        for line in found:
            self.stderr.write(f"version {one.version}: {line}")
        self.stdout.write(f"version {one.version}: {one.results.count()} results, {len(found)} differences, sha256 {one.sha256}")
        return len(found)
