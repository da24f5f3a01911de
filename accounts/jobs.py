"""Periodic work of accounts: what docs/people.md says is not kept any longer goes away."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import AccountEvent, Activation, PasswordHelp

YEAR = dt.timedelta(days=365)


@transaction.atomic
def forget_old() -> dict[str, int]:
    """Delete used and outdated activations, answered requests and sign-ins of a year ago, other events after five years.

    Emergency access stays for good. Safe to run twice.
    """
    past, long_past = timezone.now() - YEAR, timezone.now() - 5 * YEAR
    kinds = AccountEvent.Kind
    old_events = Q(kind=kinds.SIGNED_IN, at__lt=past) | Q(at__lt=long_past) & ~Q(kind=kinds.BREAK_GLASS)
    rows = {
        "activations": Activation.objects.filter(expires_at__lt=past),
        "requests": PasswordHelp.objects.filter(answered_at__lt=past),
        "events": AccountEvent.objects.filter(old_events),
    }
    return {name: queryset.delete()[0] for name, queryset in rows.items()}
