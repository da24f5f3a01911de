"""Ready means: database, migrations, queue, scheduler and periodic work are all in order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common import scheduler, tasks
from common.models import Job, JobRun, Leadership

NOTE = "tests.common.test_tasks.note"


def test_healthz_needs_no_database(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.fixture
def leading(db) -> None:
    scheduler.lead("one")


@pytest.mark.django_db
def test_ready_when_all_is_in_order(client, leading):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["ready"] is True
    assert response.json()["checks"]["migrations"] == {"ok": True, "missing": 0}


@pytest.mark.django_db
def test_not_ready_without_a_scheduler(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["scheduler"]["ok"] is False


@pytest.mark.django_db
def test_not_ready_when_the_scheduler_fell_silent(client, leading):
    Leadership.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_not_ready_when_a_job_waits_too_long(client, leading):
    tasks.enqueue(NOTE)
    Job.objects.update(run_after=timezone.now() - timedelta(minutes=11))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["queue"]["oldest_seconds"] >= 660


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "failures", "status"), [(1, 0, 200), (3, 0, 503), (None, 0, 200), (None, 1, 503)])
def test_periodic_work_without_a_success_in_time_is_named(client, leading, hours, failures, status):
    success = timezone.now() - timedelta(hours=hours) if hours else None
    JobRun.objects.create(name=NOTE, every_seconds=3600, last_success_at=success, failures=failures)

    response = client.get("/readyz")

    assert response.status_code == status
    assert response.json()["checks"]["periodic"]["tasks"][NOTE]["failures"] == failures


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_plainly(client, leading, settings, monkeypatch):
    from django.db import OperationalError

    from ovop_portal import health

    def away() -> None:
        raise OperationalError("host 10.0.0.1 user ovop")

    monkeypatch.setattr(health, "_queue", away)
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "checks": {"database": {"ok": False}}}
