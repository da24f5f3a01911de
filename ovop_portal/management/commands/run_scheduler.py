"""The scheduler: asks for periodic work. Several may run, one leads."""

from django.core.management.base import BaseCommand

from common import scheduler
from common.housekeeping import Loop, process_name


class Command(BaseCommand):
    help = "Asks for periodic work until it is told to stop."

    def handle(self, **options: object) -> None:
        self.name = process_name()
        self.leading = False
        Loop(self.step).run()
        scheduler.resign(self.name)

    def step(self) -> float:
        leads = scheduler.lead(self.name)
        if leads and not self.leading:
            scheduler.sync()
        if leads:
            scheduler.tick()
        self.leading = leads
        return 5.0
