"""How partners read a working copy and its trip through the checks. Names of officers stay out: who decided is told by role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.http import quote_etag

from common.site import site
from registry import completeness, representation, snapshot, steps
from registry.states import OPEN_STATES, WRITABLE_STATES, ImageState

if TYPE_CHECKING:
    from registry.models import Product, Submission

Row = dict[str, Any]
AWAITING = "awaiting_head"
# Steps of a submission a sender hears of, with the words that came along.
TOLD = ("submit", "ask_head", "recall", "cancel", "verify", "return", "reject", "publish", "object")


def state_of(submission: Submission | None) -> str | None:
    """The state as partners read it: a draft or returned one whose head was asked to send it waits for the head."""
    if submission is None:
        return None
    return AWAITING if submission.head_asked_at is not None and submission.state in WRITABLE_STATES else submission.state


def etag_of(product: Product, submission: Submission | None) -> str:
    """Names the content (that is what If-Match compares) and the state beside it."""
    trip = (submission.number, submission.lock_version, state_of(submission)) if submission else ()
    return quote_etag(f"{steps.version_of(product)}.{steps.digest(trip)[:8]}")


def version_of_tag(tag: str) -> str:
    """The content an ETag names, as services compare it; a tag of no draft names none that stands."""
    return tag.strip().removeprefix("W/").strip('"').partition(".")[0] or "none"


def draft(product: Product, submission: Submission | None, *, external_id: str, own: int) -> Row:
    """A working copy with everything that can be written; `own` is the partner's service account."""
    content = snapshot.build(product)
    fields = {name: content[name] for step in steps.STEPS for name in step.fields if name not in ("contact", "photos", "permits", "maker")}
    return {
        "code": product.code,
        "external_id": external_id or None,
        "producer": {"code": product.producer.code, "name": product.producer.name, "pillar": product.producer.pillar},
        **fields,
        "maker": _maker(content["maker"]),
        "contact": _contact(product),
        "photos": [_photo(row) for row in product.photos.all()],
        "permits": [_permit(row) for row in product.permits.all()],
        "is_flagship": product.is_flagship,
        "submission": brief(submission),
        "missing": [{"field": need.field, "words": str(need.words)} for need in _missing(product, content)],
        "edited_at": representation.moment(product.edited_at),
        "edited_by": "you" if product.edited_by_id == own else "another",
        "page": f"{site()}/ruang/produk/{product.code}/",
    }


def _missing(product: Product, content: Row) -> list[completeness.Need]:
    required = product.category.required_permits if product.category else []
    return completeness.of_snapshot(content, required_permits=required).missing


def _maker(told: Row | None) -> Row | None:
    return told and {name: value for name, value in told.items() if name != "is_industry"}


def _contact(product: Product) -> Row | None:
    contact = product.contact
    return {"name": contact.name, "phone": contact.phone, "consent": contact.is_public} if contact else None


def _photo(row: Any) -> Row:
    refusal = row.image.get_refusal_display() if row.image.state == ImageState.REFUSED else ""
    told = {"key": str(row.key), "sha256": row.image.sha256, "kind": row.kind, "alt": row.alt}
    return told | {"state": row.image.state, "refusal": refusal or None}


def _permit(row: Any) -> Row:
    holder = "collective" if row.collective else "maker" if row.enterprise_id else "producer"
    told = {name: getattr(row, name) for name in ("kind", "number", "issuer", "collective")}
    days = {name: value and value.isoformat() for name, value in (("issued_on", row.issued_on), ("expires_on", row.expires_on))}
    return {
        "key": str(row.key),
        **told,
        **days,
        "holder": holder,
        "has_scan": row.scan_id is not None,
        "is_verified": row.verified_at is not None,
    }


def brief(submission: Submission | None) -> Row | None:
    """A submission in one line."""
    if submission is None:
        return None
    return {"number": submission.number, "state": state_of(submission), "is_open": submission.state in OPEN_STATES}


def whole(submission: Submission, *, external_id: str) -> Row:
    """A submission with what was flagged and what happened; prefetch flags and events with their mandates."""
    product = submission.product
    return {
        "number": submission.number,
        "state": state_of(submission),
        "is_open": submission.state in OPEN_STATES,
        "product": product.code,
        "external_id": external_id or None,
        "producer": product.producer.code,
        "name": product.name,
        "opened_at": representation.moment(submission.opened_at),
        "changed_at": representation.moment(submission.changed_at),
        "submitted_at": submission.submitted_at and representation.moment(submission.submitted_at),
        "waits_for_head_since": submission.head_asked_at and representation.moment(submission.head_asked_at),
        "promised_on": submission.promised_on and submission.promised_on.isoformat(),
        "return_due_on": submission.return_due_on and submission.return_due_on.isoformat(),
        "flags": [_flag(row) for row in submission.flags.all() if row.sent_at is not None],
        "history": [_event(row) for row in submission.events.all() if row.transition in TOLD],
    }


def _flag(row: Any) -> Row:
    told = {"field": row.field, "reason": row.reason, "words": row.get_reason_display(), "note": row.note}
    answered = row.answered_at and representation.moment(row.answered_at)
    return told | {"sent_at": representation.moment(row.sent_at), "answered_at": answered, "reply": row.reply}


def _event(row: Any) -> Row:
    by = row.mandate.get_role_display() if row.mandate else ""
    return {"at": representation.moment(row.at), "event": row.transition, "words": row.words, "by": by, "comment": row.comment}
