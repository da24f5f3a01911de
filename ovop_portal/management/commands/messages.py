"""`make messages`: collect, report and compile the Indonesian catalogue."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ovop_portal import messages


class Command(BaseCommand):
    help = "Update the Indonesian catalogue from the sources and compile it. With --check change nothing and name what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, check: bool = False, **options: object) -> None:
        if not check:
            self.stdout.write(f"{messages.update()} texts.")
        faults = messages.faults()
        for line in faults:
            self.stderr.write(line)
        if faults:
            raise CommandError(f"{len(faults)} faults in the Indonesian catalogue.")
        self.stdout.write("The Indonesian catalogue is complete.")
