"""The ready words with which an officer tells a producer of a decision, and the people who can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.utils.translation import gettext as _

from common.formatting import date_long
from registry.models import Contact, FieldFlag, SubmissionEvent
from registry.notices import holders_of
from registry.presentation import label
from registry.queries.submissions import TOLD_TRANSITIONS
from registry.snapshot import visible_fields

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Person:
    """Somebody of the producer with a number; `key` names the row ("contact:3", "user:7")."""

    key: str
    name: str
    phone: str
    contact: Contact | None = None
    user: User | None = None

    def whatsapp_url(self, text: str) -> str:
        """The address that opens WhatsApp with the text already written."""
        return f"https://wa.me/{self.phone.removeprefix('+')}?text={quote(text)}"


def people_to_tell(event: SubmissionEvent) -> list[Person]:
    """The contact of the product first, then everybody who holds the unit; only those with a number."""
    product = event.submission.product
    contact = product.contact
    people = []
    if contact is not None and contact.phone and contact.erased_at is None:
        people.append(Person(f"contact:{contact.pk}", contact.name, contact.phone, contact=contact))
    holders = sorted(holders_of(product.producer), key=lambda user: user.pk)
    people += [Person(f"user:{user.pk}", str(user), user.phone, user=user) for user in holders if user.phone]
    return people


def message_for(event: SubmissionEvent, *, site: str) -> str:
    """What is sent: what was decided, why, the link under `site` ("https://…"), and the day until which it is to be mended."""
    product = event.submission.product
    place = {"product": product.name or product.code, "producer": product.producer.name}
    parts = [_opening(event) % place, *_reasons(event), _closing(event, site)]
    return "\n\n".join(part for part in parts if part)


def _opening(event: SubmissionEvent) -> str:
    return {
        "return": _("Hello. “%(product)s” of %(producer)s was checked. Some parts have to be mended before it can go on."),
        "reject": _("Hello. “%(product)s” of %(producer)s was checked and cannot be accepted."),
        "publish": _("Hello. “%(product)s” of %(producer)s is now shown to the public."),
    }[event.transition]


def _reasons(event: SubmissionEvent) -> list[str]:
    flags = FieldFlag.objects.filter(version_id=event.version_id, field__in=event.detail.get("flags", [])).order_by("pk")
    content = dict(visible_fields(event.version.snapshot)) if event.version else {}
    lines = [f"- {label(flag.field, content.get(flag.field))}: {_flag_words(flag)}" for flag in flags]
    return ["\n".join(lines), event.comment.strip()]


def _flag_words(flag: FieldFlag) -> str:
    return f"{flag.get_reason_display()}. {flag.note}".strip() if flag.note else f"{flag.get_reason_display()}."


def _closing(event: SubmissionEvent, site: str) -> str:
    link = site.rstrip("/") + _path(event)
    if event.transition == "return":
        due = event.submission.return_due_on
        asked = _("Please mend it until %(day)s: %(link)s") if due else _("Please mend it here: %(link)s")
        return asked % {"day": date_long(due), "link": link}
    return _("See it here: %(link)s") % {"link": link}


def _path(event: SubmissionEvent) -> str:
    code = event.submission.product.code
    paths = {"return": f"/ruang/produk/{code}/perbaiki/", "reject": f"/ruang/produk/{code}/", "publish": f"/produk/{code}/"}
    return paths[event.transition]


def last_decision(events: list[SubmissionEvent]) -> SubmissionEvent | None:
    """The newest decision among the events of a submission (in order) that is told to the sender, unless it was sent again since."""
    for event in reversed(events):
        if event.transition in TOLD_TRANSITIONS:
            return event
        if event.transition == "submit":
            return None
    return None
