"""What a partner's system does under a delegation beside beginning products: changing them, sending them or asking the head to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Denied, require
from accounts.states import Action
from partners.models import Partner
from registry import notices, permissions, steps, workflow
from registry.errors import Conflict, NotReady, Taken
from registry.models import ExternalId, Product, Submission
from registry.states import WRITABLE_STATES

from .drafts import ensure_writable, fill, locked, locked_for_writing, open_submission, reloaded
from .intake import NUMBER_TAKEN, one_at_a_time
from .sent import differing

if TYPE_CHECKING:
    from accounts.models import User


class StaleDraft(Conflict):
    """A change made on another version than the one that stands there."""


class EditedByPerson(Conflict):
    """A change that names no version, of a draft somebody else edited last."""


@transaction.atomic
def change_draft(
    *, actor: User, partner: Partner, product: Product, values: dict[str, Any], expected: str = "", external_id: str = ""
) -> Product:
    """Write the fields that were sent, and the number the product has in the partner's system.

    `expected` is the version the fields were made on; empty says "whatever stands there". Values that stand there already are
    no change: nothing is opened, and nobody is in the way of it. Raises StaleDraft when another version stands there,
    EditedByPerson when no version is named and somebody else edited the draft last, Taken for a number of another product,
    Refused without a delegation, NotReady while it lies on a desk.
    """
    require(permissions.may_write(actor, product))
    if external_id:
        set_number(actor=actor, partner=partner, product=product, value=external_id)  # the partner is locked before any product
    fresh = locked(product)
    return reloaded(fresh) if change_held(actor=actor, product=fresh, values=values, expected=expected) else fresh


def change_held(*, actor: User, product: Product, values: dict[str, Any], expected: str = "") -> bool:
    """`change_draft` of a product that is under lock with its parts read; whether anything was written.

    Runs inside the caller's transaction, and leaves what was read ahead of the product out of date.
    """
    changes = differing(product, values)
    if not changes:
        return False
    ensure_writable(actor=actor, product=product)
    check_base(actor=actor, product=product, expected=expected)
    fill(actor=actor, product=product, values=changes)
    return True


def set_number(*, actor: User, partner: Partner, product: Product, value: str) -> None:
    """Give the product this number in the partner's system; Taken where another product has it, Refused without a delegation."""
    require(permissions.may_write(actor, product))
    if ExternalId.objects.filter(partner=partner, product=product, value=value).exists():
        return
    one_at_a_time(partner)
    if ExternalId.objects.filter(partner=partner, value=value).exclude(product=product).exists():
        raise Taken(NUMBER_TAKEN)
    ExternalId.objects.update_or_create(partner=partner, product=product, defaults={"value": value})


@transaction.atomic
def hold_for_change(*, actor: User, product: Product, expected: str = "") -> Product:
    """The draft under lock for a change of one of its photos or permits; raises as `change_draft` does."""
    fresh = locked_for_writing(actor=actor, product=product)
    check_base(actor=actor, product=fresh, expected=expected)
    return fresh


def check_base(*, actor: User, product: Product, expected: str) -> None:
    """Whether a change made on this version may be written; the product is under lock. Raises as `change_draft` says."""
    if expected and expected != steps.version_of(product):
        raise StaleDraft(_("Somebody changed this meanwhile."))
    if not expected and product.edited_by_id != actor.pk:
        raise EditedByPerson(_("A person has edited this."))


@transaction.atomic
def send_or_ask(*, actor: User, product: Product, declaration: bool, expected: str = "") -> Submission:
    """Send the draft where the delegation includes that, else ask the head to send it; asking twice asks once.

    `expected` is the version that is declared, as in `change_draft`: nobody sends unseen what a person has half written.
    Raises Refused without a delegation, NotReady for what a head could not send either, Conflict when nothing waits to be sent.
    """
    known = open_submission(product)
    if known is None:
        raise Conflict(_("There is nothing to send: the product has not been changed."))
    fresh = workflow.locked(known.pk)
    if fresh.state in WRITABLE_STATES:
        check_base(actor=actor, product=reloaded(fresh.product), expected=expected)
    if permissions.may_send(actor, fresh):
        return workflow.apply(actor=actor, submission=fresh, name="submit", expected=fresh.lock_version, declaration=declaration)
    allowed = require(permissions.may_on_producer(actor, Action.SUBMISSION_SEND, fresh.product.producer))
    _check_ready(actor, fresh, declaration)
    if fresh.head_asked_at is None:
        fresh.head_asked_at, fresh.head_asked_by = timezone.now(), actor
        fresh.save(update_fields=["head_asked_at", "head_asked_by"])
        workflow.record_event(submission=fresh, actor=actor, mandate=allowed.mandate, transition="ask_head")
        _tell_head(actor, fresh)
    return fresh


def _check_ready(actor: User, submission: Submission, declaration: bool) -> None:
    """The guards of sending, so that the head is only asked for what can be sent."""
    if submission.state not in WRITABLE_STATES:
        raise Conflict(_("It has already been sent. Its state is “%(state)s”.") % {"state": submission.get_state_display()})
    submit = workflow.TRANSITIONS["submit"]
    for guard in (*submit.guards, *submit.needs_input):
        met = guard(actor, submission, {"declaration": declaration})
        if isinstance(met, Denied):
            raise NotReady(met.reason)


def _tell_head(actor: User, submission: Submission) -> None:
    product = submission.product
    path = f"/ruang/produk/{product.code}/kirim/"
    notices.tell(notices.heads_of(product.producer), kind="ask_head", product=product, path=path, note=str(actor))
