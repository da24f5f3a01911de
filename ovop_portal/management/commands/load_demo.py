from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.states import Role
from ovop_portal.demo import evaluation, partners
from ovop_portal.demo.accounts import BEIWALI, BEIWALI_NEIGHBOUR, PROVINCE, Accounts, make_offices, new_password
from ovop_portal.demo.products import LEFT_OUT, Loader, make_producer, rows


class Command(BaseCommand):
    help = "Loads demonstration accounts, products and an evaluation round (demo settings only); does nothing when they are there."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Demonstration data are for demo settings only.")
        note = Path(settings.MEDIA_ROOT).parent / "demo-accounts.txt"
        if not User.objects.filter(is_demo=True).exists():
            if User.objects.exists():  # a server's database under demo settings by mistake, or a real backup brought back
                self.stdout.write("This database holds real accounts: no demonstration data are loaded.")
                return
            self._load(note)
        if evaluation.is_wanted(PROVINCE):
            made = evaluation.load_round(province=PROVINCE)
            self.stdout.write(f"{made.name}: {made.entrants.count()} products, {made.members.count()} people on the panel.")
        self._partner(note)
        if note.exists():
            self.stdout.write(note.read_text(encoding="utf-8"))

    @transaction.atomic
    def _load(self, note: Path) -> None:
        password = new_password()
        accounts = Accounts(password)
        loader = Loader(accounts, make_offices(accounts, settings.PROVINCE_CODE))
        for code in ("53.09", "53.05"):
            loader.regency(code)
        self._empty_village(accounts)
        reported = rows()
        for row in reported:
            loader.load(row)
        self.stdout.write(f"{len(reported)} reported products loaded, {LEFT_OUT} of the list left out: no producer that can be placed.")
        transaction.on_commit(lambda: self._write_note(note, password, accounts))

    @staticmethod
    def _partner(note: Path) -> None:
        """The partner for trying the API; its secret is written beside the accounts."""
        if partners.is_wanted(PROVINCE):
            secret = new_password()
            with transaction.atomic():
                partners.load_partner(province=PROVINCE, secret=secret)
                transaction.on_commit(lambda: Command._add_partner(note, secret))

    @staticmethod
    def _add_partner(note: Path, secret: str) -> None:
        text = note.read_text(encoding="utf-8") if note.exists() else ""
        note.touch(mode=0o600)
        where = f"writes for {partners.WRITES_FOR}, also sends for {partners.SENDS_FOR}"
        line = f"Partner of the API for trying: client id {partners.CLIENT_ID}, secret {secret} (every scope; {where})"
        note.write_text(f"{text}{line}\n", encoding="utf-8")

    @staticmethod
    def _empty_village(accounts: Accounts) -> None:
        """A village without a product yet, its operator, and a companion of two villages: where the walk begins."""
        producers = [make_producer("ovop", BEIWALI, "Desa Beiwali"), make_producer("ovop", BEIWALI_NEIGHBOUR, "")]
        producers[1].name = f"Desa {producers[1].region.name}"
        producers[1].save(update_fields=["name"])
        accounts.head(producers[0])
        unit = {"unit_kind": "producer", "unit_code": BEIWALI}
        accounts.make("operator-beiwali", "Operator Desa Beiwali", Role.PRODUCER_OPERATOR, **unit)
        companion = accounts.make("pendamping", "Pendamping desa", Role.COMPANION, **unit)
        accounts.give(companion, Role.COMPANION, unit_kind="producer", unit_code=BEIWALI_NEIGHBOUR)
        accounts.make("camat-bajawa", "Camat Bajawa", Role.DISTRICT_OFFICER, region_codes=["53.09.06"], office="district")

    @staticmethod
    def _write_note(note: Path, password: str, accounts: Accounts) -> None:
        lines = [f"Demonstration accounts (password of all: {password})"]
        lines += [f"  {username:<40} {title}" for username, title in accounts.usernames]
        note.touch(mode=0o600)
        note.write_text("\n".join(lines) + "\n", encoding="utf-8")
