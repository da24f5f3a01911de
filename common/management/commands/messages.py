"""Keeps the Indonesian catalogue in step with the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Collect the words of the screen into locale/id and compile them. With --check only list what is wrong and end with 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        from common import catalogue as tools  # noqa: PLC0415 - babel and polib are there for development only

        root, path = Path(settings.BASE_DIR), tools.catalogue_path()
        used, catalogue = tools.used_messages(root), tools.load(path)
        if not check:
            tools.update(catalogue, used)
            catalogue.save(str(path))
            catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        problems = [*tools.catalogue_problems(catalogue, used), *tools.python_problems(root), *tools.template_problems(root)]
        if check and not tools.is_compiled(path):
            problems.append("the compiled catalogue is stale: run manage.py messages")
        self._report(problems, len(used), check)

    def _report(self, problems: list[str], total: int, check: bool) -> None:
        for problem in problems:
            self.stderr.write(problem)
        if check and problems:
            raise CommandError(f"{len(problems)} problems in {total} messages.")
        self.stdout.write(f"{total} messages, {len(problems)} problems.")
