"""Two connections on one instrument at once."""

import pytest
from django.db import IntegrityError

from accounts.states import Role
from evaluations.instrument_edits import with_head
from evaluations.models import Instrument, Section
from evaluations.services import instruments as service
from registry.reference import load_reference
from tests.registry.factories import make_officer, make_regions
from tests.registry.test_concurrency import at_once

from .instrument_contents import sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor():
    make_regions()
    load_reference(years=())
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


@pytest.fixture
def draft(editor):
    return service.import_content(actor=editor, content=sound())


def names(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_editors_at_once_one_is_told(editor, draft):
    def save(name):
        return lambda: service.edit(actor=editor, instrument=draft, base=0, change=lambda c: with_head(c, {"name": name}))

    assert names(at_once(save("Satu"), save("Dua"))) == ["Conflict", "Instrument"]


def test_publishing_twice_at_once_is_once(editor, draft):
    results = at_once(*[lambda: service.publish_instrument(actor=editor, instrument=draft, base=0)] * 2)

    assert names(results) == ["Instrument", "Instrument"]
    assert results[0].published_at == results[1].published_at


def test_publishing_while_another_edits_never_mixes_them(editor, draft):
    def save():
        return service.edit(actor=editor, instrument=draft, base=0, change=lambda c: with_head(c, {"name": "Lain"}))

    results = at_once(save, lambda: service.publish_instrument(actor=editor, instrument=draft, base=0))

    now = Instrument.objects.whole().get(pk=draft.pk)
    # Either the edit came first and the publisher is told, or the edit found no draft any more.
    assert names(results) in (["Conflict", "Instrument"], ["Instrument", "NotReady"])
    assert (now.state == "published") == (now.name == "Instrumen uji")
    if now.state == "published":
        assert now.sha256 == service.sha256_of(service.content_of(now))


def test_after_publishing_the_database_refuses_what_comes_past_the_services(editor, draft):
    service.publish_instrument(actor=editor, instrument=draft, base=0)

    with pytest.raises(IntegrityError):
        Section.objects.filter(instrument=draft).update(points=1)
    with pytest.raises(IntegrityError):
        Section.objects.create(instrument=draft, code="Z", name="Z", points=1)


def test_two_copies_at_once_make_one_draft(editor, draft):
    service.publish_instrument(actor=editor, instrument=draft, base=0)

    results = at_once(*[lambda: service.copy_instrument(actor=editor, source=draft)] * 2)

    assert names(results) == ["Instrument", "NotReady"]


def test_two_imports_at_once_make_one_draft(editor):
    results = at_once(*[lambda: service.import_content(actor=editor, content=sound(code="lain"))] * 2)

    assert names(results) == ["Instrument", "NotReady"]


def test_the_proposal_is_loaded_once_by_two_starts(editor):
    results = at_once(service.load_proposal, service.load_proposal)

    assert Instrument.objects.filter(code="usulan-2026").count() == 1
    assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, service.NotReady)]
