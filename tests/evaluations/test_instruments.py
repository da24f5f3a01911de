"""The life of an instrument: drafts written under a version, published once, never changed after."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.django import TestCase

from accounts.permissions import Refused
from accounts.states import Role
from evaluations import instrument_yaml
from evaluations.errors import Conflict, NotReady
from evaluations.instrument_content import canonical, content_of, sha256_of, write_content
from evaluations.instrument_difference import difference
from evaluations.instrument_edits import Address, moved, part_at, with_head, with_list, with_part, without_part
from evaluations.models import Instrument, Section
from evaluations.rubrics import compile_rubric
from evaluations.services import instruments as service
from tests.evaluations.instrument_contents import contents, sound
from tests.registry.factories import make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


def taken(editor, **changes) -> Instrument:
    return service.import_content(actor=editor, content=sound(**changes))


def stands(instrument: Instrument):
    return content_of(Instrument.objects.whole().get(pk=instrument.pk))


def rename(name):
    return lambda content: with_head(content, {"name": name})


class TablesTest(TestCase):
    """Content written to the tables is read back as it was."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(contents())
    def test_tables_give_back_the_same_content(self, content):
        instrument = Instrument.objects.create(code="uji", name="x")
        write_content(instrument, content)

        assert stands(instrument) == content
        assert difference(stands(instrument), content) == []


def test_difference_tells_every_kind_of_change():
    after = sound()
    after["name"] = "Nama baru"
    after["sections"][0]["criteria"][0]["levels"][1]["points"] = "9"
    del after["variants"][1]
    after["bands"][0]["label"] = "Unggul"
    after["sections"][0]["criteria"].reverse()
    after["paths"].append({"key": "baru", "label": "Baru", "advice": "Baru."})

    found = {(change.where, change.name, change.kind) for change in difference(sound(), after)}

    assert found == {
        ((), "name", "changed"),
        (("sections A", "criteria A1", "levels 2"), "points", "changed"),
        (("variants tenun-busana",), "", "removed"),
        (("bands 3",), "label", "changed"),
        (("sections A", "criteria"), "order", "order"),
        (("paths baru",), "", "added"),
    }


@pytest.mark.parametrize("role", [Role.REGENCY_OFFICER, Role.VIEWER, Role.REVIEWER, Role.SYSTEM_ADMIN])
def test_only_editors_write(world, editor, role):
    draft, other = taken(editor), make_officer(role, ["53"])
    acts = [
        lambda: service.create_instrument(actor=other, code="lain", name="Lain"),
        lambda: service.import_content(actor=other, content=sound()),
        lambda: service.copy_instrument(actor=other, source=draft),
        lambda: service.edit(actor=other, instrument=draft, base=0, change=rename("Lain")),
        lambda: service.publish_instrument(actor=other, instrument=draft, base=0),
        lambda: service.retire_instrument(actor=other, instrument=draft),
        lambda: service.discard_draft(actor=other, instrument=draft, base=0),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()


def test_a_new_instrument_starts_empty_and_its_key_is_taken_once(editor):
    made = service.create_instrument(actor=editor, code="ntt", name="Instrumen NTT")

    assert (made.version, made.state, made.is_proposal) == (1, "draft", True)
    with pytest.raises(NotReady):
        service.create_instrument(actor=editor, code="ntt", name="Lagi")


def test_edits_of_every_part(editor):
    draft = taken(editor)
    at = Address("", "A", "A1")

    def save(change):
        draft.refresh_from_db()
        return service.edit(actor=editor, instrument=draft, base=draft.lock_version, change=change)

    save(lambda content: with_part(content, at, {"name": "Bahan baku"}))
    save(lambda content: with_part(content, Address("", "A", ""), {"code": "A3", "name": "Baru", "levels": []}))
    save(lambda content: moved(content, Address("", "A", "A3"), -1))
    save(lambda content: with_part(content, Address("kriya", ""), {"code": "C", "name": "Mutu", "points": "40"}))
    save(lambda content: without_part(content, Address("tenun-busana", "C")))
    save(lambda content: with_list(content, "minimum_sections", []))

    now = stands(draft)
    assert part_at(now, at)["name"] == "Bahan baku"
    assert [one["code"] for one in now["sections"][0]["criteria"]] == ["A1", "A3", "A2"]
    assert [one["family"] for one in now["variants"]] == ["makanan-minuman", "kriya"]
    assert now["minimum_sections"] == []
    draft.refresh_from_db()
    assert draft.lock_version == 6


def test_values_that_do_not_fit_are_told_all_at_once(editor):
    draft = taken(editor)

    with pytest.raises(service.Unsound) as caught:
        service.edit(actor=editor, instrument=draft, base=0, change=lambda c: with_head(c, {"name": "", "knock_out_path": "hilang"}))

    assert [problem.place for problem in caught.value.needs] == [("name",), ("knock_out_path",)]
    assert stands(draft)["name"] == "Instrumen uji"


def test_two_editors_the_second_is_told_and_loses_nothing(editor):
    draft, other = taken(editor), make_officer(Role.PROVINCE_OFFICER, ["53"])
    service.edit(actor=editor, instrument=draft, base=0, change=rename("Pertama"))

    with pytest.raises(Conflict) as caught:
        service.edit(actor=other, instrument=draft, base=0, change=lambda c: with_head(c, {"note": "Kedua"}))

    assert (caught.value.current["name"], caught.value.typed["note"]) == ("Pertama", "Kedua")
    assert str(caught.value.reason)
    # The same value twice is no conflict, and nothing is written.
    assert service.edit(actor=other, instrument=draft, base=0, change=rename("Pertama")).lock_version == 1


def test_a_part_that_is_gone_cannot_be_saved(editor):
    draft = taken(editor)

    with pytest.raises(NotReady):
        service.edit(actor=editor, instrument=draft, base=0, change=lambda c: with_part(c, Address("", "Z"), {"name": "x"}))


def test_publishing_checks_hashes_and_ends_all_edits(editor):
    draft = taken(editor)

    done = service.publish_instrument(actor=editor, instrument=draft, base=0)

    assert (done.state, done.published_by, done.sha256) == ("published", editor, sha256_of(sound()))
    assert service.publish_instrument(actor=editor, instrument=draft, base=0).published_at == done.published_at
    with pytest.raises(NotReady):
        service.edit(actor=editor, instrument=draft, base=0, change=rename("Lain"))
    with pytest.raises(NotReady):
        service.discard_draft(actor=editor, instrument=draft, base=0)
    rubric = compile_rubric(Instrument.objects.whole().get(pk=draft.pk), "makanan-minuman")
    assert (sum(s.points for s in rubric.sections), rubric.knock_out_path) == (100, "benahi")


def test_points_summing_to_99_99_are_refused_with_both_figures(editor):
    content = sound()
    content["sections"][0]["points"] = "59.99"
    draft = service.import_content(actor=editor, content=content)

    with pytest.raises(NotReady) as caught:
        service.publish_instrument(actor=editor, instrument=draft, base=0)

    words = " ".join(str(problem.message) for problem in caught.value.needs)
    assert "99,99" in words
    assert "100" in words
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_publishing_what_one_did_not_look_at_is_a_conflict(editor):
    draft = taken(editor)
    service.edit(actor=editor, instrument=draft, base=0, change=rename("Baru"))

    with pytest.raises(Conflict):
        service.publish_instrument(actor=editor, instrument=draft, base=0)


def test_a_copy_says_the_same_and_one_draft_exists_at_a_time(editor):
    first = service.publish_instrument(actor=editor, instrument=taken(editor), base=0)

    second = service.copy_instrument(actor=editor, source=first)

    assert (second.version, second.copied_from, stands(second)) == (2, first, stands(first))
    with pytest.raises(NotReady):
        service.copy_instrument(actor=editor, source=first)
    with pytest.raises(NotReady):
        taken(editor)
    service.publish_instrument(actor=editor, instrument=second, base=0)
    first.refresh_from_db()
    assert first.state == "published"  # publishing retires nothing by itself


def test_retiring_and_discarding(editor):
    first = service.publish_instrument(actor=editor, instrument=taken(editor), base=0)
    draft = service.copy_instrument(actor=editor, source=first)

    with pytest.raises(NotReady):
        service.retire_instrument(actor=editor, instrument=draft)
    service.discard_draft(actor=editor, instrument=draft, base=0)
    retired = service.retire_instrument(actor=editor, instrument=first)

    assert retired.state == "retired"
    assert service.retire_instrument(actor=editor, instrument=first).retired_at == retired.retired_at
    assert not Instrument.objects.in_force().exists()
    assert Section.objects.filter(instrument__state="draft").count() == 0


def test_the_hash_is_that_of_the_canonical_bytes():
    content = sound()

    assert json.loads(canonical(content)) == content
    assert sha256_of(dict(reversed(content.items()))) == sha256_of(content)
    assert sha256_of(sound(name="Lain")) != sha256_of(content)


def test_the_shipped_proposal_is_loaded_once(world):
    for _time in range(2):
        call_command("load_instruments", stdout=StringIO())

    [made] = Instrument.objects.all()
    assert (made.state, made.is_proposal, made.published_by) == ("published", True, None)
    assert made.sha256 == sha256_of(stands(made))


# Rows are looked up for deletion a hundred at a time, so twenty times the rows cost three queries more.
@pytest.mark.parametrize(("path", "queries"), [(None, 40), (service.PROPOSAL, 43)], ids=["small", "shipped"])
def test_an_edit_hardly_asks_more_of_a_large_instrument(editor, path, queries, django_assert_num_queries):
    content = instrument_yaml.load(path.read_bytes()) if path else sound()
    draft = service.import_content(actor=editor, content=content)

    with django_assert_num_queries(queries):
        service.edit(actor=editor, instrument=draft, base=0, change=rename("Baru"))
