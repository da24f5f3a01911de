"""Products entering a round, and the check of their documents. The only writer of `Entrant.state`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, permissions
from evaluations.errors import NotReady
from evaluations.models import Entrant, EvidenceRequest, Round
from evaluations.states import AppliesIf, EntrantState, Phase
from regions.queries import within
from registry.models import CatalogueEntry, Category
from registry.states import LegalForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User

CHECKING = (Phase.ENTRY, Phase.DOCUMENTS, Phase.SAMPLES)
_ALONE = ("", LegalForm.UMKM, LegalForm.COMPANY)


def eligible(round: Round) -> QuerySet[CatalogueEntry]:
    """Published products a round may take: of its pillars, areas and families, and not in it yet."""
    area = Q(pk__in=[])
    for code in round.region_codes:
        area |= within("region_code", code)
    rows = CatalogueEntry.objects.published().filter(area, pillar__in=round.pillars)
    families = round.families.values("family")
    return rows.filter(category_group__in=families).exclude(product__in=round.entrants.values("product"))


@transaction.atomic
def enter_products(*, actor: User, round: Round, entries: QuerySet[CatalogueEntry]) -> list[Entrant]:
    """Take every eligible one of these published products into the round, each with the version that is public now.

    Those already in, or not eligible, are left out without a word: sent twice enters once. Raises NotReady once the
    documents are being checked, Refused.
    """
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    allowed = require(permissions.may_run(actor, fresh))
    if fresh.phase not in (Phase.ENTRY, Phase.DOCUMENTS):
        raise NotReady(_("Products can enter until the documents are checked."))
    picked = eligible(fresh).filter(pk__in=entries.values("pk")).select_related("version", "product__producer").order_by("name_key", "pk")
    last = fresh.entrants.aggregate(last=Max("number"))["last"] or 0
    instruments = dict(fresh.families.values_list("family", "instrument"))
    categories = Category.objects.in_bulk(field_name="slug")
    rows = [
        _entrant(fresh, entry, number, instruments[entry.category_group], categories[entry.category])
        for number, entry in enumerate(picked, start=last + 1)
    ]
    made = Entrant.objects.bulk_create(rows, batch_size=500)
    if made:
        events.record(round=fresh, kind="entrant_added", actor=actor, mandate=allowed.mandate, detail={"count": len(made)})
    return made


def _entrant(round: Round, entry: CatalogueEntry, number: int, instrument: int, category: Category) -> Entrant:
    return Entrant(
        round=round,
        product_id=entry.product_id,
        version_id=entry.version_id,
        instrument_id=instrument,
        number=number,
        code=entry.code,
        name=entry.name,
        producer_code=entry.producer_code,
        producer_name=entry.product.producer.name,
        enterprise_id=entry.product.enterprise_id,
        pillar=entry.pillar,
        region_code=entry.region_code,
        regency_code=entry.regency_code,
        family=entry.category_group,
        category=entry.category,
        facts=facts_of(entry.version.snapshot, category),
    )


def facts_of(content: dict[str, Any], category: Category) -> dict[str, bool]:
    """The answers to every condition a criterion may have, from the frozen version."""
    maker = content["maker"] or {}
    return {
        AppliesIf.HAS_STORY: bool(content["story"].strip()),
        AppliesIf.IS_FOOD: category.is_food,
        AppliesIf.HAS_PERMITS_REQUIRED: bool(category.required_permits),
        AppliesIf.HAS_SEASONS: 0 < len(content["months"]) < 12,
        AppliesIf.IS_GROUP: maker.get("legal_form", "") not in _ALONE,
    }


@transaction.atomic
def check_documents(*, actor: User, entrant: Entrant, outcome: str, reason: str = "", due_on: dt.date | None = None) -> Entrant:
    """Say what the check of the documents found: complete, lacking (with what and until when) or out (with why).

    What is lacking is asked of the producer as a question with its due day. Raises NotReady, Refused.
    """
    fresh = _locked(entrant)
    allowed = require(permissions.may_handle(actor, fresh))
    if fresh.round.phase not in CHECKING:
        raise NotReady(_("Documents are checked before scoring begins."))
    _check_words(outcome, reason, due_on)
    was_out = fresh.state == EntrantState.OUT
    _write(fresh, outcome, reason.strip(), due_on if outcome == EntrantState.LACKING else None)
    if outcome == EntrantState.LACKING and due_on is not None:
        EvidenceRequest.objects.create(entrant=fresh, asked_by=actor, question=fresh.state_reason, due_on=due_on)
    kinds = {EntrantState.COMPLETE: "documents_complete", EntrantState.LACKING: "documents_lacking", EntrantState.OUT: "entrant_out"}
    kind = "entrant_back" if was_out and outcome == EntrantState.COMPLETE else kinds[EntrantState(outcome)]
    events.record(round=fresh.round, entrant=fresh, kind=kind, actor=actor, mandate=allowed.mandate, comment=reason.strip())
    return fresh


def _check_words(outcome: str, reason: str, due_on: dt.date | None) -> None:
    if outcome not in (EntrantState.COMPLETE, EntrantState.LACKING, EntrantState.OUT):
        raise NotReady(_("Choose what the check found."))
    if outcome != EntrantState.COMPLETE and not reason.strip():
        raise NotReady(_("Write what is lacking or why it is out; the producer reads it."))
    if outcome == EntrantState.LACKING and (due_on is None or due_on < timezone.localdate()):
        raise NotReady(_("Name the day until which the producer can complete it."))


def _write(entrant: Entrant, state: str, reason: str, due_on: dt.date | None) -> None:
    entrant.state, entrant.state_reason, entrant.due_on = state, reason, due_on
    entrant.save(update_fields=["state", "state_reason", "due_on"])


def _locked(entrant: Entrant) -> Entrant:
    """The round first, then the product, everywhere in this order."""
    Round.objects.select_for_update(of=("self",)).get(pk=entrant.round_id)
    return Entrant.objects.select_for_update(of=("self",)).select_related("round").get(pk=entrant.pk)


@transaction.atomic
def complete_many(*, actor: User, round: Round, entrants: Iterable[Entrant]) -> int:
    """Find all of these complete that nobody has looked at yet; returns how many. Raises NotReady, Refused."""
    fresh = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    allowed = require(permissions.may_run(actor, fresh))
    if fresh.phase not in CHECKING:
        raise NotReady(_("Documents are checked before scoring begins."))
    rows = fresh.entrants.visible_to(actor).filter(pk__in=[entrant.pk for entrant in entrants], state=EntrantState.ENTERED)
    count = Entrant.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(state=EntrantState.COMPLETE)
    if count:
        events.record(round=fresh, kind="documents_complete", actor=actor, mandate=allowed.mandate, detail={"count": count})
    return count


@transaction.atomic
def set_calibration(*, actor: User, entrant: Entrant, on: bool) -> Entrant:
    """Make a product a common sample product that every reviewer scores first, or an ordinary one again; before scoring only."""
    fresh = _locked(entrant)
    allowed = require(permissions.may_handle(actor, fresh))
    if fresh.round.phase not in CHECKING:
        raise NotReady(_("Common sample products are chosen before scoring begins."))
    fresh.is_calibration = on
    fresh.save(update_fields=["is_calibration"])
    events.record(round=fresh.round, entrant=fresh, kind="calibration_set", actor=actor, mandate=allowed.mandate, detail={"on": on})
    return fresh
