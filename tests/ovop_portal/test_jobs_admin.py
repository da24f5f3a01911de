"""Background work in the staff area: for those who see operations, for looking only."""

import pytest
from django.utils import timezone

from accounts.states import Role
from common.models import Job, JobRun
from tests.factories import officer


@pytest.fixture
def run(db) -> JobRun:
    return JobRun.objects.create(name="registry.jobs.some_work", failures=2, last_success_at=timezone.now())


@pytest.fixture
def job(db) -> Job:
    return Job.objects.create(name="registry.jobs.some_work", arguments=["rahasia"], run_after=timezone.now())


def test_operations_sees_runs_and_jobs_without_their_arguments(client, run, job):
    client.force_login(officer(Role.SYSTEM_ADMIN, "53"))

    runs = client.get("/admin/common/jobrun/")
    one = client.get(f"/admin/common/job/{job.pk}/change/")

    assert b"registry.jobs.some_work" in runs.content
    assert one.status_code == 200
    assert b"rahasia" not in one.content


def test_nobody_changes_or_deletes_a_job_by_hand(client, run, job):
    client.force_login(officer(Role.SYSTEM_ADMIN, "53"))

    answers = [
        client.post(f"/admin/common/job/{job.pk}/change/", {"state": "failed"}),
        client.post(f"/admin/common/job/{job.pk}/delete/", {"post": "yes"}),
        client.get("/admin/common/job/add/"),
    ]
    client.post("/admin/common/jobrun/", {"action": "delete_selected", "_selected_action": run.pk, "post": "yes"})

    assert [answer.status_code in {403, 404, 405, 302} for answer in answers] == [True] * 3
    assert Job.objects.get().state == Job.State.WAITING
    assert JobRun.objects.count() == 1


def test_a_village_head_does_not_see_them(client, run):
    from tests.factories import holder

    client.force_login(holder(Role.PRODUCER_HEAD, "53.09.06.2009"))

    assert client.get("/admin/common/jobrun/").status_code in {302, 403, 404}
