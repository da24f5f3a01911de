"""Asks for periodic work when its time has come. Several may run; the one holding the leadership acts."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import JobRun, Leadership
from .tasks import enqueue, periodic

logger = logging.getLogger("ovop.jobs")

DUTY = "scheduler"
TERM = timedelta(seconds=30)


def lead(holder: str, duty: str = DUTY) -> bool:
    """Whether `holder` leads for the next TERM: it did before, or the former leader let its term run out."""
    now = timezone.now()
    Leadership.objects.get_or_create(duty=duty, defaults={"holder": holder, "until": now})
    free = Q(holder=holder) | Q(until__lt=now)
    return bool(Leadership.objects.filter(free, duty=duty).update(holder=holder, until=now + TERM))


def resign(holder: str, duty: str = DUTY) -> None:
    """Hand the leadership back at once, so that a restart does not wait for the term to end."""
    Leadership.objects.filter(duty=duty, holder=holder).update(until=timezone.now() - timedelta(seconds=1))


def sync() -> None:
    """Bring the table of periodic work in line with what the apps registered."""
    now = timezone.now()
    for name, every in periodic().items():
        seconds = int(every.total_seconds())
        run, _created = JobRun.objects.get_or_create(name=name, defaults={"every_seconds": seconds, "next_run_at": now})
        if run.every_seconds != seconds:
            JobRun.objects.filter(pk=run.pk).update(every_seconds=seconds, next_run_at=now)
    JobRun.objects.filter(every_seconds__isnull=False).exclude(name__in=list(periodic())).update(every_seconds=None, next_run_at=None)


def tick() -> int:
    """Enqueue every periodic task that is due and set its next time; missed times are not made up. Returns how many."""
    now = timezone.now()
    with transaction.atomic():
        due = list(JobRun.objects.select_for_update(skip_locked=True).filter(every_seconds__isnull=False, next_run_at__lte=now))
        for run in due:
            enqueue(run.name, key="periodic")
            run.next_run_at = now + timedelta(seconds=run.every_seconds or 0)
            run.save(update_fields=["next_run_at"])
    return len(due)
