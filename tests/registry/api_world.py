"""A catalogue that answers every resource of the API with rows: for requests nobody would send in earnest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings

from registry import dataset
from registry.models import CatalogueEntry
from registry.reference import load_reference
from tests.evaluations.closed import FULL, HALF, establish, make_closed

from .factories import make_producer, make_product, make_regions
from .published import add_permit, publish, set_state


@contextmanager
def connection_kept() -> Iterator[None]:
    """The end of a request does not close the connection, in whose transaction the catalogue lies. A test client undoes this."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def filled(folder: Path) -> Iterator[list[CatalogueEntry]]:
    """The catalogue for all tests of a module, which only read; nothing of it stays."""
    with override_settings(MEDIA_ROOT=folder, SITE_URL="https://ovop.example"), connection_kept(), transaction.atomic():
        make_regions()
        load_reference(years=())
        yield fill()
        transaction.set_rollback(True)


def fill() -> list[CatalogueEntry]:
    """Products of three pillars, one suspended, an established round, and the files of the dataset."""
    made = make_closed(3, (FULL, HALF, FULL))
    establish(made)
    entries = [entrant.product.entry for entrant in made.products]
    product = make_product(make_producer("osop"), "Kecap contoh")
    add_permit(product)
    entries.append(publish(product))
    entries.append(set_state(publish(producer=make_producer("ocop"), name="Tenun contoh"), "suspended"))
    dataset.make()
    return entries
