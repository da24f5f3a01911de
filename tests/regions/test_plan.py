"""A later edition changes nothing by itself: it becomes a plan that the province decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from regions.loading import amend_item, confirm_plan, drop_plan, load_edition
from regions.models import ItemKind, PlanState, Region, RegionPlan, RegionPlanItem, RegionSuccession
from regions.source import Edition

pytestmark = pytest.mark.django_db
HOME = "53.09.02"


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("petugas-contoh", display_name="Petugas provinsi (contoh)")


def later(edition: Edition, *, without: tuple[str, ...] = (), postal: Mapping[str, str] = {}, **names: str) -> Edition:
    """The edition of another year: codes taken out, names set (`_` for a dot) and postal codes set."""
    rows = {code: name for code, name in edition.names.items() if code not in without}
    rows |= {code.strip("r").replace("_", "."): name for code, name in names.items()}
    return dataclasses.replace(edition, name="trial 2027", names=rows, postal_codes={**edition.postal_codes, **postal})


def plan_of(edition: Edition) -> RegionPlan:
    plan = load_edition(edition=edition).plan
    assert plan is not None
    return plan


def read(plan: RegionPlan) -> list[tuple[str, list[str], list[str]]]:
    return sorted((item.kind, item.old_codes, item.new_codes) for item in plan.items.all())


@pytest.fixture
def villages() -> list[Region]:
    return list(Region.objects.filter(parent_id=HOME, kind="village")[:3])


def tree() -> list[tuple]:
    return list(Region.objects.values_list("code", "name", "postal_code", "ended_on"))


def test_differences_are_written_down_and_nothing_changes(edition, villages):
    before = tree()
    one, two, three = villages
    changed = later(
        edition,
        without=(two.code,),
        postal={three.code: "99999"},
        **{f"r{one.code.replace('.', '_')}": "Nama Baru", "r53_09_02_2999": f"{three.name} Timur", "r53_09_02_2998": "Zzyzx"},
    )
    plan = plan_of(changed)
    assert read(plan) == [
        (ItemKind.ADDED, [], ["53.09.02.2998"]),
        (ItemKind.POSTAL, [three.code], [three.code]),
        (ItemKind.RENAME, [one.code], [one.code]),
        (ItemKind.SPLIT, [three.code], [three.code, "53.09.02.2999"]),
        (ItemKind.UNKNOWN, [two.code], []),
    ]
    assert tree() == before
    assert all(0 <= item.confidence <= 100 for item in plan.items.all())


def test_the_same_edition_makes_one_plan_only(edition, villages, officer):
    changed = later(edition, **{f"r{villages[0].code.replace('.', '_')}": "Nama Baru"})
    plan = plan_of(changed)
    assert plan_of(changed) == plan
    drop_plan(actor=officer, plan=plan)
    assert load_edition(edition=changed).plan is None
    assert Region.objects.get(pk=villages[0].pk).name == villages[0].name


def test_a_confirmed_plan_is_carried_out_as_one_change(edition, villages, officer):
    one, two, three = villages
    changed = later(
        edition,
        postal={three.code: "99999"},
        **{f"r{one.code.replace('.', '_')}": "Nama Baru", "r53_09_02_2999": f"{two.name} Timur"},
    )
    plan = confirm_plan(actor=officer, plan=plan_of(changed), decree="Kepmendagri contoh/2027")
    assert (plan.state, plan.decided_by, plan.day) == (PlanState.CONFIRMED, officer, timezone.localdate())
    assert Region.objects.get(pk=one.code).name == "Nama Baru"
    assert Region.objects.get(pk=three.code).postal_code == "99999"
    assert Region.objects.get(pk="53.09.02.2999").started_on == timezone.localdate()
    assert {(row.old_id, row.new_id, row.kind, row.decree) for row in RegionSuccession.objects.all()} == {
        (one.code, one.code, "rename", "Kepmendagri contoh/2027"),
        (two.code, two.code, "split", "Kepmendagri contoh/2027"),
        (two.code, "53.09.02.2999", "split", "Kepmendagri contoh/2027"),
    }
    assert load_edition(edition=changed).plan is None


def test_a_district_that_gets_a_new_code_moves_with_its_villages(edition, officer):
    inside = [code for code in edition.names if code.startswith(HOME)]
    moved = {"r" + code.replace(HOME, "53.09.98").replace(".", "_"): edition.names[code] for code in inside}
    plan = plan_of(later(edition, without=tuple(inside), **moved))
    by_kind = {kind: plan.items.filter(kind=kind).count() for kind in ItemKind.values}
    assert by_kind["moved"] == len(inside)
    confirm_plan(actor=officer, plan=plan)
    assert not Region.objects.in_force().within(HOME).exists()
    assert Region.objects.within(HOME).count() == Region.objects.in_force().within("53.09.98").count() == len(inside)
    assert [region.code for region in Region.objects.resolve(HOME)] == ["53.09.98"]


def test_a_merger_is_guessed_from_the_new_name_of_the_neighbour(edition, villages, officer):
    one, two, _ = villages
    changed = later(edition, without=(one.code,), **{f"r{two.code.replace('.', '_')}": f"{two.name} {one.name}"})
    plan = plan_of(changed)
    assert (ItemKind.MERGE, [one.code], [two.code]) in read(plan)
    confirm_plan(actor=officer, plan=plan)
    assert [region.code for region in Region.objects.resolve(one.code)] == [two.code]


def test_an_unclear_difference_must_be_decided_first(edition, villages, officer):
    one, two, _ = villages
    plan = plan_of(later(edition, without=(one.code,)))
    with pytest.raises(ValidationError) as error:
        confirm_plan(actor=officer, plan=plan)
    assert error.value.code == "unknown"
    amend_item(actor=officer, item=plan.items.get(), kind=ItemKind.MERGE, old_codes=[one.code], new_codes=[two.code])
    confirm_plan(actor=officer, plan=plan)
    assert [region.code for region in Region.objects.resolve(one.code)] == [two.code]


def test_a_plan_that_cannot_be_carried_out_changes_nothing(edition, villages, officer):
    one, two, _ = villages
    changed = later(edition, without=(one.code,), **{f"r{two.code.replace('.', '_')}": "Nama Baru"})
    plan = plan_of(changed)
    item = plan.items.get(kind=ItemKind.UNKNOWN)
    amend_item(actor=officer, item=item, kind=ItemKind.MERGE, old_codes=[one.code], new_codes=["53.00.00.0000"])
    before = tree()
    with pytest.raises(ValidationError):
        confirm_plan(actor=officer, plan=plan)
    assert tree() == before
    assert RegionPlan.objects.get(pk=plan.pk).state == PlanState.OPEN


def test_an_item_read_as_what_the_edition_does_not_say_is_refused(edition, villages, officer):
    one, two, _ = villages
    plan = plan_of(later(edition, without=(one.code,)))
    amend_item(actor=officer, item=plan.items.get(), kind=ItemKind.RENAME, old_codes=[two.code], new_codes=[two.code])
    with pytest.raises(ValidationError) as error:
        confirm_plan(actor=officer, plan=plan)
    assert error.value.code == "row"


def test_a_newer_edition_takes_the_place_of_an_open_plan(edition, villages):
    first = plan_of(later(edition, postal={villages[0].code: "99999"}))
    second = plan_of(later(edition, postal={villages[0].code: "88888"}))
    first.refresh_from_db()
    assert (first.state, second.state) == (PlanState.DROPPED, PlanState.OPEN)


def test_a_name_that_only_begins_alike_is_no_split(edition, villages):
    plan = plan_of(later(edition, r53_09_02_2999=f"{villages[1].name}ngo"))
    assert read(plan) == [(ItemKind.ADDED, [], ["53.09.02.2999"])]


def test_a_decided_plan_is_decided_once(edition, villages, officer):
    plan = plan_of(later(edition, **{f"r{villages[0].code.replace('.', '_')}": "Nama Baru"}))
    confirm_plan(actor=officer, plan=plan)
    item = plan.items.get()
    again = [
        lambda: confirm_plan(actor=officer, plan=plan),
        lambda: drop_plan(actor=officer, plan=plan),
        lambda: amend_item(actor=officer, item=item, kind="ended", old_codes=[], new_codes=[]),
    ]
    for call in again:
        with pytest.raises(ValidationError) as error:
            call()
        assert error.value.code == "decided"


def test_a_code_that_ended_here_and_comes_back_is_a_question(edition, villages):
    Region.objects.filter(pk=villages[0].pk).update(ended_on="2026-01-01")
    plan = plan_of(later(edition, postal={villages[1].code: "99999"}))
    assert (ItemKind.UNKNOWN, [], [villages[0].code]) in read(plan)


def test_a_whole_other_edition_is_planned_in_few_statements(edition, django_assert_max_num_queries):
    changed = dataclasses.replace(edition, name="trial 2027", postal_codes={})
    with django_assert_max_num_queries(15):
        plan = plan_of(changed)
    assert RegionPlanItem.objects.filter(plan=plan).count() == 3442
