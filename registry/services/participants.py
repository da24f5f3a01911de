"""Other producers that have part in a product: asked by its people, answered by the other head alone, ended by either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from registry import catalogue, notices, permissions
from registry.errors import Conflict, NotReady
from registry.models import CatalogueEntry, Participant, Product
from registry.states import MAX_PARTICIPANTS
from registry.workflow import record_event

if TYPE_CHECKING:
    from accounts.models import Mandate, User
    from registry.models import Producer


@transaction.atomic
def invite_participant(*, actor: User, product: Product, producer: Producer, role: str) -> Participant:
    """Ask another producer whether it has this part in a product; asking twice gives the one question.

    Raises Refused when the actor may not write the product, NotReady for the product's own or an ended producer and
    beyond MAX_PARTICIPANTS at once, ValidationError for an unknown role.
    """
    fresh = _locked_product(product)
    allowed = require(permissions.may_write(actor, fresh))
    known = Participant.objects.current().filter(product=fresh, producer=producer, role=role).first()
    if known is not None:
        return known
    _check_partner(fresh, producer)
    part = Participant(product=fresh, producer=producer, role=role, starts_on=timezone.localdate(), asked_by=actor)
    part.full_clean()
    part.save()
    _note(part, actor, allowed.mandate, "ask_part")
    notices.tell_partner(part, kind="part_asked")
    return part


def _check_partner(product: Product, producer: Producer) -> None:
    if producer.pk == product.producer_id:
        raise NotReady(_("It is your own product already. Choose another village, school or community."))
    if producer.ended_on is not None:
        raise NotReady(_("This producer is not active any more."))
    if Participant.objects.current().filter(product=product).count() >= MAX_PARTICIPANTS:
        raise NotReady(_("Not more than %(count)s at the same time.") % {"count": MAX_PARTICIPANTS})


@transaction.atomic
def answer_participation(*, actor: User, participant: Participant, agree: bool) -> Participant:
    """The head's answer to the question; the same answer twice is one answer.

    From an agreement on the producer is named on the public page, in the same transaction. Raises Refused for anybody
    but the head of the producer that was asked, Conflict when it was answered otherwise or taken back meanwhile.
    """
    part = _locked(participant)
    allowed = require(permissions.may_answer_participation(actor, part))
    if (part.is_agreed and agree) or (part.declined_at and not agree):
        return part
    if not part.is_asked:
        raise Conflict(_already(part), current=part)
    _answer(part, actor, agree=agree)
    notices.mark_read(user=actor, path=notices.path_of_part(part))
    _note(part, actor, allowed.mandate, "agree_part" if agree else "decline_part")
    notices.tell_owner(part, kind="part_agreed" if agree else "part_declined")
    if agree:
        _refresh_public(part)
    return part


def _answer(part: Participant, actor: User, *, agree: bool) -> None:
    now, today = timezone.now(), timezone.localdate()
    if agree:
        part.agreed_by, part.agreed_at, part.starts_on = actor, now, today
    else:
        part.declined_at, part.ends_on = now, today
    part.full_clean()
    part.save()


def _already(part: Participant) -> str:
    if part.is_agreed:
        return str(_("You have already agreed. You can end it below."))
    if part.declined_at:
        return str(_("It was already answered: no part. The other side can ask again."))
    return str(_("It is over; there is nothing to answer any more."))


@transaction.atomic
def end_participation(*, actor: User, participant: Participant) -> Participant:
    """End a part as of today, or take back a question that has not been answered; over already is no failure.

    The public page follows in the same transaction. Raises Refused for anybody but those who write the product and the
    head of the producer that takes part.
    """
    part = _locked(participant)
    allowed = require(permissions.may_end_participation(actor, part))
    if part.ends_on is not None:
        return part
    was_agreed = part.is_agreed
    part.ends_on = timezone.localdate()
    part.full_clean()
    part.save()
    _note(part, actor, allowed.mandate, "end_part")
    _tell_other_side(part, allowed.mandate)
    if was_agreed:
        _refresh_public(part)
    return part


def _tell_other_side(part: Participant, mandate: Mandate | None) -> None:
    by_partner = mandate is not None and mandate.unit_code == part.producer.code
    (notices.tell_owner if by_partner else notices.tell_partner)(part, kind="part_ended")


def _locked_product(product: Product) -> Product:
    """The product under lock: questions, answers and publication of one product follow each other."""
    return Product.objects.select_for_update(of=("self",), no_key=True).select_related("producer").get(pk=product.pk)


def _locked(participant: Participant) -> Participant:
    """A part under the lock of its product."""
    _locked_product(participant.product)
    rows = Participant.objects.select_for_update(of=("self",)).select_related("product__producer", "producer")
    return rows.get(pk=participant.pk)


def _note(part: Participant, actor: User, mandate: Mandate | None, what: str) -> None:
    """One line of the product's history, with the acting mandate; every product has a submission from its start."""
    submission = part.product.submissions.latest("opened_at", "pk")
    detail = {"participant": str(part.key), "role": part.role, "producer": part.producer.code}
    record_event(submission=submission, actor=actor, mandate=mandate, transition=what, comment=part.producer.name, detail=detail)


def _refresh_public(part: Participant) -> None:
    """Name or drop the producer on the public page; where the product was never public there is nothing to do."""
    entry = CatalogueEntry.objects.select_for_update(of=("self",)).filter(product=part.product).first()
    if entry is not None:
        catalogue.refresh_overlay(entry, kind="participants_changed")
