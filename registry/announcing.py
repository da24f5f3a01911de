"""What partners' webhooks hear: the change feed read in the order of commits, and the steps of submissions of producers they work for.

The feed is read after its commit and from a kept position, which moves in the transaction that writes the messages: a worker that dies
loses nothing and doubles nothing, and nothing is added where `record_change` holds the counter (docs/adr/0015).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Mandate
from common.site import site
from partners.webhooks import services as webhook_services
from partners.webhooks.events import News

from . import representation
from .feed import PRODUCT
from .models import CatalogueEntry, Change, SubmissionEvent

BATCH = 500

# The event of each kind of change; a kind that is not here is `product.changed`, or `region.changed` for a region.
OF_CHANGES = {
    "published": "product.published",
    "revised": "product.revised",
    "flagship": "product.flagship",
    "stars_awarded": "product.stars",
    "stars_revoked": "product.stars",
    "pause": "product.paused",
    "cease": "product.ceased",
    "continue": "product.continued",
    "suspend": "product.suspended",
    "resume": "product.resumed",
    "withdraw": "product.withdrawn",
    "restore": "product.restored",
}
# The event of each step of a submission that a partner hears of.
OF_STEPS = {
    "submit": "submission.submitted",
    "recall": "submission.recalled",
    "cancel": "submission.cancelled",
    "verify": "submission.verified",
    "return": "submission.returned",
    "reject": "submission.rejected",
    "publish": "submission.published",
}


def event_of(change: Change) -> str:
    """The name under which webhooks hear of a change."""
    return OF_CHANGES.get(change.kind, "product.changed") if change.subject_kind == PRODUCT else "region.changed"


def present_end() -> int:
    """The number of the newest change."""
    return Change.objects.aggregate(last=Max("seq"))["last"] or 0


def fan_out() -> int:
    """Write the messages of everything committed since the kept position, part by part. Returns how many."""
    made = 0
    while True:
        count, is_end = _one_part()
        made += count
        if is_end:
            return made


@transaction.atomic
def _one_part() -> tuple[int, bool]:
    position = webhook_services.lock_position()
    changes = list(Change.objects.after(position.seq)[:BATCH])
    if not changes:
        return 0, True
    count = webhook_services.tell_of_feed(position=position, news=_news(changes), up_to=changes[-1].seq)
    return count, len(changes) < BATCH


def _news(changes: list[Change]) -> list[tuple[int, News]]:
    codes = {change.subject_code for change in changes if change.subject_kind == PRODUCT}
    states = dict(CatalogueEntry.objects.filter(code__in=codes).values_list("code", "state"))
    return [(change.seq, _of_change(change, states.get(change.subject_code))) for change in changes]


def _of_change(change: Change, state: str | None) -> News:
    told = {"seq": change.seq, "kind": change.kind, "subject": change.subject_kind, "code": change.subject_code, "state": state}
    path = "products" if change.subject_kind == PRODUCT else "regions"
    links = {"subject": _address(f"{path}/{change.subject_code}"), "changes": _address(f"changes?after={change.seq - 1}")}
    return News(event_of(change), f"change:{change.seq}", {**told, "at": _moment(change.at), "links": links})


def announce_submission(event: SubmissionEvent) -> int:
    """Tell the partners that work for the producer today of one step, in the transaction of the step itself. Returns how many hear."""
    name = OF_STEPS.get(event.transition)
    if name is None:
        return 0
    product = event.submission.product
    holders = Mandate.objects.current().filter(unit_kind="producer", unit_code=product.producer.code, user__is_service=True)
    news = News(name, f"submission:{event.pk}", _of_event(event, product))
    return webhook_services.tell_partners(service_users=holders.values_list("user"), news=news)


def _of_event(event: SubmissionEvent, product: Any) -> dict[str, Any]:
    """The step without a word of anybody: comments and flags are read where the scope allows it."""
    told = {"kind": event.transition, "subject": "submission", "code": event.submission.number, "state": event.to_state}
    links = {"submission": _address(f"submissions/{event.submission.number}"), "draft": _address(f"drafts/{product.code}")}
    return {"seq": None, **told, "product": product.code, "producer": product.producer.code, "at": _moment(event.at), "links": links}


def _address(path: str) -> str:
    return f"{site()}/api/v1/{path}"


def _moment(at: dt.datetime) -> str:
    return str(representation.moment(at))
