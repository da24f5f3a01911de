"""Loading an edition of the tree: the first one is written, every later one becomes a plan that the province decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import ItemKind, PlanState, Region, RegionPlan, RegionPlanItem, SuccessionKind
from .names import clean_name
from .planning import Difference, Known, compare
from .services import DERIVED, add_region, build_region, end_region, rederive, rename_region, succeed_region
from .source import DOCUMENTED, Counts, Edition, level_of

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.base_user import AbstractBaseUser as User

_COLUMNS = ["parent", "level", "kind", "name", "postal_code", "aliases", *DERIVED]
_LOCK = 5309


class WrongEdition(Exception):
    """The edition does not hold what it is documented to hold; nothing was written."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows of the tree written, rows whose derived columns were refreshed, and the plan that waits."""

    created: int = 0
    refreshed: int = 0
    plan: RegionPlan | None = None


@transaction.atomic
def load_edition(*, edition: Edition) -> Loaded:
    """Write the first edition; compare a later one and leave its differences as a plan. Twice the same: no write."""
    _check(edition.counts, edition, "the package")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if not RegionPlan.objects.exists():
        return _first_load(edition)
    refreshed = rederive(edition.province)
    plan = RegionPlan.objects.for_content(edition.fingerprint).first() or make_plan(edition=edition)
    return Loaded(refreshed=refreshed, plan=plan if plan and plan.state == PlanState.OPEN else None)


def _check(found: Counts, edition: Edition, place: str) -> None:
    documented = DOCUMENTED.get((edition.name, edition.province))
    if documented and found != documented:
        raise WrongEdition(f"{edition.name} should hold {documented} for province {edition.province}, but {place} holds {found}.")


def _first_load(edition: Edition) -> Loaded:
    built: dict[str, Region] = {}
    for code in sorted(edition.names):
        above = built.get(code.rpartition(".")[0])
        if above is None and level_of(code) > 1:
            raise WrongEdition(f"{edition.name} holds {code} without the region above it.")
        built[code] = build_region(code=code, written=edition.names[code], postal_code=edition.postal_codes.get(code, ""), above=above)
    Region.objects.bulk_create(built.values(), update_conflicts=True, unique_fields=["code"], update_fields=_COLUMNS)
    _check(_counts_here(edition.province), edition, "the database")
    now = timezone.now()
    RegionPlan.objects.create(edition=edition.name, fingerprint=edition.fingerprint, state=PlanState.CONFIRMED, made_at=now, decided_at=now)
    return Loaded(created=len(built))


def _counts_here(province: str) -> Counts:
    kinds = Counter(Region.objects.in_force().within(province).order_by().values_list("kind", flat=True))
    return Counts(kinds["regency"] + kinds["city"], kinds["district"], kinds["village"], kinds["ward"])


def make_plan(*, edition: Edition) -> RegionPlan | None:
    """Write down what an edition would change, in place of a plan still open; None where it would change nothing."""
    rows = Region.objects.within(edition.province).values_list("code", "name", "postal_code", "ended_on")
    here = {code: Known(name, postal, ended is not None) for code, name, postal, ended in rows}
    differences = compare(edition, here)
    if not differences:
        return None
    RegionPlan.objects.open().update(state=PlanState.DROPPED, decided_at=timezone.now())
    plan = RegionPlan.objects.create(edition=edition.name, fingerprint=edition.fingerprint)
    RegionPlanItem.objects.bulk_create([_item(plan, each, edition, here) for each in differences], batch_size=1000)
    return plan


def _item(plan: RegionPlan, each: Difference, edition: Edition, here: dict[str, Known]) -> RegionPlanItem:
    codes = [code for code in each.new if code in edition.names]
    return RegionPlanItem(
        plan=plan,
        kind=each.kind,
        old_codes=each.old,
        new_codes=each.new,
        old_names=", ".join(here[code].name for code in each.old)[:500],
        new_names=", ".join(clean_name(edition.names[code]) for code in codes)[:500],
        rows={code: [edition.names[code], edition.postal_codes.get(code, "")] for code in codes},
        confidence=each.confidence,
    )


def _open_plan(plan: RegionPlan) -> RegionPlan:
    locked = RegionPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if locked.state != PlanState.OPEN:
        raise ValidationError(_("This plan was decided before."), code="decided")
    return locked


def _decide(plan: RegionPlan, actor: User | None, state: str) -> RegionPlan:
    plan.state, plan.decided_at = state, timezone.now()
    plan.decided_by_id = actor.pk if actor else None
    plan.save(update_fields=["state", "decided_by", "decided_at", "decree", "day"])
    return plan


@transaction.atomic
def note_plan(*, actor: User, plan: RegionPlan, decree: str, day: dt.date | None) -> RegionPlan:
    """Write the decree and the day of an open plan."""
    plan = _open_plan(plan)
    plan.decree, plan.day = decree, day
    plan.full_clean()
    plan.save(update_fields=["decree", "day"])
    return plan


@transaction.atomic
def drop_plan(*, actor: User, plan: RegionPlan) -> RegionPlan:
    """Set a plan aside: the tree stays, and the same content is not asked about again."""
    return _decide(_open_plan(plan), actor, PlanState.DROPPED)


@transaction.atomic
def amend_item(*, actor: User, item: RegionPlanItem, kind: str, old_codes: list[str], new_codes: list[str]) -> RegionPlanItem:
    """Correct how a difference of an open plan is read."""
    _open_plan(item.plan)
    item.kind, item.old_codes, item.new_codes = kind, old_codes, new_codes
    item.full_clean()
    item.save(update_fields=["kind", "old_codes", "new_codes"])
    return item


@transaction.atomic
def confirm_plan(*, actor: User, plan: RegionPlan, decree: str = "", day: dt.date | None = None) -> RegionPlan:
    """Carry out an open plan as one change, all of it or none; refused while a difference is unclear."""
    plan = _open_plan(plan)
    items = list(plan.items.all())
    if any(item.kind == ItemKind.UNKNOWN for item in items):
        raise ValidationError(_("Decide every difference that is not clear yet."), code="unknown")
    plan.decree = decree or plan.decree or plan.edition
    plan.day = start = day or plan.day or timezone.localdate()
    _create_new(actor, start, items)
    for item in sorted(items, key=_from_the_leaves):
        _carry_out(actor, start, plan.decree, item)
    return _decide(plan, actor, PlanState.CONFIRMED)


def _create_new(actor: User, day: dt.date, items: list[RegionPlanItem]) -> None:
    """New codes first, parents before children, so that every succession finds its regions."""
    rows = {code: row for item in items for code, row in item.rows.items()}
    known = set(Region.objects.filter(pk__in=rows).values_list("pk", flat=True))
    for code in sorted(rows.keys() - known):
        name, postal_code = rows[code]
        add_region(actor=actor, code=code, name=name, day=day, postal_code=postal_code)


def _from_the_leaves(item: RegionPlanItem) -> tuple[int, int]:
    """Successions from the villages upwards: a region ends only when nothing in force lies below it."""
    return -max(level_of(code) for code in item.old_codes or item.new_codes), item.pk


def _carry_out(actor: User, day: dt.date, decree: str, item: RegionPlanItem) -> None:
    regions = Region.objects.in_bulk([*item.old_codes, *item.new_codes])
    new = [regions[code] for code in item.new_codes if code in regions]
    for code in item.old_codes:
        _change(actor, day, decree, item, regions.get(code) or Region(code=code), new)


def _row(item: RegionPlanItem, code: str) -> tuple[str, str]:
    if code not in item.rows:
        raise ValidationError(_("The edition says nothing new about %(code)s."), code="row", params={"code": code})
    name, postal_code = item.rows[code]
    return name, postal_code


def _change(actor: User, day: dt.date, decree: str, item: RegionPlanItem, old: Region, new: list[Region]) -> None:
    if item.kind == ItemKind.POSTAL:
        Region.objects.filter(pk=old.code).update(postal_code=_row(item, old.code)[1])
    elif item.kind == ItemKind.RENAME:
        rename_region(actor=actor, region=old, name=_row(item, old.code)[0], decree=decree, day=day)
    elif item.kind == ItemKind.ENDED:
        end_region(actor=actor, region=old, day=day)
    elif item.kind != ItemKind.ADDED:
        kind = SuccessionKind(item.kind)
        succeed_region(actor=actor, old=old, new=new, kind=kind, decree=decree, day=day)
