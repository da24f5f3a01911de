"""Draw the reviewers of a round from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.permissions import Refused
from evaluations.assignment import Shortage
from evaluations.errors import NotReady, RegistryError
from evaluations.models import Entrant, Round
from evaluations.services import draw


class Command(BaseCommand):
    help = "Gives the products of a round the reviewers they lack. The same seed on the same round gives the same draw."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="key of the round")
        parser.add_argument("--seed", type=int, help="default: the seed of the round")
        parser.add_argument("--anew", action="store_true", help="also move drawn sheets nobody has written in")
        parser.add_argument("--even-short", action="store_true", help="draw what is possible and leave the rest open")
        parser.add_argument("--as", dest="username", default="", help="who draws; without it the log names the server")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Round.objects.filter(code=options["code"]).first()
        actor = User.objects.filter(username=options["username"]).first()
        if found is None or (options["username"] and actor is None):
            raise CommandError("No such round or account.")
        act = draw.rebalance if options["anew"] else draw.draw_reviewers
        try:
            sheets = act(actor=actor, round=found, seed=options["seed"], even_short=options["even_short"])
        except NotReady as error:
            raise CommandError("\n".join([str(error.reason), *self.lines(error.needs)])) from error
        except (Refused, RegistryError) as error:
            raise CommandError(str(error.reason)) from error
        self.stdout.write(f"{found.code}: {len(sheets)} sheets given out.")

    def lines(self, needs: list[Shortage]) -> list[str]:
        names = Entrant.objects.in_bulk([row.product for row in needs])
        return [
            f"  {names[row.product]}: lacks {row.lacking} ({row.by_conflicts} for conflicts, {row.by_limits} for limits; "
            f"{row.eligible} may judge it)"
            for row in needs
        ]
