"""What officers and the load of regions cost: publishing a hundred submissions, the tree against a plain bulk_create."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from regions.loading import load_edition
from regions.models import Region
from regions.source import Edition
from registry.models import Category, Submission
from registry.services import bulk, checks
from registry.workflow import apply

from .measure import Report, Sample, interleaved, ms, times

TOGETHER = 10


def measure_publishing(report: Report, count: int) -> None:
    """Half of the submissions one by one, half in bulk, in turns of ten; beside a plain save in a transaction of its own."""
    province = User.objects.get(username="sintetis-provinsi")
    waiting = list(Submission.objects.filter(state="verified").order_by("pk")[: 2 * count])
    lots = [waiting[start : start + TOGETHER] for start in range(0, len(waiting) - TOGETHER + 1, TOGETHER)]
    samples: dict[str, list[float]] = {"one by one": [], "in bulk": [], "plain save": []}
    statements: dict[str, float] = {}
    for number, lot in enumerate(lots):
        name, act = (("one by one", _one_by_one), ("in bulk", _in_bulk))[number % 2]
        took, asked = _timed(lambda lot=lot, act=act: act(province, lot), watched=number < 2)
        if watched := number < 2:
            statements[name] = asked / len(lot)
        if not watched:
            samples[name] += [took / len(lot)] * len(lot)
        samples["plain save"] += [_timed(_plain_save)[0] for _one in lot]
    plain = statistics.median(samples["plain save"])
    rows = [
        (name, str(len(taken)), ms(statistics.median(taken)), times(statistics.median(taken) / plain), f"{statements.get(name, 1):.0f}")
        for name, taken in samples.items()
        if taken
    ]
    report.table(
        "Publishing submissions (claim, check, state, event, notices, entry, feed)",
        ("way", "how many", "ms each", "of a save", "statements"),
        rows,
    )


def _timed(act: Callable[[], object], *, watched: bool = False) -> tuple[float, int]:
    if watched:
        with CaptureQueriesContext(connection) as queries:
            act()
        return 0.0, len(queries)
    began = time.perf_counter()
    act()
    return time.perf_counter() - began, 0


def _one_by_one(province: User, lot: list[Submission]) -> None:
    for submission in lot:
        held = checks.claim(actor=province, submission=submission)
        apply(actor=province, submission=held, name="publish", expected=held.lock_version)


def _in_bulk(province: User, lot: list[Submission]) -> None:
    results = bulk.decide_many(actor=province, picked=[(each, each.lock_version) for each in lot], name="publish")
    failed = [str(result.reason) for result in results if not result.done]
    if failed:
        raise RuntimeError(f"not published: {failed[:3]}")


@transaction.atomic
def _plain_save() -> None:
    category = Category.objects.select_for_update(of=("self",)).get(slug="tenun")
    category.save(update_fields=["position"])


class _RolledBack(Exception):
    pass


def measure_regions(report: Report, edition: Edition, rounds: int = 5) -> None:
    """The load of a whole edition beside writing the same rows; each undone again. The tables of regions must be empty."""
    built: list[Region] = []

    def load() -> None:
        load_edition(edition=edition)
        built[:] = built or list(Region.objects.order_by("code"))

    def plain() -> None:
        Region.objects.bulk_create([_copy(region) for region in built])

    _undone(load)
    samples = interleaved({"load of the edition": lambda: _undone(load), "plain bulk_create": lambda: _undone(plain)}, rounds, warm_up=1)
    base: Sample = samples["plain bulk_create"]
    rows = [(name, str(len(built)), ms(sample.median), times(sample.over(base))) for name, sample in samples.items()]
    report.table("The tree of regions", ("way", "regions", "ms", "of bulk_create"), rows)


def _undone(act: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            act()
            raise _RolledBack
    except _RolledBack:
        pass


def _copy(region: Region) -> Region:
    return Region(**{field.attname: getattr(region, field.attname) for field in Region._meta.concrete_fields})
