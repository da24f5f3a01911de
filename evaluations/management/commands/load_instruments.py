from django.core.management.base import BaseCommand

from evaluations.services.instruments import load_proposal


class Command(BaseCommand):
    help = "Puts the shipped proposal of the evaluation instrument in force, once; never touches what exists."

    def handle(self, *args: object, **options: object) -> None:
        made = load_proposal()
        self.stdout.write(f"instrument {made.code} v{made.version} loaded" if made else "the instrument is there already")
