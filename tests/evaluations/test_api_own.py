"""The whole result by REST, for the partner the producer delegated to: after the decree, by scope and area, without names."""

import pytest
from django.utils import timezone

from accounts.states import Role
from evaluations.services import decrees
from tests.factories import officer
from tests.partners.conftest import register
from tests.partners.writer import let, writer_of
from tests.registry.factories import SIBLING_VILLAGE, make_producer

from .test_own_result import close, establish, revoke, stage_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(world):
    return stage_of()


@pytest.fixture
def province(db):
    return officer(Role.PROVINCE_OFFICER, "53")


def reader(province, *producers, code="sid", **fields):
    partner = register(province, code)
    for producer in producers:
        let(partner, producer)
    return writer_of(province, partner, **fields)


def ask(writer, stage):
    return writer.get(f"rounds/{stage.code}/results/{stage.rows[0].code}")


def test_what_the_producer_reads_and_no_names(stage, province):
    system = reader(province, stage.producer)
    close(stage)
    assert ask(system, stage).status_code == 404
    fields = {"decreed_on": timezone.localdate(), "signer": "Gubernur NTT"}
    decree = decrees.enter_decree(actor=stage.province, round=stage, expected=stage.lock_version, number="SK 1", **fields)
    told = ask(system, stage).json()
    assert (told["points"], told["stars"] > 0, told["producer"]) == ("70.00", True, stage.producer.code)
    assert sum(float(section["points"]) for section in told["sections"]) == 70
    assert sorted(told["comments"]) == sorted(f"Saran {reviewer.pk}" for reviewer in stage.reviewers)
    (remark,) = [remark for section in told["sections"] for remark in section["remarks"]]
    assert (remark["criterion"], len(remark["texts"])) == ("A1", 2)
    text = ask(system, stage).content.decode()
    assert not any(str(person) in text for person in (*stage.reviewers, stage.chair, stage.head))
    revoke(stage, decree)
    assert ask(system, stage).status_code == 404


def test_scope_and_area(stage, province):
    establish(stage)
    own = reader(province, stage.producer, scopes=["evaluations:read"])
    assert ask(own, stage).status_code == 200
    assert ask(reader(province, make_producer(region=SIBLING_VILLAGE), code="lain"), stage).status_code == 404
    assert ask(writer_of(province, own.partner, scopes=["catalogue:read"]), stage).status_code == 403
    assert own.client.get(f"/api/v1/rounds/{stage.code}/results/{stage.rows[0].code}").status_code == 401
    assert own.get(f"rounds/{stage.code}/results/NTT-0000-0").status_code == 404
