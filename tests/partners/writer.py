"""A partner with delegations and a credential of every scope, and short ways to write as it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Mandate
from partners.delegations import delegate
from partners.models import Partner
from partners.scopes import SCOPES
from registry.models import Producer
from registry.reference import load_reference
from tests.registry.factories import OTHER_VILLAGE, SIBLING_VILLAGE, make_head, make_producer, make_regions

from .conftest import issue, register, token_of

WHOLE = {
    "name": "Kopi Arabika Contoh",
    "category": "kopi-teh-kakao",
    "summary": "Kopi dari kebun sendiri. Dipetik merah.",
    "maker": {"name": "Kelompok Tani Contoh", "legal_form": "group", "founded_year": 2015, "members": 12, "women": 7, "disabled": 0},
    "place_note": "Dusun 2",
    "contact": {"name": "Narahubung Contoh", "phone": "0812 3456 7890", "consent": True},
    "variants": [{"label": "Bungkus", "net_content": "250", "unit": "g", "price": 45000, "barcode": "89911111"}],
    "price_on_request": False,
    "story": "Kami menanam sejak lama.\n\nDan mengolah sendiri.",
    "raw_material": "Ceri kopi merah",
    "raw_material_origin": "Kebun sendiri",
    "replaces_import": "",
    "chain": [{"step": "process", "price_after": 30000, "place": "village", "note": ""}],
    "shares_public": True,
    "months": [6, 7, 8],
    "capacity": {"peak": "120.5", "lean": "20", "unit": "kg"},
}


class Writer:
    """A partner's system that asks the API."""

    def __init__(self, partner: Partner, token: str):
        self.partner, self.token, self.client = partner, token, Client()

    def send(self, method: str, path: str, body: Any = None, *, key: str | None = "", form: dict | None = None, **headers: str):
        """The answer to one request; a POST gets a new key unless one is named (None: without)."""
        sent = {"authorization": f"Bearer {self.token}", "accept-language": "en"} | {n.replace("_", "-"): v for n, v in headers.items()}
        if method == "POST" and key is not None:
            sent["idempotency-key"] = key or uuid.uuid4().hex
        if form is not None:
            return self.client.post(f"/api/v1/{path}", form, headers=sent)
        data = b"" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1/{path}", data, content_type="application/json", headers=sent)

    def get(self, path: str, **headers: str):
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: Any):
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any, **headers: str):
        return self.send("PATCH", path, body, **headers)

    def begin(self, producer: Producer, **fields: Any) -> dict[str, Any]:
        """A new draft, as it is answered."""
        answer = self.post("drafts", {"producer": producer.code, **fields})
        assert answer.status_code == 201, answer.content
        return answer.json()


def soon() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=90)


def let(partner: Partner, producer: Producer, *, may_send: bool = False) -> Mandate:
    """The delegation of a producer's head, who is made for it."""
    head = make_head(producer)
    mandate = delegate(actor=head, partner=partner, unit_code=producer.code, ends_on=soon(), may_send=may_send)
    mandate.head = head
    return mandate


def writer_of(actor: Any, partner: Partner, **fields: Any) -> Writer:
    return Writer(partner, token_of(issue(actor, partner, **{"scopes": list(SCOPES), **fields})))


@pytest.fixture
def world(settings, tmp_path):
    """Regions, reference data, and three villages: one that delegates writing, one also sending, one neither."""
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())
    return {"writes": make_producer(), "sends": make_producer(region=SIBLING_VILLAGE), "none": make_producer(region=OTHER_VILLAGE)}


@pytest.fixture
def writer(world, province):
    """A partner that may write for the first village and also send for the second."""
    partner = register(province, "sid", name="SID Ngada (contoh)")
    let(partner, world["writes"])
    let(partner, world["sends"], may_send=True)
    return writer_of(province, partner)
