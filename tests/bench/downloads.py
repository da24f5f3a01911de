"""The catalogue as one file: what making it costs, and what sending it costs, in time and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from registry import dataset
from registry.models import DatasetFile

from .floor import Application, environ_of
from .measure import Report, forget_peak, interleaved, memory, ms, times

SENT_LIMIT, SENT_MEMORY, MADE_MEMORY = 1.3, 8.0, 64.0  # of the floor, MB, MB
LINES = "ndjson"
ROUNDS = 10


def measure(report: Report) -> None:
    """Make every format, then send the lines in turns with a view that opens the same file."""
    took, grown = _watched(dataset.make)
    files = {file.format: file for file in DatasetFile.objects.all()}
    rows = [(name, f"{file.rows:,}", f"{file.bytes / 1e6:.1f}") for name, file in sorted(files.items())]
    report.table(f"The catalogue as files: all made in {took:.1f} s, {grown:.0f} MB above start", ("format", "rows", "MB"), rows)
    report.gate("making the files of the catalogue, memory above start", grown, MADE_MEMORY, " MB")
    _measure_sending(report, files[LINES])


def _measure_sending(report: Report, file: DatasetFile) -> None:
    portal = get_wsgi_application()
    name = default_storage.path(file.name)
    mine = partial(_fetch, portal, f"/api/v1/dataset/catalogue.{LINES}", file.bytes)
    floor = partial(_fetch, portal, f"/api/v1/lantai-berkas{name}", file.bytes)
    found = interleaved({"mine": mine, "floor": floor}, ROUNDS, warm_up=1)
    _took, grown = _watched(mine)
    ratio = found["mine"].over(found["floor"])
    told = (ms(found["mine"].median), times(ratio), f"{grown:.1f}", f"{file.bytes / 1e6 / found['mine'].median:.0f}")
    report.table("Sending the lines", ("ms", "of F (the same file)", "MB above start", "MB/s"), [told])
    report.gate("API download against F (the same file)", ratio, SENT_LIMIT)
    report.gate("API download, memory above start", grown, SENT_MEMORY, " MB")


def _watched(act: Callable[[], Any]) -> tuple[float, float]:
    """Seconds, and MB above start at the highest."""
    forget_peak()
    before, began = memory("VmRSS"), time.perf_counter()
    act()
    return time.perf_counter() - began, memory("VmHWM") - before


def _fetch(application: Application, address: str, size: int) -> None:
    """Take the answer part by part, as a server sends it, and keep none."""
    status: list[str] = []
    parts = application(environ_of(address, packed=True), lambda told, _headers, *_rest: status.append(told))
    try:
        taken = sum(len(part) for part in parts)
    finally:
        getattr(parts, "close", close_old_connections)()
    if status != ["200 OK"] or taken != size:
        raise RuntimeError(f"{address}: {status} {taken}")
