"""Writes of the region tree. The right to them (`reference.edit`) is asked by the door: accounts stand above this app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import hooks
from .models import Region, RegionSuccession, SuccessionKind
from .names import canonical, clean_name, search_text, spellings, title
from .source import kind_of, level_of, parent_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser as User

DERIVED = ["full_name", "search_text", "path_text"]


def full_name_of(region: Region, above: Region | None) -> str:
    """Kind and name of the region and of every region above it, the province left out."""
    own = title(region.kind, region.name)
    return own if above is None or above.level == 1 else f"{own}, {above.full_name}"


def derive(region: Region, above: Region | None) -> Region:
    """Fill what follows from name, kind, aliases and place; `above` is the parent, already derived."""
    region.full_name = full_name_of(region, above)
    region.search_text = search_text(region.name, region.aliases)
    region.path_text = canonical(region.full_name)
    return region


def build_region(*, code: str, written: str, postal_code: str = "", above: Region | None, started_on: dt.date | None = None) -> Region:
    """An unsaved region from an edition's code and spelling; `above` is its parent, built before it."""
    region = Region(
        code=code,
        parent_id=parent_of(code),
        level=level_of(code),
        kind=kind_of(code, written),
        name=clean_name(written),
        postal_code=postal_code,
        aliases=spellings(written),
        started_on=started_on,
    )
    return derive(region, above)


def derive_tree(regions: Iterable[Region]) -> list[Region]:
    """Derive parents before children; returns the regions whose derived columns changed. A parent outside keeps its row."""
    by_code = {region.code: region for region in regions}
    changed = []
    for code in sorted(by_code):
        region = by_code[code]
        before = [getattr(region, column) for column in DERIVED]
        above = by_code.get(region.parent_id or "") or region.parent
        if [getattr(derive(region, above), column) for column in DERIVED] != before:
            changed.append(region)
    return changed


def rederive(code: str) -> int:
    """Bring the derived columns below `code` in step with names and aliases, in few statements; the number of rows written."""
    # No join to the parents: all but that of `code` are among the rows, and a poor plan of the join took six seconds for the province.
    changed = derive_tree(Region.objects.within(code))
    Region.objects.bulk_update(changed, DERIVED, batch_size=1000)
    return len(changed)


def _locked(codes: Iterable[str]) -> dict[str, Region]:
    rows = Region.objects.select_for_update(of=("self",)).filter(pk__in=set(codes)).order_by("pk")
    return {region.code: region for region in rows}


def _check_day(day: dt.date) -> None:
    if day > timezone.localdate():
        raise ValidationError(_("Record a change on the day it comes into force, not before."), code="future")


def _in_force(regions: dict[str, Region], codes: Iterable[str]) -> list[Region]:
    for code in codes:
        if code not in regions or regions[code].ended_on:
            raise ValidationError(_("%(code)s is not a region in force."), code="not_in_force", params={"code": code})
    return [regions[code] for code in codes]


@transaction.atomic
def add_region(*, actor: User | None, code: str, name: str, day: dt.date, postal_code: str = "") -> Region:
    """Open a new code under a parent in force, from `day` on; a code is given once and never again."""
    _check_day(day)
    regions = _locked([code, parent_of(code) or code])
    if code in regions:
        raise ValidationError(_("The code %(code)s was given before."), code="taken", params={"code": code})
    (above,) = _in_force(regions, [parent_of(code) or ""])
    region = build_region(code=code, written=name, postal_code=postal_code, above=above, started_on=day)
    region.full_clean()
    region.save(force_insert=True)
    return region


def _check_succession(former: Region, followers: Sequence[Region], kind: str) -> None:
    if not followers or (kind != SuccessionKind.SPLIT and len(followers) != 1):
        raise ValidationError(_("A split names at least one new region, every other change exactly one."), code="count")
    if any(region.level != former.level for region in followers):
        raise ValidationError(_("A region can only give way to regions of its own level."), code="level")
    if former in followers and kind != SuccessionKind.SPLIT:
        raise ValidationError(_("A region cannot give way to itself."), code="itself")
    if former not in followers:
        _check_empty(former)


def _check_empty(former: Region) -> None:
    if former.children.in_force().exists():
        raise ValidationError(
            _("Regions below %(name)s are still in force: change them first."), code="children", params={"name": former.name}
        )


@transaction.atomic
def succeed_region(
    *, actor: User | None, old: Region, new: Sequence[Region], kind: str, decree: str, day: dt.date
) -> list[RegionSuccession]:
    """Let `old` give way to the regions `new` from `day` on, and tell the apps above in the same transaction.

    The old region ends unless it stands among the new ones (a split that leaves its code to one part).
    """
    _check_day(day)
    codes = [region.code for region in new]
    regions = _locked([old.code, *codes])
    (former,) = _in_force(regions, [old.code])
    followers = _in_force(regions, codes)
    _check_succession(former, followers, kind)
    rows = [_succession(actor, former, region, kind, decree, day) for region in followers]
    if former not in followers:
        _end(former, day)
    hooks.tell(hooks.Succession(actor=actor, old=former, new=followers, kind=kind, day=day))
    return rows


def _succession(
    actor: User | None, old: Region, new: Region, kind: str, decree: str, day: dt.date, former_name: str = ""
) -> RegionSuccession:
    row = RegionSuccession(old=old, new=new, kind=kind, former_name=former_name or old.name, decree=decree, day=day)
    row.recorded_by_id = actor.pk if actor else None
    row.full_clean()
    row.save()
    return row


def _end(region: Region, day: dt.date) -> None:
    region.ended_on = day
    region.full_clean()
    region.save(update_fields=["ended_on"])


@transaction.atomic
def end_region(*, actor: User | None, region: Region, day: dt.date) -> Region:
    """End a region that nothing follows; its code answers with nothing from `day` on."""
    _check_day(day)
    (former,) = _in_force(_locked([region.code]), [region.code])
    _check_empty(former)
    _end(former, day)
    hooks.tell(hooks.Succession(actor=actor, old=former, new=[], kind="ended", day=day))
    return former


@transaction.atomic
def rename_region(*, actor: User | None, region: Region, name: str, decree: str, day: dt.date) -> Region:
    """Give a region that keeps its code a new name; the former one stays findable, full names below follow."""
    _check_day(day)
    (renamed,) = _in_force(_locked([region.code]), [region.code])
    former_name = renamed.name
    if clean_name(name) == former_name:
        raise ValidationError(_("%(name)s already has this name."), code="same", params={"name": former_name})
    renamed.name = clean_name(name)
    renamed.aliases = sorted({*renamed.aliases, *spellings(name), former_name} - {renamed.name})
    renamed.full_clean()
    renamed.save(update_fields=["name", "aliases"])
    _succession(actor, renamed, renamed, SuccessionKind.RENAME, decree, day, former_name)
    rederive(renamed.code)
    renamed.refresh_from_db()
    hooks.tell(hooks.Succession(actor=actor, old=renamed, new=[renamed], kind=SuccessionKind.RENAME, day=day))
    return renamed


@transaction.atomic
def set_aliases(*, actor: User | None, region: Region, aliases: Iterable[str]) -> Region:
    """Replace the other spellings by which people find a region."""
    (found,) = _in_force(_locked([region.code]), [region.code])
    found.aliases = sorted({" ".join(alias.split()) for alias in aliases if alias.strip()})
    derive(found, found.parent)
    found.full_clean()
    found.save(update_fields=["aliases", *DERIVED])
    return found


@transaction.atomic
def record_change(
    *, actor: User | None, old: Region, followers: Sequence[tuple[str, str]], kind: str, decree: str, day: dt.date
) -> RegionSuccession:
    """Record a decree by hand: each follower is a code and a name, a code not yet given is opened. The first row written."""
    if kind == SuccessionKind.RENAME and [code for code, _name in followers] == [old.code]:
        rename_region(actor=actor, region=old, name=followers[0][1], decree=decree, day=day)
        return RegionSuccession.objects.get(old=old, new=old, day=day)
    known = Region.objects.in_bulk([code for code, _name in followers])
    new = [known.get(code) or add_region(actor=actor, code=code, name=name, day=day) for code, name in followers]
    return succeed_region(actor=actor, old=old, new=new, kind=kind, decree=decree, day=day)[0]
