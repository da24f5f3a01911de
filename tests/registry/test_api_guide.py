"""The Python of docs/api.md, run as it stands there against a portal."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.error import HTTPError

import pytest

from accounts.states import Role
from partners.scopes import SCOPES
from registry.models import CatalogueEntry
from registry.reference import load_reference
from registry.services import entries
from tests.factories import officer
from tests.partners.conftest import issue, register, token_of
from tests.partners.writer import let
from tests.registry.factories import OTHER_VILLAGE, make_head, make_producer, make_product, make_regions
from tests.registry.steps import publish

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture
def guide() -> dict:
    """What the code of the guide defines."""
    names: dict = {}
    for code in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, str(GUIDE), "exec"), names)  # noqa: S102 - our own guide
    return names


@pytest.mark.django_db(transaction=True)
def test_the_guide_mirrors_and_follows(live_server, guide, settings):
    settings.SITE_URL = live_server.url
    make_regions()
    load_reference(years=())
    first, second = make_product(make_producer()), make_product(make_producer(region=OTHER_VILLAGE))
    for product in (first, second):
        publish(product)
    base = f"{live_server.url}/api/v1"
    copy, after = guide["mirror"](base)
    assert set(copy) == {first.code, second.code}
    entry = CatalogueEntry.objects.get(code=first.code)
    entries.change_entry(actor=make_head(first.producer), entry=entry, name="cease")
    after, more, rest = guide["follow"](base, copy, after)
    assert set(copy) == {second.code}
    assert (more, rest) == (False, 60)
    assert guide["follow"](base, copy, after)[0] == after


@pytest.mark.django_db(transaction=True)
def test_the_guide_writes_over_a_bad_line(live_server, guide, settings, monkeypatch):
    """The first answer is lost on the way; the product is begun once all the same."""
    make_regions()
    load_reference(years=())
    province, producer = officer(Role.PROVINCE_OFFICER, "53"), make_producer()
    partner = register(province)
    let(partner, producer)
    writer = guide["Writer"](f"{live_server.url}/api/v1", token_of(issue(province, partner, scopes=list(SCOPES))))
    send, lost = writer.send, []

    def cut_off(*sent, **headers):
        answer = send(*sent, **headers)
        if not lost:
            lost.append(answer)
            raise ConnectionResetError
        return answer

    monkeypatch.setattr(writer, "send", cut_off)
    monkeypatch.setattr(guide["time"], "sleep", lambda seconds: None)
    draft, headers = writer.once("/drafts", {"producer": producer.code, "name": "Kopi", "external_id": "A"})
    assert (draft, headers["Idempotency-Replayed"]) == (lost[0][0], "true")
    assert producer.products.get().code == draft["code"]
    assert writer.change(draft["code"], {"summary": "Kopi dari kebun sendiri."})["summary"] == "Kopi dari kebun sendiri."
    with pytest.raises(HTTPError, match="403"):
        writer.once("/drafts", {"producer": make_producer("osop").code})


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed (apt-get install curl)")
@pytest.mark.django_db(transaction=True)
def test_the_commands_of_the_guide_run(live_server, settings):
    """Every line of its shell blocks, one after the other, in one shell; the last word of each is JSON."""
    settings.SITE_URL, settings.WEBHOOK_PRIVATE_TARGETS = live_server.url, True
    make_regions()
    load_reference(years=())
    publish(make_product(make_producer()))
    province = officer(Role.PROVINCE_OFFICER, "53")
    issued = issue(province, register(province), scopes=list(SCOPES))
    script = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)).replace(
        "https://example.org", "http://127.0.0.1:9"
    )
    known = {"BASE": f"{live_server.url}/api/v1", "CLIENT_ID": issued.credential.client_id, "CLIENT_SECRET": issued.secret}
    ran = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script], env=os.environ | known, capture_output=True, text=True, check=True
    )
    told = [json.loads(part) for part in ran.stdout.replace("}{", "}\n{").splitlines()]
    assert [sorted(one) for one in told[:2]] == [["as_of", "next", "results"], ["next", "results"]]
    assert (len(told), told[2]["secret"][:7], told[2]["state"]) == (3, "ovopwh_", "active")
