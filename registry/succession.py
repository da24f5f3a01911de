"""What becomes of producers when a region gives way to others: they move, their former code still finds them, open work goes on.

Registered with regions/hooks.py; runs inside the transaction of the succession.
"""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Mandate
from accounts.states import Pillar
from regions.hooks import Succession
from regions.models import Region
from regions.queries import within

from . import catalogue
from .feed import REGION, record_change
from .models import CatalogueEntry, Participant, Producer, ProducerAlias
from .queries.catalogue import CatalogueEntryQuerySet


def move_producers(change: Succession) -> None:
    """Move every producer of a region that has exactly one successor; bring new names into the entries; log the succession.

    Where a region was split, nobody but an officer can say into which part a producer falls: it keeps the ended region,
    stays fully usable, and shows up among the producers whose place has to be completed.
    """
    if change.old in change.new:
        _rename_places(change.old)
    elif len(change.new) == 1:
        _move_all(change, change.new[0])
    record_change(kind=f"region_{change.kind}", subject_kind=REGION, subject_code=change.old.pk)


def _rename_places(region: Region) -> None:
    """The names below a region that keeps its code are those of today in every entry."""
    rows = CatalogueEntry.objects.select_for_update(of=("self",)).filter(within("region_code", region.pk))
    for entry in rows.order_by("pk"):
        catalogue.refresh_overlay(entry, kind="region_changed")


def _move_all(change: Succession, target: Region) -> None:
    producers = list(Producer.objects.select_for_update(of=("self",), no_key=True).filter(region=change.old).order_by("pk"))
    _lock_entries(producers)
    for producer in producers:
        _move(producer, target, change)


def _lock_entries(producers: list[Producer]) -> None:
    """Every entry that is written below, before the first change is numbered: whoever holds one waits for the next number."""
    naming = Participant.objects.agreed().filter(producer__in=producers).values("product")
    rows = CatalogueEntry.objects.select_for_update(of=("self",)).order_by("pk")
    list(rows.filter(Q(product__producer__in=producers) | Q(product__in=naming)).values_list("pk"))


def _move(producer: Producer, target, change: Succession) -> None:
    former = producer.code
    producer.region = target
    if producer.pillar == Pillar.OVOP and former == change.old.pk and not Producer.objects.filter(code=target.pk).exists():
        ProducerAlias.objects.create(producer=producer, what=ProducerAlias.What.CODE, value=former, until=change.day)
        producer.code = target.pk
        Mandate.objects.filter(unit_kind="producer", unit_code=former).update(unit_code=target.pk)
    producer.version += 1
    producer.save()
    for entry in _entries(former).order_by("pk"):
        _bring_entry(entry, producer)
    for entry in _entries_naming(producer).order_by("pk"):
        catalogue.refresh_overlay(entry, kind="participants_changed")


def _entries(producer_code: str) -> CatalogueEntryQuerySet:
    return CatalogueEntry.objects.select_for_update(of=("self",)).filter(producer_code=producer_code)


def _entries_naming(partner: Producer) -> CatalogueEntryQuerySet:
    """The entries of other producers that name this one as taking part."""
    products = Participant.objects.agreed().filter(producer=partner).values("product")
    return CatalogueEntry.objects.select_for_update(of=("self",)).filter(product__in=products)


def _bring_entry(entry: CatalogueEntry, producer: Producer) -> None:
    """The live columns follow; the frozen payload keeps what was approved."""
    code = producer.region_id
    entry.producer_code, entry.region_code = producer.code, code
    entry.regency_code, entry.district_code = code[:5], code[:8] if len(code) >= 8 else ""
    entry.save(update_fields=["producer_code", "region_code", "regency_code", "district_code"])
    catalogue.refresh_overlay(entry, kind="region_changed")
