"""Permission answers of the registry: who may do what to one product, submission or entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Allowed, Answer, Denied, may
from accounts.states import Action, Role

from .states import DESK_STATES, WRITABLE_STATES, SubmissionState

if TYPE_CHECKING:
    from accounts.models import Mandate, User

    from .models import CatalogueEntry, Contact, Participant, Producer, Product, Submission

# Sending for these needs a photo of the signed sheet unless the head lets the companion send.
_SHEET_ROLES = frozenset({Role.COMPANION, Role.REGENCY_OFFICER, Role.EDUCATION_OFFICER})
_ON_BEHALF_ROLES = _SHEET_ROLES | {Role.PARTNER}


def may_on_producer(user: User | AnonymousUser, action: Action, producer: Producer, **narrow: Any) -> Answer:
    """Whether the user may do `action` to a producer and what belongs to it."""
    return may(user, action, region_code=producer.region_id, pillar=producer.pillar, unit_code=producer.code, **narrow)


def may_on_entry(user: User | AnonymousUser, action: Action, entry: CatalogueEntry) -> Answer:
    """Whether the user may do `action` to a catalogue entry."""
    return may(user, action, region_code=entry.region_code, pillar=entry.pillar, unit_code=entry.producer_code)


def may_on_contact(user: User | AnonymousUser, contact: Contact) -> Answer:
    """The person named, or whoever keeps the contacts of the producer."""
    if contact.user_id is not None and contact.user_id == user.pk:
        return Allowed()
    return may_on_producer(user, Action.CONTACT_EDIT, contact.producer)


def may_write(user: User | AnonymousUser, product: Product) -> Answer:
    """Whether the user may write in a product's working copy (its submission's state is asked apart)."""
    return may_on_producer(user, Action.PRODUCT_EDIT, product.producer)


def _is_head(mandate: Mandate) -> bool:
    return mandate.role == Role.PRODUCER_HEAD


def may_answer_participation(user: User | AnonymousUser, participant: Participant) -> Answer:
    """Only the head of the producer that was asked: not its operator or companion, nor an officer or the one who asks."""
    return may_on_producer(user, Action.PRODUCER_EDIT, participant.producer, also=_is_head)


def may_end_participation(user: User | AnonymousUser, participant: Participant) -> Answer:
    """Whoever writes the product, or the head of the producer that takes part."""
    return may_write(user, participant.product) or may_answer_participation(user, participant)


def is_on_behalf(mandate: Mandate | None) -> bool:
    """Whether an act under this mandate is done on behalf of the producer's head; the portal's own acts have none."""
    return mandate is not None and mandate.role in _ON_BEHALF_ROLES


def may_send(user: User | AnonymousUser, submission: Submission) -> Answer:
    """Heads send; operators and partner systems when the head lets them; companions and officers with the signed sheet as evidence."""
    has_sheet = submission.evidence_id is not None

    def counts(mandate: Mandate) -> bool:
        if mandate.role == Role.PRODUCER_HEAD:
            return True
        return mandate.may_send or (mandate.role in _SHEET_ROLES and has_sheet)

    answer = may_on_producer(user, Action.SUBMISSION_SEND, submission.product.producer, also=counts)
    if answer:
        return answer
    if may_on_producer(user, Action.SUBMISSION_SEND, submission.product.producer):
        return Denied(_("The head has not allowed you to send. Ask the head, or add a photo of the sheet the head has signed."))
    return answer


def may_take_back(user: User | AnonymousUser, submission: Submission) -> Answer:
    """Whether the user stands on the sender's side, who may recall or cancel."""
    return may_on_producer(user, Action.SUBMISSION_SEND, submission.product.producer)


def _on_first_desk(submission: Submission) -> Callable[[Mandate], bool]:
    today = timezone.localdate()

    def counts(mandate: Mandate) -> bool:
        own = mandate.role == submission.desk_role and mandate.office == submission.desk_office
        late = submission.takeover_on is not None and submission.takeover_on <= today
        return own or (mandate.role == Role.PROVINCE_OFFICER and late)

    return counts


def may_verify(user: User | AnonymousUser, submission: Submission) -> Answer:
    """The first checker, or the province once the takeover day has come; never the one who sent it."""
    if submission.submitted_by_id is not None and submission.submitted_by_id == user.pk:
        return Denied(_("You sent this product yourself, so another person has to check it."))
    return may_on_producer(user, Action.SUBMISSION_VERIFY, submission.product.producer, also=_on_first_desk(submission))


def may_publish(user: User | AnonymousUser, submission: Submission) -> Answer:
    """The province; never the one who sent or checked it."""
    if user.pk in (submission.submitted_by_id, submission.verified_by_id):
        return Denied(_("You sent or checked this product yourself, so another person has to publish it."))
    return may_on_producer(user, Action.SUBMISSION_PUBLISH, submission.product.producer)


def may_decide(user: User | AnonymousUser, submission: Submission) -> Answer:
    """Whether the user is the checker at the level the submission now lies on."""
    if submission.state == SubmissionState.VERIFIED:
        return may_publish(user, submission)
    return may_verify(user, submission)


def holds_claim(user: User | AnonymousUser, submission: Submission) -> Answer:
    """Whether the user is the one who is checking it right now."""
    if submission.claimed_by_id is None or submission.claimed_until is None or submission.claimed_until <= timezone.now():
        return Denied(_("Say first that you are checking it, so that nobody else decides at the same time."))
    if submission.claimed_by_id != user.pk:
        until = timezone.localtime(submission.claimed_until)
        words = _("%(name)s is checking it until %(time)s.")
        return Denied(words % {"name": submission.claimed_by, "time": f"{until:%H.%M}"})
    return Allowed()


def may_claim(user: User | AnonymousUser, submission: Submission) -> Answer:
    """Whether the user may say "I am checking it": the decider of this level, while nobody else does."""
    if submission.state not in DESK_STATES:
        return Denied(_("It does not wait to be checked."))
    answer = may_decide(user, submission)
    until = submission.claimed_until
    others = submission.claimed_by_id not in (None, user.pk) and until is not None and until > timezone.now()
    return holds_claim(user, submission) if answer and others else answer


def is_writable(submission: Submission | None) -> Answer:
    """Whether the working copy may be written while this is the product's open submission."""
    if submission is None or submission.state in WRITABLE_STATES:
        return Allowed()
    return Denied(_("It has been sent and is being checked. To change it, take it back first or wait for the answer."))
