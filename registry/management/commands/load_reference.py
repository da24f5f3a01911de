from django.core.management.base import BaseCommand

from registry.reference import load_reference


class Command(BaseCommand):
    help = "Adds missing categories, first checkers and holidays; never overwrites what was edited."

    def handle(self, *args: object, **options: object) -> None:
        for what, count in load_reference().items():
            self.stdout.write(f"{what}: {count} added")
