"""The queue's worker: one process, one job at a time. Start more of them for more work."""

from django.core.management.base import BaseCommand

from common.housekeeping import Loop, process_name
from common.worker import LeaseKeeper, run, take


class Command(BaseCommand):
    help = "Does background jobs until it is told to stop."

    def handle(self, **options: object) -> None:
        self.name = process_name()
        self.keeper = LeaseKeeper()
        self.keeper.start()
        Loop(self.step).run()

    def step(self) -> float:
        job = take(self.name)
        if job is None:
            return 1.0
        self.keeper.hold(job)
        try:
            run(job)
        finally:
            self.keeper.hold(None)
        return 0.0
