"""What partners read in bulk stands in their trail, once where it begins."""

from __future__ import annotations

import pytest

from partners.models import ApiUse
from registry import dataset
from registry.reference import load_reference
from tests.registry.factories import OTHER_VILLAGE, make_producer, make_product, make_regions
from tests.registry.published import publish

from .conftest import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())
    publish(make_product(make_producer()))
    publish(make_product(make_producer(region=OTHER_VILLAGE)))


def asked(client, address: str, token: str = "", **headers: str):
    bearer = {"authorization": f"Bearer {token}"} if token else {}
    return client.get(f"/api/v1/{address}", headers={**bearer, **headers})


def test_a_walk_through_the_list_is_one_line_and_a_304_none(client, issued, world):
    token = token_of(issued)
    first = asked(client, "products?limit=1", token, **{"accept-language": "en"})
    assert asked(client, first.json()["next"].partition("/api/v1/")[2], token).status_code == 200
    assert asked(client, "products?limit=1", token, **{"accept-language": "en", "if-none-match": first["ETag"]}).status_code == 304
    (use,) = ApiUse.objects.all()
    assert (use.partner.code, use.credential_id, use.status) == ("koperasi", issued.credential.pk, 200)
    assert (use.path, use.what) == ("/api/v1/products", "Mulai membaca daftar produk")
    assert use.request_id == first["X-Request-ID"]


def test_a_file_of_the_whole_catalogue_is_a_line(client, issued, world):
    assert dataset.make()
    answer = asked(client, "dataset/catalogue.csv", token_of(issued))
    assert b"".join(answer.streaming_content)  # read to its end, which closes it
    assert ApiUse.objects.get().path == "/api/v1/dataset/catalogue.{ext}"


def test_one_product_and_readers_without_a_token_leave_no_line(client, issued, world):
    code = asked(client, "products").json()["results"][0]["code"]
    asked(client, f"products/{code}", token_of(issued))
    assert not ApiUse.objects.exists()
