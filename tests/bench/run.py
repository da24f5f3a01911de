"""One run: the database made ready, then every part in turn."""

from __future__ import annotations

import argparse
import time
from math import ceil

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from regions.models import Region
from regions.source import installed_edition
from registry.models import CatalogueEntry, Product

from . import api, api_writes, downloads, evaluation, memory, multiply, pages, photo_pipeline, work
from .measure import Report

# Of a hundred seeded products so many are published (ovop_portal/seed).
PUBLISHED = 0.85
# At a time and one after another, twice: half by the services, half in bulk.
PUBLISH = 100
# Above so many entries only what does not grow with them is measured: details, the feed, downloads.
LARGE = 2 * multiply.SEEDED


class WrongDatabase(Exception):
    """The database holds something that must not be mixed with made-up products."""


def everything(options: argparse.Namespace) -> bool:
    """Measure the parts asked for; whether every gate is passed."""
    report = Report()
    _prepare(report, options)
    if "pages" in options.parts:
        pages.measure(report, options.rounds)
    if "reads" in options.parts:
        pages.measure_queries(report, options.rounds)
    if "api" in options.parts:
        api.measure(report, options.rounds, is_large=options.entries > LARGE)
        if options.entries <= LARGE:
            api_writes.measure(report)
    if "downloads" in options.parts:
        downloads.measure(report)
    if "photos" in options.parts:
        photo_pipeline.measure(report, options.rounds)
    if "memory" in options.parts:
        memory.measure(report, list(pages.addresses().values()))
    if "publishing" in options.parts:
        work.measure_publishing(report, PUBLISH)
    if "evaluations" in options.parts:
        evaluation.measure(report, options.rounds, options.products)
    passed = report.finish()
    print(f"\n{time.monotonic() - options.began:.0f} s. Ratios are of this run on this machine; figures of two runs are not compared.")
    return passed


def _seed(entries: int) -> None:
    """By the portal's own command; of more than twice SEEDED the rest are copies."""
    is_large = entries > LARGE
    call_command("seed", ceil((multiply.SEEDED if is_large else entries) / PUBLISHED))
    if is_large:
        multiply.multiply(ceil(entries / multiply.SEEDED) - 1)


def _prepare(report: Report, options: argparse.Namespace) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Product.objects.filter(is_synthetic=False).exists():
        raise WrongDatabase("This database holds products that were not made up. Run the bench on an empty database.")
    if not Region.objects.exists():
        if "regions" in options.parts:
            work.measure_regions(report, installed_edition(settings.PROVINCE_CODE))
        call_command("load_regions", verbosity=0)
    elif "regions" in options.parts:
        print("regions: left out, the tree is there already (it is measured on an empty database)")
    call_command("load_reference", verbosity=0)
    call_command("load_instruments", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Product.objects.exists():
        _seed(options.entries)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        (version,) = cursor.fetchone()
    print(f"{CatalogueEntry.objects.published().count()} public entries, PostgreSQL {version.split()[0]}, {options.rounds} rounds")
