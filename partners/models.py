"""Organisations with a system of their own, the credentials of those systems, and what they did."""

import datetime as dt

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from accounts.models import User

from .queries import ApiUseQuerySet, CredentialQuerySet, KeptAnswerQuerySet, PartnerQuerySet
from .states import DEFAULT_RATE, PartnerKind
from .validators import check_network, is_inside

code_validator = RegexValidator(r"^[a-z0-9][a-z0-9-]{1,39}$", _("Use 2 to 40 small letters, figures or dashes."))


@pghistory.track(exclude=["contact"])
class Partner(models.Model):  # type: ignore[django-manager-missing]  # the base of Credential has no types
    """An organisation whose system uses the API. What it may write comes from the mandates of its service account.

    An inactive partner has no working credential; its row and its acts stay.
    """

    name = models.CharField(_("name of the organisation"), max_length=150)
    code = models.CharField(_("short name"), max_length=40, unique=True, validators=[code_validator])
    kind = models.CharField(_("kind of organisation"), max_length=12, choices=PartnerKind)
    contact = models.TextField(_("how to reach the organisation"), max_length=500, blank=True)
    service_user = models.OneToOneField(User, models.PROTECT, related_name="partner", editable=False, verbose_name=_("service account"))
    rate_per_minute = models.PositiveIntegerField(
        _("requests a minute"), default=DEFAULT_RATE, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demonstration partner"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(name="partner_rate_above_zero", condition=models.Q(rate_per_minute__gte=1))]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    model_name="CredentialEvent",
    fields=["partner", "name", "client_id", "scopes", "expires_on", "addresses", "is_trial", "revoked_at"],
)
class Credential(AbstractApplication):
    """A key of a partner's system: client credentials only, the secret kept as a hash, working to the end of a WITA day.

    A partner rotates by a second one. It is revoked, never deleted: what was done with it points here.
    """

    class State(models.TextChoices):
        WORKING = "working", _("Works")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    user = None  # whose account the package would act as; here the partner's service account
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="credentials", verbose_name=_("partner"))
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"), default=list)
    expires_on = models.DateField(_("last day"))
    addresses = ArrayField(
        models.CharField(max_length=49, validators=[check_network]), verbose_name=_("allowed addresses"), default=list, blank=True
    )
    is_trial = models.BooleanField(_("for trying"), default=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by"))

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="credential_client_credentials_only",
                condition=models.Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    hash_client_secret=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.client_id

    @property
    def state(self) -> "Credential.State":
        """What became of the credential itself; whether its partner is active is told apart."""
        if self.revoked_at is not None:
            return self.State.REVOKED
        return self.State.WORKING if timezone.localdate() <= self.expires_on else self.State.EXPIRED

    def refusal(self, address: str) -> str:
        """Why the credential cannot be used now from this address, in the words of the OAuth answer; empty when it can."""
        if not self.partner.is_active:
            return "This partner is not active."
        if self.state != self.State.WORKING:
            return f"This credential is {self.state}."
        return "" if is_inside(address, self.addresses) else "This credential cannot be used from this address."


class ApiUse(models.Model):
    """One write or bulk read of a partner. Append-only: the database refuses changes, and deletion before 400 days."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="uses", verbose_name=_("partner"))
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="uses", verbose_name=_("credential"))
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("address"), max_length=200)
    status = models.PositiveSmallIntegerField(_("answer"))
    what = models.CharField(_("what"), max_length=300, blank=True)
    address = models.GenericIPAddressField(_("from"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = ApiUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of the API")
        verbose_name_plural = _("uses of the API")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["partner", "-at"], name="api_use_of_partner"), models.Index(fields=["at"], name="api_use_at")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="kept", operation=pgtrigger.Delete, condition=pgtrigger.Condition("OLD.at > now() - interval '400 days'")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class KeptAnswer(models.Model):
    """What a write of a partner was answered under one `Idempotency-Key`; sent again instead of doing it again.

    The row is inserted first, in the transaction of the write itself: the same key at the same moment waits for it, and a
    write that was rolled back leaves none. Kept 30 days.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("partner"))
    key = models.CharField(_("key of the sender"), max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("answer"), default=0)
    headers = models.JSONField(default=dict, blank=True)
    body = models.TextField(blank=True)  # sealed: it may name people
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [models.UniqueConstraint(name="kept_answer_once_per_key", fields=["partner", "key"])]
        indexes = [models.Index(fields=["at"], name="kept_answer_at")]

    def __str__(self) -> str:
        return self.key


class RateCount(models.Model):
    """How many permits one key has taken in one minute, counted for all processes; `minute` is that of the Unix clock."""

    key = models.CharField(max_length=100)
    minute = models.BigIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="rate_count_once", fields=["key", "minute"])]
        indexes = [models.Index(fields=["minute"], name="rate_count_minute")]

    def __str__(self) -> str:
        return f"{self.key} · {dt.datetime.fromtimestamp(self.minute * 60, dt.UTC):%H:%M}"


from .webhooks.models import Webhook, WebhookAttempt, WebhookMessage, WebhookPosition  # noqa: E402 - they stand upon Partner

__all__ = ["ApiUse", "Credential", "KeptAnswer", "Partner", "RateCount", "Webhook", "WebhookAttempt", "WebhookMessage", "WebhookPosition"]
