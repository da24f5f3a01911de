"""What kinds of organisations are partners, and the limits of what they are given."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_CREDENTIAL = dt.timedelta(days=400)
USE_KEPT = dt.timedelta(days=400)
ANSWER_KEPT = dt.timedelta(days=30)
LONGEST_DELEGATION = dt.timedelta(days=2 * 366)
MOST_DELEGATIONS = 500  # recorded at once under one letter
MOST_ADDRESSES = 50
DEFAULT_RATE = 600  # requests a minute


class PartnerKind(models.TextChoices):
    GOVERNMENT = "government", _("Government office")
    OUTLET = "outlet", _("Outlet or marketplace")
    RESEARCH = "research", _("Research or education")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other organisation")


# Webhooks.
MOST_WEBHOOKS = 20  # of one partner
MESSAGES_KEPT = dt.timedelta(days=30)
TRIED_FOR = dt.timedelta(days=3)
BOTH_SECRETS = dt.timedelta(hours=24)


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Not delivered")


class PauseReason(models.TextChoices):
    PARTNER = "partner", _("Paused by the partner")
    OFFICER = "officer", _("Paused by an officer")
    FAILING = "failing", _("Paused by itself: for three days nothing could be delivered")
    GONE = "gone", _("Paused by itself: the address answered that it is gone (410)")


# Pauses nobody asked for: the pages warn of them.
BY_ITSELF = (PauseReason.FAILING, PauseReason.GONE)


class AttemptError(models.TextChoices):
    """Why an attempt has no good answer; a mere status other than 2xx needs no word."""

    NAME = "name", _("The name of the host was not found")
    REFUSED = "refused", _("The host lies at an address the portal does not call")
    CONNECTION = "connection", _("No connection, or it broke off")
    TLS = "tls", _("The certificate or encryption is not right")
    TIMEOUT = "timeout", _("The answer took too long")
    RUBBISH = "rubbish", _("The answer was no HTTP")
    REDIRECT = "redirect", _("The answer led elsewhere; redirects are not followed")
    SECRET = "secret", _("The secret cannot be read any more; make a new one")
