"""Answers of the API packed with Brotli where the client takes it, with gzip or not at all elsewhere."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest
from django.test import Client

from tests.registry.factories import make_regions

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/regions?limit=50"


def asked(encoding: str, **headers: str):
    make_regions()
    return Client().get(ADDRESS, headers={"accept-encoding": encoding} | headers)


@pytest.mark.parametrize("encoding", ["br", "gzip, deflate, br", "br;q=0.8", "gzip;q=1.0,br;q=0.5,*;q=0", " br , gzip"])
def test_brotli_for_those_who_take_it(encoding):
    answer = asked(encoding)
    assert answer["Content-Encoding"] == "br"
    assert int(answer["Content-Length"]) == len(answer.content)
    assert json.loads(brotli.decompress(answer.content))["results"]
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("encoding", ["gzip", "gzip, br;q=0", "br;q=0.000, gzip", "gzip, brotli", "gzip, x-br"])
def test_gzip_for_the_others(encoding):
    answer = asked(encoding)
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content))["results"]


@pytest.mark.parametrize("encoding", ["", "identity", "br;q=0"])
def test_as_it_is_for_who_takes_neither(encoding):
    answer = asked(encoding)
    assert not answer.has_header("Content-Encoding")
    assert answer.json()["results"]
    assert "Accept-Encoding" in answer["Vary"]


def test_its_tag_is_weak_and_still_compared():
    answer = asked("br")
    assert answer["ETag"].startswith('W/"')
    again = Client().get(ADDRESS, headers={"accept-encoding": "br", "if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_small_answers_and_pages_are_left_alone(db):
    assert not Client().get("/healthz", headers={"accept-encoding": "br"}).has_header("Content-Encoding")
    assert Client().get("/", headers={"accept-encoding": "br, gzip"})["Content-Encoding"] == "gzip"
