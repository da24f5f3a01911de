"""Writes down what the API document promises now, beside what it has promised before."""

from __future__ import annotations

from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand

from ovop_portal.api_promises import broken, promises

DOCS = settings.BASE_DIR / "docs"
KEPT, BROKEN = DOCS / "api-promises.txt", DOCS / "api-broken.txt"
SHOWN = 50


def lines_of(path: Any) -> set[str]:
    """The lines of a file that say something."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return {line for line in text.splitlines() if line and not line.startswith("#")}


def undeclared() -> set[str]:
    """What the document breaks of its promises without saying so."""
    now = promises(yaml.safe_load((DOCS / "openapi.yaml").read_text(encoding="utf-8")))
    return broken(lines_of(KEPT), now) - lines_of(BROKEN)


class Command(BaseCommand):
    help = "Write docs/api-promises.txt anew; says which promises are broken without being declared in docs/api-broken.txt."

    def handle(self, *args: Any, **options: Any) -> None:
        found = undeclared()
        if found:
            raise SystemExit("Broken and not declared in docs/api-broken.txt:\n" + "\n".join(sorted(found)[:SHOWN]))
        now = promises(yaml.safe_load((DOCS / "openapi.yaml").read_text(encoding="utf-8")))
        head = "# What the API promises, one line each; written by `manage.py api_promises`. See ovop_portal/api_promises.py.\n"
        KEPT.write_text(head + "".join(f"{line}\n" for line in sorted(now)), encoding="utf-8")
        self.stdout.write(f"{len(now)} promises")
