"""What writing costs partners: a hundred products by a hundred requests, and by one."""

from __future__ import annotations

import datetime as dt
import io
import json
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import User
from partners import services
from partners.delegations import delegate
from partners.scopes import SCOPES
from registry.models import Category, Producer, Product

from .floor import environ_of, read
from .measure import Report, ms, times

HUNDRED, ROUNDS = 100, 5
LIMIT = 5.0
SINGLY, AT_ONCE = "a hundred begun by a hundred requests", "a hundred begun by one"
CHANGED, AGAIN = "a hundred changed by one", "the same hundred again"


def measure(report: Report) -> None:
    """In turns, each round with products of its own; every request is committed."""
    system = System()
    rounds = [_round(system) for _number in range(ROUNDS + 1)][1:]  # the first warms up
    Product.objects.filter(producer=system.producer).update(is_synthetic=True)  # so that the database may be measured again
    taken = {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}
    report.table("Products written by a partner", ("way", "ms a product"), [(name, ms(took / HUNDRED)) for name, took in taken.items()])
    print(f"\nOne request is {times(taken[SINGLY] / taken[AT_ONCE])} faster.")
    report.gate("API bulk write of 100 against 100 single ones", taken[AT_ONCE] / taken[SINGLY], 1 / LIMIT)


def _round(system: System) -> dict[str, float]:
    single, items = system.items(), system.items()
    changed = [{**item, "story": "Ditulis ulang."} for item in items]
    ways = {SINGLY: (system.one_by_one, single), AT_ONCE: (system.at_once, items), CHANGED: (system.at_once, changed)}
    return {name: _time(act, given) for name, (act, given) in (ways | {AGAIN: (system.at_once, changed)}).items()}


def _time(act: Callable[[list[dict[str, Any]]], None], items: list[dict[str, Any]]) -> float:
    began = time.perf_counter()
    act(items)
    return time.perf_counter() - began


class System:
    """A partner's system with a delegation of one village and a token."""

    def __init__(self) -> None:
        actor = User.objects.get(username="sintetis-provinsi")
        code = f"bench-{uuid.uuid4().hex[:8]}"
        partner = services.register_partner(actor=actor, name="Bench", code=code, kind="other", rate_per_minute=100_000)
        day = timezone.localdate() + dt.timedelta(days=30)
        issued = services.issue_credential(actor=actor, partner=partner, name="Bench", scopes=list(SCOPES), expires_on=day)
        self.producer = Producer.objects.order_by("pk").first()
        delegate(actor=actor, partner=partner, unit_code=self.producer.code, ends_on=day, letter_number="1/BENCH")
        self.category = Category.objects.offered().first().slug
        self.token = uuid.uuid4().hex
        AccessToken.objects.create(
            token=self.token, application=issued.credential, scope=" ".join(SCOPES), expires=timezone.now() + dt.timedelta(hours=1)
        )
        self.application = get_wsgi_application()

    def items(self) -> list[dict[str, Any]]:
        return [self._item(number) for number in range(HUNDRED)]

    def _item(self, number: int) -> dict[str, Any]:
        return {
            "producer": self.producer.code,
            "external_id": uuid.uuid4().hex,
            "name": f"Kopi coba {number}",
            "category": self.category,
            "summary": "Ini produk coba. Dibuat untuk mengukur.",
            "maker": {"name": "Kelompok coba", "members": 12},
            "variants": [{"unit": "g", "net_content": "250", "price": 45000}, {"unit": "g", "net_content": "500", "price": 85000}],
            "months": [6, 7, 8],
        }

    def one_by_one(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            self._post("/api/v1/drafts", item, "201")

    def at_once(self, items: list[dict[str, Any]]) -> None:
        self._post("/api/v1/drafts/bulk", {"items": items}, "200")

    def _post(self, address: str, content: Any, status: str) -> None:
        body = json.dumps(content).encode()
        sent = {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "HTTP_IDEMPOTENCY_KEY": uuid.uuid4().hex,
            "wsgi.input": io.BytesIO(body),
        }
        told, _headers, answer = read(self.application, environ_of(address, packed=True) | sent)
        if not told.startswith(status):
            raise RuntimeError(f"{address}: {told} {answer[:300]!r}")
