"""Webhooks of partners, what they are told, and every attempt to tell it."""

import uuid

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.queries import OfProvinceQuerySet
from partners.states import AttemptError, MessageState, PauseReason

from .queries import MessageQuerySet, WebhookQuerySet


@pghistory.track(
    model_name="WebhookEvent",
    fields=["partner", "url", "description", "events", "paused_at", "pause_reason", "removed_at", "former_until"],
)
class Webhook(models.Model):
    """An address of a partner that is told of events. Its secrets are sealed (signing.py); both are empty once it is removed.

    `held_until` is the lease of whoever delivers to it, or the rest after a failure: until then nobody else begins.
    `begins_after` is the last change it does not hear of.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", models.PROTECT, related_name="webhooks", verbose_name=_("partner"))
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("what it is for"), max_length=150, blank=True)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    secret = models.TextField(editable=False, blank=True)
    former_secret = models.TextField(editable=False, blank=True)
    former_until = models.DateTimeField(_("former secret signs until"), null=True, blank=True, editable=False)
    begins_after = models.PositiveBigIntegerField(_("begins after the change"), default=0, editable=False)
    paused_at = models.DateTimeField(_("paused on"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(_("why it is paused"), max_length=10, choices=PauseReason, blank=True, editable=False)
    removed_at = models.DateTimeField(_("removed on"), null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures one after another"), default=0, editable=False)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True, editable=False)
    last_delivered_at = models.DateTimeField(_("last delivery"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="webhook_hears_something", condition=~Q(events=[])),
            models.CheckConstraint(
                name="webhook_pause_has_reason",
                condition=Q(paused_at=None, pause_reason="") | Q(paused_at__isnull=False) & ~Q(pause_reason=""),
            ),
            models.CheckConstraint(
                name="webhook_failing_counts", condition=Q(failing_since=None, failures=0) | Q(failing_since__isnull=False, failures__gte=1)
            ),
            models.CheckConstraint(name="webhook_removed_forgets", condition=Q(removed_at=None) | Q(secret="", former_secret="")),
            models.CheckConstraint(
                name="webhook_former_secret_ends",
                condition=Q(former_secret="", former_until=None) | ~Q(former_secret="") & Q(former_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_failing(self) -> bool:
        return self.failing_since is not None and not self.is_paused


class WebhookMessage(models.Model):
    """One event for one webhook. `key` is the event's id for the receiver and stays through retries and replays.

    `state` is written by messages.py alone. `asked_at` is when it was made or last replayed: three days run from there.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages", verbose_name=_("webhook"))
    event = models.CharField(_("event"), max_length=40)
    source = models.CharField(_("source"), max_length=60)
    body = models.JSONField(_("what was sent"))
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.WAITING, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    asked_at = models.DateTimeField(_("to be delivered since"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message of a webhook")
        verbose_name_plural = _("messages of webhooks")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["webhook", "next_at"], name="webhook_message_due", condition=Q(state="waiting")),
            models.Index(fields=["webhook", "-id"], name="webhook_message_log"),
            models.Index(fields=["created_at"], name="webhook_message_created"),
        ]
        constraints = [
            models.UniqueConstraint(name="webhook_message_once", fields=["webhook", "source"]),
            models.CheckConstraint(
                name="webhook_message_waits_for",
                condition=Q(state="waiting", next_at__isnull=False) | ~Q(state="waiting") & Q(next_at=None),
            ),
            models.CheckConstraint(
                name="webhook_message_delivered_on",
                condition=Q(state="delivered", delivered_at__isnull=False) | ~Q(state="delivered") & Q(delivered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key}"


class WebhookAttempt(models.Model):
    """One attempt: the status that came back, the beginning of the answer, how long it took; `error` where no good answer came."""

    message = models.ForeignKey(WebhookMessage, models.CASCADE, related_name="tries", verbose_name=_("message"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    error = models.CharField(_("trouble"), max_length=12, choices=AttemptError, blank=True)

    objects = OfProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt of a delivery")
        verbose_name_plural = _("attempts of deliveries")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="webhook_attempt_tells", condition=Q(status__isnull=False) | ~Q(error=""))]

    def __str__(self) -> str:
        return str(self.status or self.error)


class WebhookPosition(models.Model):
    """The one row that says up to which change messages are written; moved in the transaction that writes them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="webhook_position_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.seq)
