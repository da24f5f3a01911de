"""A client made from the committed document by a generator reads, follows and writes: what the document says is what happens."""

from __future__ import annotations

import importlib
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.db import transaction

from accounts.states import Role
from partners.scopes import SCOPES
from tests.factories import officer
from tests.partners.conftest import issue, register
from tests.partners.writer import let

from .factories import OTHER_VILLAGE, add_photo, make_producer, make_product, make_regions
from .published import add_permit, publish

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
DOCUMENT = settings.BASE_DIR / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The package the generator makes of the document; a word of complaint is a failure."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "config.yaml").write_text("post_hooks: []\n", encoding="utf-8")
    program = "from openapi_python_client.cli import app; app()"
    arguments = ["generate", "--path", str(DOCUMENT), "--config", str(folder / "config.yaml"), "--meta", "none", "--fail-on-warning"]
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments, "--output-path", str(folder / "ovop_client")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "WARNING" not in ran.stdout + ran.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module("ovop_client")
    sys.path.remove(str(folder))


def part(path: str):
    return importlib.import_module(f"ovop_client.{path}")


@pytest.fixture
def catalogue(settings, tmp_path, live_server):
    from registry.reference import load_reference

    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, live_server.url
    make_regions()
    load_reference(years=())
    product = make_product(make_producer())
    add_permit(product)
    with transaction.atomic():
        return [publish(product), publish(make_product(make_producer(region=OTHER_VILLAGE), "Madu Contoh"))]


def test_it_reads_and_follows(made, catalogue, live_server):
    with made.Client(base_url=live_server.url, raise_on_unexpected_status=True) as client:
        page = part("api.products.products_list").sync(client=client, limit=1)
        assert page.results[0].code == min(entry.code for entry in catalogue)
        assert page.next_.startswith(live_server.url)
        one = part("api.products.products_get").sync(catalogue[0].code, client=client)
        assert (one.name, one.variants[0].price, one.permits[0].kind) == ("Kopi Contoh", 45000, "pirt")
        changes = part("api.following.changes_list").sync(client=client, after=0)
        assert [change.seq for change in changes.results] == [1, 2]
        assert part("api.following.reconcile_get").sync(client=client).as_of == 2
        gone = part("api.products.products_get").sync("NTT-0000-0", client=client)
        assert (gone.errors[0].code, gone.request_id) == ("not_found", gone.request_id)


def token(base: str, issued) -> str:
    """Asked for as the guide does; the way to a token is OAuth's own."""
    import httpx

    form = {"grant_type": "client_credentials", "client_id": issued.credential.client_id, "client_secret": issued.secret}
    return httpx.post(f"{base}/api/v1/token", data=form).raise_for_status().json()["access_token"]


def test_it_writes(made, catalogue, live_server):
    province = officer(Role.PROVINCE_OFFICER, "53")
    partner, school = register(province), make_producer("osop")
    let(partner, school, may_send=True)
    text = token(live_server.url, issue(province, partner, scopes=list(SCOPES)))
    with made.AuthenticatedClient(base_url=live_server.url, token=text, raise_on_unexpected_status=True) as client:
        write(client, school)


def write(client, school):
    """A product begun twice under one key, changed under its ETag, sent; three more in one request; the submission read back."""
    models, start = part("models"), part("api.drafts.drafts_start")
    body = models.DraftStartRequest(
        producer=school.code,
        external_id="A-1",
        name="Kecap Contoh",
        category="kopi-teh-kakao",
        summary="Kecap dari sekolah. Dibuat siswa.",
        maker=models.MakerWriteRequest(name="Unit produksi"),
        variants=[models.VariantWriteRequest(unit=models.UnitEnum.ML, net_content="135", price=12000)],
    )
    key = str(uuid.uuid4())
    draft, again = (start.sync(client=client, body=body, idempotency_key=key) for _time in range(2))
    assert draft.code == again.code
    add_photo(school.products.get())
    tag = part("api.drafts.drafts_get").sync_detailed(draft.code, client=client).headers["ETag"]
    change = models.PatchedDraftChangeRequest(story="Cerita sekolah.")
    changed = part("api.drafts.drafts_change").sync(draft.code, client=client, body=change, if_match=tag)
    assert changed.story == "Cerita sekolah."
    sent = part("api.drafts.drafts_send").sync(
        draft.code, client=client, body=models.SendWriteRequest(declaration=True), idempotency_key=str(uuid.uuid4())
    )
    assert (sent.state, sent.external_id) == ("submitted", "A-1")
    bulk = models.BulkRequest(items=[models.BulkItemRequest(producer=school.code, name=f"Nomor {number}") for number in range(3)])
    told = part("api.drafts.drafts_bulk").sync(client=client, body=bulk, idempotency_key=str(uuid.uuid4()))
    assert [row.status for row in told.results] == ["created"] * 3
    (line,) = part("api.submissions.submissions_list").sync(client=client, external_id="A-1").results
    assert line.number == sent.number
