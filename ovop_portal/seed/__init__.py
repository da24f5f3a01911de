"""Synthetic products for load tests: plausible, marked, and made in sets. Never in production (`manage.py seed`)."""

from __future__ import annotations

import random
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction

from registry.models import Category, Product

from .people import Offices, make_units
from .products import Maker, State, choose_states
from .writing import Writer

CHUNK = 5000
MOST = 1_200_000


class NotSeeded(Exception):
    """Why nothing was made, in plain words."""


def _check(count: int) -> None:
    if not 1 <= count <= MOST:
        raise NotSeeded(f"Between 1 and {MOST} products can be made, not {count}.")
    if Product.objects.filter(is_synthetic=True).exists():
        raise NotSeeded("Synthetic products are there already. Seed an empty database.")
    if not Category.objects.exists():
        raise NotSeeded("The categories are missing. Run: manage.py load_reference")


def _collect_index_entries() -> None:
    """Let the text indexes take their entries in large lots, in this transaction only; much quicker than one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL gin_pending_list_limit = '512MB'")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")


@transaction.atomic
def seed(*, count: int, number: int = 1, told: Callable[[int], None] = lambda done: None) -> dict[str, int]:
    """Make `count` products, the same ones for the same number and day; returns how many stand in which state.

    All or nothing. Raises NotSeeded where they may not or cannot be made.
    """
    _check(count)
    _collect_index_entries()
    rng = random.Random(number)  # noqa: S311 - made-up products, no secret
    offices = Offices(settings.PROVINCE_CODE)
    units = make_units(rng, count, settings.PROVINCE_CODE)
    if not units:
        raise NotSeeded("The regions are missing. Run: manage.py load_regions")
    maker = Maker(rng, units, offices, set(Product.objects.values_list("code", flat=True)), count)
    writer = Writer(rng, offices)
    states = choose_states(rng, count)
    for start in range(0, count, CHUNK):
        writer.write([maker.make(start + index, state) for index, state in enumerate(states[start : start + CHUNK])])
        told(min(start + CHUNK, count))
    writer.finish()
    return {state.value: states.count(state) for state in State}
