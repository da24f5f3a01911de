"""Notices inside the portal: who hears of what, and the words, made when read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate, User
from accounts.scope import covers
from accounts.states import Action, Role, roles_with

from .models import Notice

if TYPE_CHECKING:
    from .models import Participant, Producer, Product, Submission

WORDS: dict[str, str | Promise] = {
    "desk": _("“%(product)s” of %(producer)s waits for your check."),
    "to_publish": _("“%(product)s” of %(producer)s waits for publication."),
    "late": _("“%(product)s” of %(producer)s has waited longer than promised."),
    "verify": _("“%(product)s” has passed the first check and now lies with the province."),
    "return": _("“%(product)s” came back: some parts have to be mended."),
    "reject": _("“%(product)s” was rejected. The reason stands with the product."),
    "publish": _("“%(product)s” is now shown to the public."),
    "suspend": _("“%(product)s” was suspended. The reason stands with the product."),
    "resume": _("“%(product)s” is shown to the public again."),
    "withdraw": _("“%(product)s” was withdrawn from the catalogue. The reason stands with the product."),
    "restore": _("“%(product)s” is back in the catalogue."),
    "entered_on_behalf": _("“%(product)s” was sent on your behalf. You can object if it is not right."),
    "ask_head": _("%(note)s asks you to check “%(product)s” and to send it."),
    "part_asked": _("%(producer)s asks whether you take part in “%(product)s”."),
    "part_agreed": _("%(producer)s takes part in “%(product)s”."),
    "part_declined": _("%(producer)s does not take part in “%(product)s”."),
    "part_ended": _("%(producer)s no longer takes part in “%(product)s”."),
    "correction_asked": _("Please mend “%(product)s”. An officer writes: %(note)s"),
}


def register_words(more: dict[str, str | Promise]) -> None:
    """Make kinds of notices of an upper app readable; call it in `ready()`."""
    WORDS.update(more)


def words(notice: Notice) -> str:
    """The sentence of a notice in the reader's language."""
    return str(WORDS[notice.kind]) % notice.detail


def tell(users: Iterable[User], *, kind: str, product: Product, path: str = "", note: str = "", about: Producer | None = None) -> None:
    """One notice to each of these people; `note` are words of an officer for the kinds that show them.

    The producer named is the product's own, or the one it is `about`.
    """
    detail = {"product": product.name or product.code, "producer": (about or product.producer).name, "note": note}
    Notice.objects.bulk_create(Notice(user=user, kind=kind, detail=detail, path=path) for user in users)


def holders_of(producer: Producer) -> list[User]:
    """Everybody who today holds the unit of this producer; systems read no notices."""
    mandates = Mandate.objects.current().filter(unit_kind="producer", unit_code=producer.code, user__is_service=False)
    return list({mandate.user for mandate in mandates.select_related("user")})


def tell_producer(producer: Producer, *, kind: str, product: Product, note: str = "") -> None:
    """A notice to the head, operators and companions of a producer."""
    tell(holders_of(producer), kind=kind, product=product, path=f"/ruang/produk/{product.code}/", note=note)


def heads_of(producer: Producer) -> list[User]:
    """The head of a producer today, with deputies; empty where none has an account."""
    mandates = Mandate.objects.current().filter(unit_kind="producer", unit_code=producer.code, role=Role.PRODUCER_HEAD)
    return list({mandate.user for mandate in mandates.select_related("user")})


def path_of_part(participant: Participant) -> str:
    """Where the head of the producer that was asked answers."""
    return f"/ruang/bersama/{participant.key}/"


def tell_partner(participant: Participant, *, kind: str) -> None:
    """A notice to the head of the producer that was asked."""
    asking = participant.product.producer if kind == "part_asked" else participant.producer
    tell(heads_of(participant.producer), kind=kind, product=participant.product, path=path_of_part(participant), about=asking)


def tell_owner(participant: Participant, *, kind: str) -> None:
    """A notice to those who write the product, about the answer of the other producer."""
    product = participant.product
    path = f"/ruang/produk/{product.code}/bersama/"
    tell(holders_of(product.producer), kind=kind, product=product, path=path, about=participant.producer)


def officers(producer: Producer, rows: Q) -> list[User]:
    """The officers among the mandates `rows` whose area covers this producer."""
    found = Mandate.objects.current().filter(rows).select_related("user")
    return list({m.user for m in found if covers(m, region_code=producer.region_id, pillar=producer.pillar)})


def tell_officers_of_desk(submission: Submission) -> None:
    """A notice to the first desk of a submission."""
    people = officers(submission.product.producer, Q(role=submission.desk_role, office=submission.desk_office))
    tell(people, kind="desk", product=submission.product, path=f"/admin/verifikasi/{submission.number}/")


def tell_publishers(submission: Submission) -> None:
    """A notice to those who may publish."""
    people = officers(submission.product.producer, Q(role__in=roles_with(Action.SUBMISSION_PUBLISH)))
    tell(people, kind="to_publish", product=submission.product, path=f"/admin/verifikasi/{submission.number}/")


def tell_heads_of_office(submission: Submission) -> None:
    """A notice of lateness to the heads of the office on whose desk it lies."""
    role = submission.desk_role if submission.state == "submitted" else Role.PROVINCE_OFFICER
    people = officers(submission.product.producer, Q(role=role, is_office_head=True))
    tell(people, kind="late", product=submission.product, path=f"/admin/verifikasi/{submission.number}/")


def notices_of(user: User) -> QuerySet[Notice]:
    """The own notices, newest first."""
    return Notice.objects.filter(user=user)


def mark_read(*, user: User, path: str = "") -> int:
    """Mark the own notices as read, those of one page or all; returns how many were unread. Those of others are out of reach."""
    rows = Notice.objects.filter(user=user, read_at=None)
    return (rows.filter(path=path) if path else rows).update(read_at=timezone.now())
