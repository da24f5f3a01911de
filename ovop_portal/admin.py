"""Background work as staff see it; nobody changes it by hand."""

from django.contrib import admin

from accounts.admin_base import ReadOnlyAdmin
from common.models import Job, JobRun

from . import regions_admin  # noqa: F401 - registers the admin of the region tree


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["name", "last_started_at", "last_success_at", "failures", "next_run_at"]
    ordering = ["name"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "run_after", "attempts", "last_error"]
    list_filter = ["state", "name"]
    ordering = ["-pk"]
    exclude = ["arguments", "key"]
