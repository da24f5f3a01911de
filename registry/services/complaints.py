"""Reports of the public about products: taking one, and forgetting who sent it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from registry.calendar import add_working_days
from registry.models import CatalogueEntry, Complaint
from registry.states import COMPLAINT_DUE_DAYS

KEEP_REPORTER_DAYS = 730

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def file_complaint(
    *, actor: User | None, entry: CatalogueEntry, key: uuid.UUID, reason: str, text: str, name: str = "", phone: str = ""
) -> Complaint:
    """Take a report about a product from anybody; the same one-time `key` sent twice is one report.

    Who reports is kept for the office that answers and never shown to the producer; `actor` is not recorded.
    Raises ValidationError for a reason or text that does not fit.
    """
    wanted = {
        "entry": entry,
        "reason": reason,
        "text": text,
        "reporter_name": name,
        "reporter_phone": phone,
        "due_on": add_working_days(timezone.localdate(), COMPLAINT_DUE_DAYS),
    }
    Complaint(key=key, **wanted).full_clean(exclude=["entry", "key"])
    return Complaint.objects.get_or_create(key=key, defaults=wanted)[0]


@transaction.atomic
def forget_reporters(*, today: dt.date | None = None) -> int:
    """Empty name and phone of reporters two years after the answer; returns how many reports were touched."""
    day = (today or timezone.localdate()) - dt.timedelta(days=KEEP_REPORTER_DAYS)
    old = Complaint.objects.filter(handled_at__date__lt=day).exclude(reporter_name="", reporter_phone="")
    return old.update(reporter_name="", reporter_phone="")
