"""Emergency access from the server: `manage.py break_glass --username NAME --reason "..." [--system-admin]`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.keys import spaced
from accounts.services import break_glass
from common.site import site


class Command(BaseCommand):
    help = "Reset the second factor of one account and print a one-use activation link; the reason is kept in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--reason", required=True, help="why, who asked, who agreed; kept for good")
        parser.add_argument("--system-admin", action="store_true", help="also give the role of system administrator until tomorrow night")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            issued = break_glass(username=options["username"], reason=options["reason"], system_admin=options["system_admin"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        path = reverse("activation_link", args=[issued.secrets.token])
        self.stdout.write(f"Link (one use): {site()}{path}")
        self.stdout.write(f"Code: {spaced(issued.secrets.code)} for {issued.activation.user.username}")
        self.stdout.write(f"Valid until: {timezone.localtime(issued.activation.expires_at):%Y-%m-%d %H:%M %Z}")
