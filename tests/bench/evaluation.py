"""A whole evaluation round: draw, one autosave, progress page, close, computing it again, and the files."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from io import SEEK_END
from statistics import median
from typing import IO

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluations import exports, results
from evaluations.draw_plan import make_plan
from evaluations.models import Criterion, Entrant, ResultSet, Round, Score, Sheet
from evaluations.services import closing, draw

from . import evaluation_seed as seed
from .floor import BODIES, CSRF, visit
from .measure import Report, forget_peak, interleaved, memory, ms, times

SMALL = 50  # products of the round whose page must cost as many queries as the large one's
SAVE_LIMIT, CLOSE_SECONDS, CLOSE_RATIO, TURNS = 2.0, 10.0, 5.0, 3
PROGRESS = "putaran"

# Points and places of every product in one statement, for comparison: the mean of its sheets.
_AGGREGATION = """
SELECT entrant, total, rank() OVER (ORDER BY total DESC) FROM (
    SELECT e.id AS entrant, round(sum(l.points * c.weight) / count(DISTINCT s.id), 2) AS total
    FROM evaluations_score x JOIN evaluations_level l ON l.id = x.level_id JOIN evaluations_criterion c ON c.id = x.criterion_id
    JOIN evaluations_sheet s ON s.id = x.sheet_id JOIN evaluations_entrant e ON e.id = s.entrant_id
    WHERE e.round_id = %s AND s.kind = 'review' AND s.state = 'submitted' GROUP BY e.id) points
"""


def measure(report: Report, rounds: int, products: int) -> None:
    """Everything in turn on one round of so many products; each run opens rounds of its own."""
    province = User.objects.get(username="sintetis-provinsi")
    instrument = seed.make_instrument(province)
    small = seed.open_round(province, instrument, "Putaran kecil", SMALL)
    large = seed.open_round(province, instrument, "Putaran besar", products)
    draw.draw_reviewers(actor=province, round=small)
    _measure_draw(report, province, large)
    ready = _fill(small, large)
    _measure_pages(report, province, ready, rounds)
    _finish(ready)
    made = _measure_close(report, large)
    _measure_again(report, made)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


# --- the draw -------------------------------------------------------------------------------------------------------


def _measure_draw(report: Report, province: User, large: Round) -> None:
    plan_took = _timed(lambda: make_plan(large, seed=large.seed))
    draw_took = _timed(lambda: draw.draw_reviewers(actor=province, round=large))
    loads = Sheet.objects.filter(entrant__round=large).order_by().values_list("reviewer")
    counts: dict[int, int] = {}
    for (reviewer,) in loads:
        counts[reviewer] = counts.get(reviewer, 0) + 1
    rows = [("plan alone", f"{plan_took:.2f}"), ("conflicts, plan, writing", f"{draw_took:.2f}")]
    title = f"Drawing {len(loads):,} sheets for {large.entrants.count():,} products and {len(counts)} reviewers"
    report.table(
        f"{title}; loads {min(counts.values())} to {max(counts.values())}; {large.conflicts.count():,} conflicts", ("what", "s"), rows
    )


# --- saving and reading in the middle of scoring --------------------------------------------------------------------


class Ready:
    """Both rounds in scoring, with two sheets of one reviewer of the large round left open."""

    def __init__(self, small: Round, large: Round):
        self.small, self.large = small, large
        first = Sheet.objects.filter(entrant__round=large).order_by("pk").first()
        self.sheets = list(Sheet.objects.filter(entrant__round=large, reviewer=first.reviewer).select_related("entrant").order_by("pk")[:2])


def _fill(small: Round, large: Round) -> Ready:
    for made in (small, large):
        seed.begin_scoring(made)
    ready = Ready(small, large)
    seed.fill(small)
    took = time.perf_counter()
    count = seed.fill(large, empty=[sheet.pk for sheet in ready.sheets])
    print(f"\n{count:,} scores written in bulk in {time.perf_counter() - took:.0f} s")
    return ready


def _cookie(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def _measure_pages(report: Report, province: User, ready: Ready, rounds: int) -> None:
    portal, reviewer, chief = get_wsgi_application(), _cookie(ready.sheets[0].reviewer), _cookie(province)
    page = partial(visit, portal, reverse("round", args=[ready.large.code]), cookie=chief)
    other = partial(visit, portal, reverse("round", args=[ready.small.code]), cookie=chief)
    BODIES[PROGRESS] = partial(page, packed=False)()
    cases: dict[str, Callable[[], object]] = {
        "autosave of a score": Saving(portal, reviewer, ready.sheets[0]).save,
        "bare upsert of one row": Saving(portal, reviewer, ready.sheets[1]).bare,
        "progress page": page,
        "progress page of the small round": other,
        "its floor F": partial(visit, portal, f"/lantai/{PROGRESS}", cookie=chief),
        "list of the catalogue, kept": partial(visit, portal, "/produk/"),
    }
    statements = {name: _statements(case) for name, case in cases.items()}
    found = interleaved(cases, rounds)
    rows = [(name, ms(sample.median), ms(sample.p95), str(statements[name])) for name, sample in found.items()]
    report.table("In the middle of scoring", ("what", "median ms", "p95 ms", "statements"), rows)
    floor, small = found["its floor F"], found["progress page of the small round"]
    ratios = [times(found["progress page"].over(other)) for other in (floor, small)]
    print(f"\nThe progress page: {ratios[0]} of F, {ratios[1]} of that of {SMALL} products.")
    report.gate("autosave of a score against a bare upsert", found["autosave of a score"].over(found["bare upsert of one row"]), SAVE_LIMIT)
    more = abs(statements["progress page"] - statements["progress page of the small round"])
    report.gate("queries of the progress page, large against small round, difference", more, 0)


class Saving:
    """One criterion of one sheet saved again and again, each time with another level."""

    def __init__(self, portal: Callable[..., object], cookie: str, sheet: Sheet):
        self.portal, self.cookie, self.sheet = portal, cookie, sheet
        families = ("", sheet.entrant.family)
        self.criterion = Criterion.objects.filter(
            section__instrument=sheet.entrant.instrument_id, section__family__in=families, levels__position=3
        ).first()
        self.levels = list(self.criterion.levels.filter(position__gt=1).values_list("pk", flat=True)[:2])
        self.version = 0
        self.address = reverse("sheet_save", args=[sheet.key])

    @property
    def level(self) -> int:
        return self.levels[self.version % 2]

    def save(self) -> None:
        form = {"criterion": self.criterion.pk, "level": self.level, "comment": "", "version": self.version}
        visit(self.portal, self.address, cookie=self.cookie, form=form)
        self.version += 1

    def bare(self) -> None:
        form = {"sheet": self.sheet.pk, "criterion": self.criterion.pk, "level": self.level}
        visit(self.portal, "/lantai-simpan/", cookie=self.cookie, form=form)
        self.version += 1


def _statements(case: Callable[[], object]) -> int:
    case()
    with CaptureQueriesContext(connection) as queries:
        case()
    return len(queries)


def _finish(ready: Ready) -> None:
    """The two open sheets are filled too, and the round stands at the end of its Rakor."""
    Score.objects.filter(sheet__in=ready.sheets).delete()
    seed.fill(ready.large)
    Round.objects.filter(pk=ready.large.pk).update(phase="rakor")


# --- closing --------------------------------------------------------------------------------------------------------


class _UndoneError(Exception):
    pass


def _measure_close(report: Report, large: Round) -> ResultSet:
    """Closed and undone in turns with the statement it is compared with; the last time for good."""
    closes, sums, peaks, own = [], [], [], []
    for _turn in range(TURNS):
        sums.append(_timed(lambda: _aggregate(large)))
        forget_peak()
        before, busy = memory("VmRSS"), time.process_time()
        closes.append(_timed(lambda: _close_and_undo(large)))
        peaks.append(memory("VmHWM") - before)
        own.append(time.process_time() - busy)
    made = _close(large)
    close, plain = median(closes), median(sums)
    rows = [
        ("one SQL aggregation with places", f"{plain:.2f}", "1.00 x", "", ""),
        ("close: totals, stars, places, hash, rows", f"{close:.2f}", times(close / plain), f"{median(own):.2f}", f"{max(peaks):.0f}"),
    ]
    report.table(
        f"Closing a round with {_scores(large):,} scores", ("what", "s", "ratio", "of that Python, s", "memory above start, MB"), rows
    )
    report.gate(
        f"close, seconds (the larger of {CLOSE_SECONDS:g} s and {CLOSE_RATIO:g} x the aggregation)",
        close,
        max(CLOSE_SECONDS, CLOSE_RATIO * plain),
        " s",
    )
    return made


def _scores(large: Round) -> int:
    return Score.objects.filter(sheet__entrant__round=large, level__isnull=False).count()


def _aggregate(large: Round) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_AGGREGATION, [large.pk])
        if len(cursor.fetchall()) != Entrant.objects.filter(round=large).count():
            raise RuntimeError("the aggregation misses products")


def _close(large: Round) -> ResultSet:
    large.refresh_from_db()
    chair = large.members.select_related("user").get(role="chair").user
    return closing.close_round(actor=chair, round=large, expected=large.lock_version)


def _close_and_undo(large: Round) -> None:
    try:
        with transaction.atomic():
            _close(large)
            raise _UndoneError
    except _UndoneError:
        pass


def _measure_again(report: Report, made: ResultSet) -> None:
    """Computing the whole close again from the record; any difference is an error."""
    found: list[str] = []
    forget_peak()
    before = memory("VmRSS")
    took = _timed(lambda: found.extend(results.differences(made)))
    if found:
        raise RuntimeError(f"computed again, {len(found)} differ: {found[0]}")
    rows = [("recompute_round --check", f"{took:.2f}", f"{memory('VmHWM') - before:.0f}", "")]
    province = User.objects.get(username="sintetis-provinsi")
    for name, make in (("ranking as an Excel file", exports.ranking_file), ("every score as an Excel file", exports.scores_file)):
        rows.append((name, *_written(partial(make, made, province))))
    report.table("After the close", ("what", "s", "memory above start, MB", "MB written"), rows)


def _written(make: Callable[[], IO[bytes]]) -> tuple[str, str, str]:
    """Seconds, memory and size of one file."""
    forget_peak()
    before, began = memory("VmRSS"), time.perf_counter()
    with make() as file:
        took, size = time.perf_counter() - began, file.seek(0, SEEK_END)
    return f"{took:.2f}", f"{memory('VmHWM') - before:.0f}", f"{size / 1e6:.1f}"
