"""The work queue: after commit only, once per key, again after a failure or a dead worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common import scheduler, tasks, worker
from common.models import Job, JobRun, Leadership

ROOT = Path(__file__).resolve().parents[2]
NOTE = "tests.common.test_tasks.note"
FAIL = "tests.common.test_tasks.fail"
done: list[object] = []


def note(*args: object) -> None:
    done.append(args)


def fail() -> None:
    raise ValueError("".join(["0812", "3456"]))


def append_and_sleep(file: str, seconds: float) -> None:
    with open(file, "a") as log:
        log.write("x")
    time.sleep(0 if len(Path(file).read_text()) > 1 else seconds)


@pytest.fixture(autouse=True)
def _empty() -> None:
    done.clear()


@pytest.mark.django_db
def test_a_job_runs_once_with_its_arguments_and_is_gone():
    tasks.enqueue(NOTE, 1, "a", {"b": [None]})

    assert worker.run_due() == 1
    assert worker.run_due() == 0
    assert done == [(1, "a", {"b": [None]})]
    assert JobRun.objects.get(name=NOTE).last_success_at


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_job_back():
    with transaction.atomic():
        tasks.enqueue(NOTE)
        transaction.set_rollback(True)

    assert worker.run_due() == 0


@pytest.mark.django_db
def test_the_same_key_waits_once_and_other_keys_beside_it():
    first = tasks.enqueue(NOTE, 1, key="a")

    assert first is not None
    assert tasks.enqueue(NOTE, 2, key="a") is None
    assert tasks.enqueue(NOTE, 3, key="b") is not None
    assert worker.run_due() == 2


@pytest.mark.django_db
def test_a_running_job_does_not_hold_up_a_new_one_of_its_key():
    tasks.enqueue(NOTE, 1, key="a")
    worker.take("w1")

    assert tasks.enqueue(NOTE, 2, key="a") is not None


@pytest.mark.django_db
def test_an_unknown_task_or_a_value_that_is_not_json_is_refused_at_once():
    with pytest.raises(ImportError):
        tasks.enqueue("tests.common.test_tasks.nothing")
    with pytest.raises(TypeError):
        tasks.enqueue(NOTE, object())


@pytest.mark.django_db
def test_a_failure_waits_longer_each_time_and_ends_as_failed_without_personal_data():
    tasks.enqueue(FAIL)
    waits = []
    for _attempt in range(worker.MAX_ATTEMPTS):
        Job.objects.update(run_after=timezone.now())
        assert worker.run_due() == 1
        waits.append(Job.objects.get().run_after - timezone.now())

    job, run = Job.objects.get(), JobRun.objects.get(name=FAIL)
    assert job.state == Job.State.FAILED
    assert run.failures == worker.MAX_ATTEMPTS
    assert waits[0] > timedelta(seconds=7)
    assert waits[4] > waits[1] * 2
    assert "ValueError" in job.last_error
    assert "08123456" not in job.last_error + run.last_error


def test_back_off_is_capped_and_spread():
    waits = {worker.back_off(30) for _each in range(20)}

    assert max(waits) <= timedelta(seconds=worker.LONGEST_WAIT * 1.2)
    assert len(waits) > 10


@pytest.mark.django_db
def test_a_failed_job_whose_key_was_asked_for_again_gives_way():
    tasks.enqueue(FAIL, key="a")
    job = worker.take("w1")
    tasks.enqueue(FAIL, key="a")

    worker.run(job)

    assert [row.state for row in Job.objects.all()] == [Job.State.WAITING]


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_taken_again_and_the_late_worker_decides_nothing():
    tasks.enqueue(FAIL)
    late = worker.take("w1")
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    again = worker.take("w2")

    worker.run(late)

    assert again.attempts == 2
    assert Job.objects.get().worker == "w2"
    assert Job.objects.get().state == Job.State.RUNNING


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_given_up():
    tasks.enqueue(NOTE)
    for _attempt in range(worker.MAX_ATTEMPTS):
        worker.take("w")
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert worker.take("w") is None
    assert Job.objects.get().state == Job.State.FAILED


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_job():
    for number in range(4):
        tasks.enqueue(NOTE, number)
    with transaction.atomic():
        held = Job.objects.select_for_update().order_by("run_after", "pk").first()
        from threading import Thread

        taken: list[Job | None] = []

        def other() -> None:
            taken.append(worker.take("w2"))
            connection.close()

        thread = Thread(target=other)
        thread.start()
        thread.join(10)

    assert taken[0] is not None
    assert taken[0].pk != held.pk


@pytest.mark.django_db
def test_only_one_scheduler_leads_until_its_term_ends_or_it_resigns():
    assert scheduler.lead("one")
    assert not scheduler.lead("two")
    assert scheduler.lead("one")

    Leadership.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert scheduler.lead("two")
    assert not scheduler.lead("one")

    scheduler.resign("two")
    assert scheduler.lead("one")


@pytest.mark.django_db
def test_periodic_work_is_asked_for_when_due_and_missed_times_are_not_made_up(monkeypatch):
    monkeypatch.setattr(tasks, "_PERIODIC", {})
    tasks.register_periodic(NOTE, minutes=5)
    scheduler.sync()
    JobRun.objects.update(next_run_at=timezone.now() - timedelta(hours=3))

    assert scheduler.tick() == 1
    assert scheduler.tick() == 0
    assert worker.run_due() == 1
    assert JobRun.objects.get(name=NOTE).next_run_at > timezone.now() + timedelta(minutes=4)


@pytest.mark.django_db
def test_work_no_app_registers_any_more_is_no_longer_periodic(monkeypatch):
    monkeypatch.setattr(tasks, "_PERIODIC", {})
    tasks.register_periodic(NOTE, minutes=5)
    scheduler.sync()
    monkeypatch.setattr(tasks, "_PERIODIC", {})
    scheduler.sync()

    assert JobRun.objects.get(name=NOTE).every_seconds is None


def test_a_period_below_half_a_minute_is_refused():
    with pytest.raises(ValueError, match="at least 30 seconds"):
        tasks.register_periodic(NOTE, minutes=0.1)


def _database_url() -> str:
    database = connection.settings_dict
    host = database["OPTIONS"].get("host") or database["HOST"]
    user = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
    return f"postgres://{user}@/{database['NAME']}?host={host}"


def _until(condition, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def start_worker(db) -> Iterator[Callable[[], subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        env = {**os.environ, "DATABASE_URL": _database_url(), "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.test"}
        started.append(subprocess.Popen([sys.executable, "manage.py", "run_worker"], cwd=ROOT, env=env))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.wait()


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_killed_runs_again_on_the_next_worker(tmp_path, start_worker):
    log = tmp_path / "log"
    tasks.enqueue("tests.common.test_tasks.append_and_sleep", str(log), 60)
    first = start_worker()
    assert _until(log.exists)
    first.send_signal(signal.SIGKILL)
    first.wait()
    Job.objects.update(lease_until=timezone.now())  # instead of a minute's wait

    second = start_worker()
    finished = _until(lambda: not Job.objects.exists())
    second.send_signal(signal.SIGTERM)

    assert finished
    assert second.wait(10) == 0
    assert log.read_text() == "xx"
