"""Takes jobs under a lease, runs them, and tries again later what failed."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
import traceback
from datetime import timedelta

from django.db import Error as DatabaseTrouble
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from .middleware import request_id_var
from .models import Job, JobRun

logger = logging.getLogger("ovop.jobs")

LEASE = timedelta(seconds=60)
RENEW_EVERY = 15  # seconds
TIME_LIMIT = 15 * 60  # seconds; a job that hangs longer ends its worker process, and its lease runs out
MAX_ATTEMPTS = 8
FIRST_WAIT = 10  # seconds, doubled with each attempt
LONGEST_WAIT = 60 * 60


def back_off(attempts: int) -> timedelta:
    """How long to wait after the n-th failed attempt: doubling, capped, spread by up to a fifth."""
    base = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return timedelta(seconds=base * random.uniform(0.8, 1.2))  # noqa: S311 - spreading load, not a secret


def take(worker: str) -> Job | None:
    """The next due job, now leased to `worker`; jobs of dead workers count as due. None when nothing is due."""
    now = timezone.now()
    due = Q(state=Job.State.WAITING, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(due).order_by("run_after", "pk").first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:  # its worker died each time
            _give_up(job, job.last_error or "The worker process ended during every attempt.")
            return take(worker)
        job.state, job.worker, job.lease_until, job.attempts = Job.State.RUNNING, worker, now + LEASE, job.attempts + 1
        job.save(update_fields=["state", "worker", "lease_until", "attempts"])
    return job


def run(job: Job) -> bool:
    """Do a leased job and record how it went; True on success."""
    _note(job.name, last_started_at=timezone.now())
    started = time.monotonic()
    token = request_id_var.set(f"job-{job.pk}")
    try:
        import_string(job.name)(*job.arguments)
    except Exception as error:
        logger.exception("job failed", extra={"job": job.name, "attempt": job.attempts})
        _failed(job, error)
        return False
    else:
        _succeeded(job)
        logger.info("job done", extra={"job": job.name, "attempt": job.attempts, "ms": round((time.monotonic() - started) * 1000)})
        return True
    finally:
        request_id_var.reset(token)


def run_due(limit: int = 100) -> int:
    """Do what is due now in this process, for tests and commands; returns how many jobs were run."""
    for done in range(limit):
        job = take(f"inline-{os.getpid()}")
        if job is None:
            return done
        run(job)
    return limit


def _mine(job: Job):
    """The job's row as long as this attempt still owns it: after a lost lease another attempt decides."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=job.worker, attempts=job.attempts)


def _note(name: str, **values: object) -> None:
    JobRun.objects.update_or_create(name=name, defaults=values)


def _succeeded(job: Job) -> None:
    with transaction.atomic():
        _mine(job).delete()
        _note(job.name, last_success_at=timezone.now(), failures=0, last_error="")


def _failed(job: Job, error: Exception) -> None:
    if connection.in_atomic_block and connection.needs_rollback:
        raise error  # only in tests: the surrounding transaction is already lost
    # The kind and place of the error; its message may quote personal data.
    text = "".join(traceback.format_tb(error.__traceback__)[-3:]) + type(error).__name__
    with transaction.atomic():
        _note(job.name, last_error=text)
        JobRun.objects.filter(name=job.name).update(failures=F("failures") + 1)
        if job.attempts >= MAX_ATTEMPTS:
            _give_up(job, text)
        else:
            _wait_again(job, text)


def _wait_again(job: Job, text: str) -> None:
    later = timezone.now() + back_off(job.attempts)
    try:
        with transaction.atomic():
            _mine(job).update(state=Job.State.WAITING, run_after=later, lease_until=None, worker="", last_error=text)
    except IntegrityError:  # the same key was asked for again meanwhile: that one does the work
        _mine(job).delete()


def _give_up(job: Job, text: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, lease_until=None, worker="", last_error=text)
    logger.error("job given up", extra={"job": job.name, "attempt": job.attempts})


class LeaseKeeper(threading.Thread):
    """Renews the lease of the current job over a connection of its own, up to the time limit."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="lease-keeper")
        self.job: Job | None = None
        self.since = 0.0

    def hold(self, job: Job | None) -> None:
        self.since = time.monotonic()
        self.job = job

    def run(self) -> None:
        while True:
            time.sleep(RENEW_EVERY)
            job, since = self.job, self.since
            if job is None:
                continue
            if time.monotonic() - since > TIME_LIMIT:
                logger.error("job ran too long, worker ends", extra={"job": job.name})
                os._exit(70)
            self._renew(job)

    @staticmethod
    def _renew(job: Job) -> None:
        close_old_connections()
        try:
            _mine(job).update(lease_until=timezone.now() + LEASE)
        except DatabaseTrouble:
            logger.warning("lease not renewed", extra={"job": job.name})
