"""Writing, copying, importing, publishing and retiring instruments. A published one never changes: the database refuses too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_anywhere, require
from accounts.states import Action
from evaluations import instrument_yaml
from evaluations.errors import Conflict, NotReady
from evaluations.instrument_checks import problems_in
from evaluations.instrument_content import content_of, settled, sha256_of, write_content
from evaluations.instrument_edits import Gone
from evaluations.instrument_schema import Content, Problem, raw_of, read_content
from evaluations.models import Instrument
from evaluations.states import InstrumentState
from registry.models import Category

if TYPE_CHECKING:
    from accounts.models import User

PROPOSAL = Path(__file__).resolve().parent.parent / "data" / "usulan-2026.yaml"

CHANGED = _("Somebody else changed this instrument meanwhile. What stands now is shown; look it over and save again.")
NOT_A_DRAFT = _("This version is not being written any more, so it cannot be changed. Start a new version from it.")
ONE_DRAFT = _("A version of this instrument is being written already. Go on with that one, or discard it first.")
HAS_PROBLEMS = _("This instrument cannot be published yet. Everything that is missing is listed.")
ONLY_PUBLISHED = _("Only a version in force can be retired.")
PART_GONE = _("This part is no longer there. Somebody else removed it or gave it another code.")
KEY_TAKEN = _("An instrument with this key exists already. Start a new version from it.")

EMPTY: Content = {"bands": [], "paths": [], "path_rules": [], "minimum_sections": [], "sections": [], "variants": []}


class Unsound(NotReady):
    """Values that the form of an instrument does not allow; `needs` are the problems."""


def known_families() -> set[str]:
    """The groups of the categories, which are the families an instrument may have a part for."""
    return set(Category.objects.filter(parent=None).values_list("slug", flat=True))


def problems_of(instrument: Instrument) -> list[Problem]:
    """Every reason at once why this instrument cannot be published, each with its place; none when it can."""
    return problems_in(content_of(instrument), families=known_families())


def _may_edit(actor: User) -> None:
    require(may_anywhere(actor, Action.INSTRUMENT_EDIT))


def _locked(instrument: Instrument) -> Instrument:
    """The instrument as it stands now; the second of two who come at once waits here."""
    row = Instrument.objects.select_for_update(of=("self",)).filter(pk=instrument.pk).first()
    if row is None:
        raise NotReady(PART_GONE)
    return row


def _whole(instrument: Instrument) -> Content:
    return content_of(Instrument.objects.whole().get(pk=instrument.pk))


def _new_version(code: str, content: Content, *, copied_from: Instrument | None = None) -> Instrument:
    """A new draft with this content. The number is the next of its code; the database lets one draft of a code exist."""
    latest = Instrument.objects.filter(code=code).aggregate(top=Max("version"))["top"] or 0
    try:
        with transaction.atomic():
            made = Instrument.objects.create(code=code, version=latest + 1, name=content["name"], copied_from=copied_from)
    except IntegrityError:
        raise NotReady(ONE_DRAFT) from None
    write_content(made, content)
    return made


def _sound(raw: Content) -> Content:
    """Content that the tables can hold; raises Unsound with every problem."""
    content, problems = read_content(raw_of(raw))
    if problems:
        raise Unsound(_("Some values do not fit."), needs=problems)
    return settled(content)


@transaction.atomic
def create_instrument(*, actor: User, code: str, name: str) -> Instrument:
    """Start the first version of a new instrument, empty. Raises Refused, Unsound, NotReady when the key is taken."""
    _may_edit(actor)
    content = _sound({**EMPTY, "code": code, "name": name})
    if Instrument.objects.filter(code=content["code"]).exists():
        raise NotReady(KEY_TAKEN)
    return _new_version(content["code"], content)


@transaction.atomic
def copy_instrument(*, actor: User, source: Instrument) -> Instrument:
    """Start the next version as a copy of a published or retired one. Raises Refused, NotReady beside another draft."""
    _may_edit(actor)
    held = _locked(source)
    if held.is_draft:
        raise NotReady(ONE_DRAFT)
    return _new_version(held.code, _whole(held), copied_from=held)


@transaction.atomic
def import_content(*, actor: User, content: Content) -> Instrument:
    """Start the next version of the code the content names. Raises Refused, Unsound, NotReady beside another draft."""
    _may_edit(actor)
    sound = _sound(content)
    former = Instrument.objects.filter(code=sound["code"]).exclude(state=InstrumentState.DRAFT).order_by("-version").first()
    return _new_version(sound["code"], sound, copied_from=former)


@transaction.atomic
def edit(*, actor: User, instrument: Instrument, base: int, change: Callable[[Content], Content]) -> Instrument:
    """Write the content that `change` (of instrument_edits) makes of what stands; return the instrument.

    `base` is the version the form was made on. Raises Refused; NotReady when it is no draft or the part is gone; Unsound
    with the problems of the values; Conflict, with what stands now, when somebody saved something meanwhile. What already
    stands is not written again.
    """
    _may_edit(actor)
    held = _locked(instrument)
    if not held.is_draft:
        raise NotReady(NOT_A_DRAFT)
    stands = _whole(held)
    try:
        wanted = _sound(change(stands))
    except Gone:
        raise NotReady(PART_GONE) from None
    if wanted == settled(stands):
        return held
    if base != held.lock_version:
        raise Conflict(CHANGED, current=stands, typed=wanted)
    held.lock_version += 1
    write_content(held, wanted)
    return held


@transaction.atomic
def publish_instrument(*, actor: User, instrument: Instrument, base: int) -> Instrument:
    """Put a draft in force, with the hash of its content. Twice is once.

    Raises Refused; Conflict when it is not what the person looked at; NotReady with every problem. Older versions stay
    in force until somebody retires them.
    """
    _may_edit(actor)
    held = _locked(instrument)
    if held.state == InstrumentState.PUBLISHED and held.lock_version == base:
        return held
    if not held.is_draft:
        raise NotReady(NOT_A_DRAFT)
    if held.lock_version != base:
        raise Conflict(CHANGED, current=_whole(held))
    return _put_in_force(held, actor)


def _put_in_force(held: Instrument, actor: User | None) -> Instrument:
    content = _whole(held)
    if needs := problems_in(content, families=known_families()):
        raise NotReady(HAS_PROBLEMS, needs=needs)
    held.state, held.published_at, held.published_by = InstrumentState.PUBLISHED, timezone.now(), actor
    held.sha256 = sha256_of(content)
    held.save(update_fields=["state", "published_at", "published_by", "sha256"])
    return held


@transaction.atomic
def retire_instrument(*, actor: User, instrument: Instrument) -> Instrument:
    """No new round may use this version any more; rounds that use it go on. Raises Refused, NotReady."""
    _may_edit(actor)
    held = _locked(instrument)
    if held.state == InstrumentState.RETIRED:
        return held
    if held.state != InstrumentState.PUBLISHED:
        raise NotReady(ONLY_PUBLISHED)
    held.state, held.retired_at = InstrumentState.RETIRED, timezone.now()
    held.save(update_fields=["state", "retired_at"])
    return held


@transaction.atomic
def discard_draft(*, actor: User, instrument: Instrument, base: int) -> None:
    """Throw a draft away. Raises Refused, NotReady when it is none, Conflict when somebody wrote in it meanwhile."""
    _may_edit(actor)
    held = _locked(instrument)
    if not held.is_draft:
        raise NotReady(NOT_A_DRAFT)
    if held.lock_version != base:
        raise Conflict(CHANGED)
    held.delete()


@transaction.atomic
def load_proposal(path: Path = PROPOSAL) -> Instrument | None:
    """Put the shipped proposal in force, once: nothing happens when any version of its code exists. A system act."""
    content = instrument_yaml.load(path.read_bytes(), families=known_families())
    if Instrument.objects.filter(code=content["code"]).exists():
        return None
    return _put_in_force(_new_version(content["code"], content), None)


def stands_in(instrument: Instrument) -> dict[str, Any]:
    """The content of an instrument that was loaded with `whole()`."""
    return settled(content_of(instrument))
