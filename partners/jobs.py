"""Periodic work of the API: what is past its time goes away, and webhooks with something due are woken."""

from __future__ import annotations

import time

from django.db import transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken

from partners.webhooks import delivery as webhook_delivery

from .models import ApiUse, KeptAnswer, RateCount

OLD_MINUTES = 10


@transaction.atomic
def forget_old() -> dict[str, int]:
    """Delete expired tokens, counters of past minutes, and uses and answers past their days. Safe to run twice."""
    rows = {
        "tokens": AccessToken.objects.filter(expires__lt=timezone.now()),
        "counters": RateCount.objects.filter(minute__lt=int(time.time() // 60) - OLD_MINUTES),
        "uses": ApiUse.objects.outdated(),
        "answers": KeptAnswer.objects.outdated(),
    }
    return {name: queryset.delete()[0] for name, queryset in rows.items()} | webhook_delivery.forget_old()


def deliver_due() -> int:
    """Wake the webhooks with something due. Returns how many."""
    return webhook_delivery.deliver_due()
