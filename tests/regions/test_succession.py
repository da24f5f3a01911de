"""Regions that change: new names, splits, mergers and new codes, and what the old codes answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from regions import hooks
from regions.models import Region, RegionSuccession, SuccessionKind
from regions.services import add_region, end_region, rename_region, set_aliases, succeed_region

pytestmark = pytest.mark.django_db
DISTRICT = "53.09.02"
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def old() -> Region:
    return Region.objects.filter(parent_id=DISTRICT, kind="village").first()


@pytest.fixture
def heard(monkeypatch) -> list[hooks.Succession]:
    told: list[hooks.Succession] = []
    monkeypatch.setattr(hooks, "_callbacks", [told.append])
    return told


def newborn(number: int, name: str = "Contoh", day: dt.date = DAY) -> Region:
    return add_region(actor=None, code=f"{DISTRICT}.29{number:02}", name=f"{name} {number}", day=day)


def give_way(old: Region, new: list[Region], kind: str, day: dt.date = DAY) -> list[RegionSuccession]:
    return succeed_region(actor=None, old=old, new=new, kind=kind, decree="Perda 1/2026 (contoh)", day=day)


def codes(rows) -> list[str]:
    return sorted(region.code for region in rows)


def test_a_new_region_stands_under_its_parent_with_everything_that_follows():
    region = newborn(1)
    assert (region.parent_id, region.level, region.kind, region.started_on) == (DISTRICT, 4, "village", DAY)
    assert region.full_name.startswith("Desa Contoh 1, Kecamatan ")
    assert Region.objects.search("contoh 1").first() == region


def test_a_split_that_ends_the_old_code_answers_with_all_parts(old, heard):
    parts = [newborn(1), newborn(2)]
    rows = give_way(old, parts, SuccessionKind.SPLIT)
    assert len(rows) == 2
    assert Region.objects.get(pk=old.pk).ended_on == DAY
    assert codes(Region.objects.resolve(old.code)) == codes(parts)
    assert [(one.old.code, codes(one.new), one.kind) for one in heard] == [(old.code, codes(parts), "split")]


def test_a_split_that_leaves_the_code_to_one_part_keeps_it_in_force(old, heard):
    part = newborn(1)
    give_way(old, [old, part], SuccessionKind.SPLIT)
    assert codes(Region.objects.resolve(old.code)) == [old.code]
    assert codes(Region.objects.successors_of(old.code)) == [part.code]
    assert len(heard) == 1


def test_a_merger_leads_both_codes_to_one(old):
    other = Region.objects.filter(parent_id=DISTRICT, kind="village").exclude(pk=old.pk).first()
    heir = newborn(1)
    for region in (old, other):
        give_way(region, [heir], SuccessionKind.MERGE)
    assert codes(Region.objects.resolve(old.code)) == codes(Region.objects.resolve(other.code)) == [heir.code]


def test_a_chain_of_changes_is_followed_to_the_regions_in_force(old, django_assert_num_queries):
    first, second, third = newborn(1), newborn(2), newborn(3)
    give_way(old, [first], SuccessionKind.MOVED)
    give_way(first, [second, third], SuccessionKind.SPLIT)
    fourth = newborn(4)
    give_way(third, [fourth], SuccessionKind.MERGE)
    with django_assert_num_queries(1):
        assert codes(Region.objects.resolve(old.code)) == [second.code, fourth.code]
    with django_assert_num_queries(1):
        assert codes(Region.objects.successors_of(old.code)) == [first.code, second.code, third.code, fourth.code]
    assert codes(Region.objects.resolve(second.code)) == [second.code]
    assert codes(Region.objects.resolve("53.99")) == []


def test_a_new_name_keeps_the_code_the_former_name_findable_and_full_names_below_in_step(heard):
    former = Region.objects.get(pk=DISTRICT)
    rename_region(actor=None, region=former, name="Ubahan Contoh", decree="Perda 2/2026 (contoh)", day=DAY)
    below = Region.objects.filter(parent_id=DISTRICT).first()
    assert ", Kecamatan Ubahan Contoh, Kabupaten Ngada" in below.full_name
    assert "ubahan contoh" in below.path_text
    assert Region.objects.search(f"Kec. {former.name}").first().code == DISTRICT
    assert codes(Region.objects.resolve(DISTRICT)) == [DISTRICT]
    assert RegionSuccession.objects.get().former_name == former.name
    assert heard[0].kind == "rename"
    assert heard[0].old.name == "Ubahan Contoh"


def test_the_tree_of_a_day_is_the_one_in_force_on_that_day(old):
    new = newborn(1)
    give_way(old, [new], SuccessionKind.MOVED)
    before, after = Region.objects.as_of(DAY - dt.timedelta(days=1)), Region.objects.as_of(DAY)
    assert codes(before.filter(pk__in=[old.pk, new.pk])) == [old.code]
    assert codes(after.filter(pk__in=[old.pk, new.pk])) == [new.code]
    assert before.count() == after.count() == 3780


def test_an_end_without_a_successor_is_told_and_answers_with_nothing(old, heard):
    end_region(actor=None, region=old, day=DAY)
    assert codes(Region.objects.resolve(old.code)) == []
    assert (heard[0].kind, list(heard[0].new)) == ("ended", [])


def test_an_error_above_undoes_the_whole_change(old, monkeypatch):
    def refuse(succession: hooks.Succession) -> None:
        raise RuntimeError("no")

    new = newborn(1)
    monkeypatch.setattr(hooks, "_callbacks", [refuse])
    with pytest.raises(RuntimeError):
        give_way(old, [new], SuccessionKind.MOVED)
    assert Region.objects.get(pk=old.pk).ended_on is None
    assert not RegionSuccession.objects.exists()


def test_a_callback_is_registered_once(monkeypatch):
    monkeypatch.setattr(hooks, "_callbacks", [])
    hooks.on_succession(print)
    hooks.on_succession(print)
    assert hooks._callbacks == [print]


def refused(reason: str, call, **arguments) -> None:
    with pytest.raises(ValidationError) as error:
        call(actor=None, **arguments)
    assert error.value.code == reason


def test_what_cannot_be_is_refused_with_a_reason(old):
    new, tomorrow = newborn(1), timezone.localdate() + dt.timedelta(days=1)
    change = {"old": old, "decree": "x", "day": DAY}
    refused("count", succeed_region, new=[], kind="split", **change)
    refused("count", succeed_region, new=[new, old], kind="merge", **change)
    refused("itself", succeed_region, new=[old], kind="moved", **change)
    refused("level", succeed_region, new=[Region.objects.get(pk=DISTRICT)], kind="merge", **change)
    refused("not_in_force", succeed_region, new=[Region(code="53.00")], kind="merge", **change)
    refused("future", succeed_region, new=[new], kind="moved", **{**change, "day": tomorrow})
    refused("children", end_region, region=Region.objects.get(pk=DISTRICT), day=DAY)
    refused("taken", add_region, code=old.code, name="x", day=DAY)
    refused("not_in_force", add_region, code="53.00.01", name="x", day=DAY)
    refused("same", rename_region, region=old, name=old.name, decree="x", day=DAY)


def test_a_region_that_ended_cannot_give_way_again(old):
    first, second = newborn(1), newborn(2)
    give_way(old, [first], SuccessionKind.MOVED)
    refused("not_in_force", succeed_region, old=old, new=[second], kind="moved", decree="x", day=DAY)


def test_a_region_cannot_end_before_it_began():
    young = newborn(1, day=DAY)
    other = newborn(2)
    with pytest.raises(ValidationError), transaction.atomic():
        give_way(young, [other], SuccessionKind.MOVED, day=DAY - dt.timedelta(days=5))
    assert Region.objects.get(pk=young.pk).ended_on is None


def test_recorded_changes_are_append_only(old):
    (row,) = give_way(old, [newborn(1)], SuccessionKind.MOVED)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        RegionSuccession.objects.filter(pk=row.pk).update(decree="other")


def test_aliases_are_found_at_once(old):
    set_aliases(actor=None, region=old, aliases=["  Kampung   Tua ", ""])
    assert Region.objects.search("kampung tua").first() == old
    assert Region.objects.get(pk=old.pk).aliases == ["Kampung Tua"]
