"""/healthz: the process answers. /readyz: it can do its work; what is late is named, nothing secret is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.models import Job, JobRun, Leadership
from common.scheduler import DUTY

# The oldest due job may wait this long before the queue counts as stuck.
LATE_JOB = timedelta(minutes=10)
GRACE = timedelta(minutes=10)

Check = dict[str, object]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    try:
        checks = {"migrations": _migrations(), "queue": _queue(), "scheduler": _scheduler(), "periodic": _periodic()}
        checks = {"database": {"ok": True}, **checks}
    except DatabaseError:
        checks = {"database": {"ok": False}}
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return {"ok": missing == 0, "missing": missing}


def _queue() -> Check:
    waiting = Job.objects.filter(state=Job.State.WAITING, run_after__lte=timezone.now())
    oldest = waiting.aggregate(oldest=Min("run_after"))["oldest"]
    age = timezone.now() - oldest if oldest else timedelta()
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    return {"ok": age <= LATE_JOB, "waiting": waiting.count(), "oldest_seconds": round(age.total_seconds()), "failed": failed}


def _scheduler() -> Check:
    until = Leadership.objects.filter(duty=DUTY).values_list("until", flat=True).first()
    return {"ok": until is not None and until >= timezone.now(), "leader_until": _text(until)}


def _periodic() -> Check:
    """Late means: two periods and some minutes without a success. A task that has not run yet is not late."""
    tasks = {run.name: _periodic_task(run) for run in JobRun.objects.filter(every_seconds__isnull=False)}
    return {"ok": all(task["ok"] for task in tasks.values()), "tasks": tasks}


def _periodic_task(run: JobRun) -> Check:
    allowed = 2 * timedelta(seconds=run.every_seconds or 0) + GRACE
    on_time = run.last_success_at is not None and timezone.now() - run.last_success_at <= allowed
    never_tried = run.last_success_at is None and run.failures == 0
    return {"ok": on_time or never_tried, "last_success": _text(run.last_success_at), "failures": run.failures}


def _text(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
