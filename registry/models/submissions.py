"""A product's trips through the checks: submissions, what was sent, what was flagged, what happened."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.states import Office, Role
from registry import codes, states
from registry.queries.parts import OfSubmission, OfVersion
from registry.queries.submissions import SubmissionQuerySet

from .images import StoredImage
from .products import Product


class Submission(models.Model):
    """One trip of a product through the checks. `state` is written by registry/workflow.py alone.

    A product has at most one open and one published submission. Submitter, verifier and publisher are three persons.
    `lock_version` grows with every transition; decisions name the version they were made on. `head_asked_at` says that
    a partner system without the right to send has asked the head to do it.
    """

    number = models.CharField(_("number"), max_length=14, unique=True, default=codes.new_submission_number, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="submissions", verbose_name=_("product"))
    state = models.CharField(
        _("state"), max_length=12, choices=states.SubmissionState, default=states.SubmissionState.DRAFT, editable=False
    )
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    current_version = models.ForeignKey(
        "registry.SubmissionVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("what was sent"),
    )
    desk_role = models.CharField(_("checked first by"), max_length=20, choices=Role, blank=True, editable=False)
    desk_office = models.CharField(_("level of office"), max_length=10, choices=Office, blank=True, editable=False)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    claimed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True, editable=False)
    clock_started_at = models.DateTimeField(_("on this desk since"), null=True, blank=True, editable=False)
    promised_on = models.DateField(_("promised until"), null=True, blank=True, editable=False)
    takeover_on = models.DateField(_("province may take over from"), null=True, blank=True, editable=False)
    late_told_at = models.DateTimeField(_("head told of lateness"), null=True, blank=True, editable=False)
    return_due_on = models.DateField(_("to be mended until"), null=True, blank=True, editable=False)
    on_behalf = models.BooleanField(_("entered on behalf"), default=False, editable=False)
    evidence = models.ForeignKey(
        StoredImage, models.PROTECT, null=True, blank=True, related_name="evidence_of", editable=False, verbose_name=_("signed sheet")
    )
    objection = models.TextField(_("objection of the head"), max_length=1000, blank=True, editable=False)
    head_asked_at = models.DateTimeField(_("waiting for the head since"), null=True, blank=True, editable=False)
    head_asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last step"), default=timezone.now, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "clock_started_at"], name="submission_desk", condition=Q(state__in=["submitted", "verified"])),
        ]
        constraints = [
            models.UniqueConstraint(
                name="submission_one_open_per_product",
                fields=["product"],
                condition=Q(state__in=[state.value for state in states.OPEN_STATES]),
            ),
            models.UniqueConstraint(name="submission_one_published_per_product", fields=["product"], condition=Q(state="published")),
            models.CheckConstraint(
                name="submission_three_persons",
                condition=(Q(verified_by=None) | Q(submitted_by=None) | ~Q(verified_by=F("submitted_by")))
                & (Q(published_by=None) | Q(submitted_by=None) | ~Q(published_by=F("submitted_by")))
                & (Q(published_by=None) | Q(verified_by=None) | ~Q(published_by=F("verified_by"))),
            ),
            models.CheckConstraint(
                name="submission_sent_has_version",
                condition=Q(state__in=["draft", "cancelled"]) | Q(current_version__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_claim_is_whole",
                condition=Q(claimed_by=None, claimed_until=None) | Q(claimed_by__isnull=False, claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_asked_while_writable",
                condition=Q(head_asked_at=None, head_asked_by=None)
                | Q(head_asked_at__isnull=False, head_asked_by__isnull=False, state__in=[state.value for state in states.WRITABLE_STATES]),
            ),
            models.CheckConstraint(
                name="submission_published_was_checked",
                condition=~Q(state__in=["published", "superseded"])
                | Q(submitted_by__isnull=False, verified_by__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sent_version(self) -> SubmissionVersion:
        """What was sent last; every state that was ever sent has one (constraint `submission_sent_has_version`)."""
        if self.current_version is None:
            raise SubmissionVersion.DoesNotExist(self.number)
        return self.current_version


class SubmissionVersion(models.Model):
    """What was sent, frozen: a trigger refuses every change. Photos in it are content hashes, people are references."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions", verbose_name=_("submission"))
    number = models.PositiveSmallIntegerField(_("version"))
    snapshot = models.JSONField(_("content"))
    schema_version = models.PositiveSmallIntegerField(default=states.SNAPSHOT_SCHEMA)
    sha256 = models.CharField(max_length=64)
    declaration_version = models.CharField(_("version of the declaration"), max_length=20)
    sent_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("sent by"))
    mandate = models.ForeignKey("accounts.Mandate", models.PROTECT, related_name="+", verbose_name=_("under the mandate"))
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    objects = OfSubmission.as_manager()

    class Meta:
        verbose_name = _("version sent")
        verbose_name_plural = _("versions sent")
        ordering = ["submission", "number"]
        constraints = [models.UniqueConstraint(name="version_number_once", fields=["submission", "number"])]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.number}"


class VersionImage(models.Model):
    """An image a version names: it can never be deleted, and whoever may see the version may see it."""

    version = models.ForeignKey(SubmissionVersion, models.PROTECT, related_name="images")
    image = models.ForeignKey(StoredImage, models.PROTECT, related_name="versions")

    objects = OfVersion.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="version_image_once", fields=["version", "image"])]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.image_id}"


@pghistory.track()
class FieldFlag(models.Model):
    """One field or photo an officer finds wrong in one version, with the reason.

    Noted while checking; `sent_at` is set by the return that sends it to the producer, `answered_at` by the next send.
    A flag is answered when the flagged part was changed, or by words in `reply`.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="flags", verbose_name=_("submission"))
    version = models.ForeignKey(SubmissionVersion, models.PROTECT, related_name="flags", verbose_name=_("version"))
    field = models.CharField(_("field"), max_length=90)
    reason = models.CharField(_("reason"), max_length=20, choices=states.FlagReason)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    raised_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("raised by"))
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent back"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reply = models.TextField(_("answer of the producer"), max_length=1000, blank=True)

    objects = OfSubmission.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="flag_once_per_field", fields=["version", "field"])]

    def __str__(self) -> str:
        return self.field


class SubmissionEvent(models.Model):
    """What happened to a submission, in order and for good: a trigger refuses every change and deletion."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="events", verbose_name=_("submission"))
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    mandate = models.ForeignKey("accounts.Mandate", models.PROTECT, null=True, related_name="+", verbose_name=_("under the mandate"))
    transition = models.CharField(_("step"), max_length=20)
    from_state = models.CharField(_("from"), max_length=12, blank=True)
    to_state = models.CharField(_("to"), max_length=12, blank=True)
    comment = models.TextField(_("words"), max_length=2000, blank=True)
    version = models.ForeignKey(SubmissionVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("version"))
    detail = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = OfSubmission.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.words}, {timezone.localtime(self.at):%d.%m.%Y}"

    @property
    def words(self) -> str:
        """What happened, in words for the screen."""
        return str(states.EVENT_WORDS.get(self.transition, self.transition))

    @property
    def under_delegation(self) -> str:
        """Which partner system acted, and on whose delegation; empty for people. Load `actor` and `mandate__granted_by`."""
        mandate = self.mandate
        if mandate is None or mandate.role != Role.PARTNER:
            return ""
        if mandate.letter_number:
            return _("%(partner)s · on a delegation by letter %(number)s") % {"partner": self.actor, "number": mandate.letter_number}
        return _("%(partner)s · on the delegation of %(head)s") % {"partner": self.actor, "head": mandate.granted_by}
