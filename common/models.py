"""The work queue's tables: what waits, what ran last, and who leads the scheduler."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work still to be done; a finished one is deleted, one that failed for good stays for staff to see.

    A running job belongs to `worker` until `lease_until`; after that anyone may take it again (the worker died).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        FAILED = "failed", _("failed")

    name = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=list)
    key = models.CharField(_("key"), max_length=200, blank=True, help_text=_("Work waiting under the same key is done once."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    run_after = models.DateTimeField(_("not before"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=100, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        constraints = [
            models.UniqueConstraint(fields=["name", "key"], condition=models.Q(state="waiting") & ~models.Q(key=""), name="job_waits_once"),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(lease_until__isnull=False), name="job_running_has_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["run_after"], condition=models.Q(state="waiting"), name="job_waiting"),
            models.Index(fields=["lease_until"], condition=models.Q(state="running"), name="job_running"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class JobRun(models.Model):
    """How one task is doing: last start, last success, failures since then; a periodic one also has its next time."""

    name = models.CharField(_("task"), max_length=200, unique=True)
    every_seconds = models.PositiveIntegerField(_("every (seconds)"), null=True, blank=True, help_text=_("Empty: only on demand."))
    next_run_at = models.DateTimeField(_("next run"), null=True, blank=True)
    last_started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    failures = models.PositiveIntegerField(_("failures since the last success"), default=0)

    class Meta:
        verbose_name = _("kind of background job")
        verbose_name_plural = _("kinds of background jobs")

    def __str__(self) -> str:
        return self.name


class Leadership(models.Model):
    """Who alone may do a named duty until `until`; renewed while that process lives, free to take afterwards."""

    duty = models.CharField(_("duty"), max_length=50, primary_key=True)
    holder = models.CharField(_("holder"), max_length=100)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("leadership")
        verbose_name_plural = _("leaderships")

    def __str__(self) -> str:
        return f"{self.duty}: {self.holder}"
