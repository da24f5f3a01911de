"""Two connections at once: the same objection from two windows, and an objection against the revocation of its decree."""

import pytest
from django.db import transaction

from evaluations.models import Appeal
from evaluations.services import appeals, decrees
from registry.reference import load_reference
from tests.registry.factories import make_regions
from tests.registry.test_concurrency import at_once

from .test_own_result import establish, stage_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage():
    make_regions()
    load_reference(years=())
    with transaction.atomic():
        made = stage_of()
        made.decree = establish(made)
    return made


def test_an_objection_sent_from_two_windows_is_one(stage):
    result = stage.rows[0].results.get()

    made = at_once(*(lambda text=text: appeals.raise_appeal(actor=stage.head, result=result, text=text) for text in ("Satu", "Dua")))

    assert Appeal.objects.count() == 1
    assert {one.pk for one in made} == {Appeal.objects.get().pk}


def test_a_decree_is_revoked_once(stage):
    stage.refresh_from_db()
    act = lambda: decrees.revoke_decree(actor=stage.province, decree=stage.decree, expected=stage.lock_version, reason="Salah")  # noqa: E731

    made = at_once(act, act)

    assert sorted(type(one).__name__ for one in made) == ["Conflict", "Decree"]
