"""People's names and phones, and the consent that alone makes them public. A withdrawal counts at once, everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from accounts.states import Action
from registry import catalogue, permissions
from registry.errors import NotReady
from registry.models import CatalogueEntry, Contact
from registry.notices import holders_of
from registry.states import CONSENT_VERSION
from registry.text import fold

if TYPE_CHECKING:
    from accounts.models import User
    from registry.models import Product

CONSENT_TAKEN_BACK = _("This person has taken the consent back. Send the contact without consent; the head can record it anew.")


def write_contact(*, actor: User, product: Product, values: dict[str, Any]) -> Contact | None:
    """The contact of a product with name, phone and consent written; runs inside the caller's transaction.

    An empty name and phone leave the product without a contact; the person's record stays for its other products.
    Another name is another person: a consent given before does not speak for that one. What is public follows at once.
    """
    require(permissions.may_on_producer(actor, Action.CONTACT_EDIT, product.producer))
    if not values.get("name") and not values.get("phone"):
        return None
    held = Contact.objects.select_for_update(no_key=True).filter(pk=product.contact_id or 0, erased_at=None).first()
    contact = held or Contact(producer=product.producer)  # an erased person stays erased
    _check_taken_back(actor, contact, values)
    was_public, former_name = contact.is_public, contact.name
    contact.name, contact.phone = values.get("name", ""), values.get("phone", "")
    contact.user = _account_of(contact)
    contact.full_clean()
    contact.save()
    if was_public and fold(former_name) != fold(contact.name):
        _set_consent(contact, agreed=False, actor=actor)
    elif "consent" in values:
        _set_consent(contact, agreed=bool(values["consent"]), actor=actor)
    if was_public and contact.is_public:
        _refresh_public(contact)
    return contact


def _check_taken_back(actor: User, contact: Contact, values: dict[str, Any]) -> None:
    """A system repeats what it was once told: whoever took the consent back gives it again to a person, not to a system."""
    if actor.is_service and values.get("consent") and contact.consent_withdrawn_at and fold(contact.name) == fold(values.get("name", "")):
        raise NotReady(CONSENT_TAKEN_BACK)


def _account_of(contact: Contact) -> User | None:
    """The account of the person named, when somebody who holds the unit today has this number."""
    return next((user for user in holders_of(contact.producer) if user.phone and user.phone == contact.phone), None)


def record_consent(contact: Contact, actor: User) -> None:
    """Note on an unsaved change of a contact that the person agrees, with version, time and who says so."""
    contact.consent_version, contact.consent_given_at = CONSENT_VERSION, timezone.now()
    contact.consent_recorded_by, contact.consent_withdrawn_at = actor, None


def _set_consent(contact: Contact, *, agreed: bool, actor: User) -> None:
    if agreed and not contact.is_public:
        record_consent(contact, actor)
    elif not agreed and contact.consent_given_at and not contact.consent_withdrawn_at:
        contact.consent_withdrawn_at = timezone.now()
    else:
        return
    contact.save()
    _refresh_public(contact)


def _refresh_public(contact: Contact) -> None:
    """Bring the change to every public page of the contact, inside the same transaction."""
    entries = CatalogueEntry.objects.select_for_update().filter(payload__contact=contact.pk).order_by("pk")
    for entry in entries:
        catalogue.refresh_overlay(entry, kind="contact_changed")


@transaction.atomic
def give_consent(*, actor: User, contact: Contact) -> Contact:
    """Record that the person agrees to be shown, with version and date; Refused outside the actor's area."""
    fresh = _locked(actor, contact)
    _set_consent(fresh, agreed=True, actor=actor)
    return fresh


@transaction.atomic
def withdraw_consent(*, actor: User, contact: Contact) -> Contact:
    """Withdraw the consent, by the person or through an officer; every public page follows in the same transaction."""
    fresh = _locked(actor, contact)
    _set_consent(fresh, agreed=False, actor=actor)
    return fresh


@transaction.atomic
def erase_contact(*, actor: User, contact: Contact) -> Contact:
    """Erase a person for good: name and phone go in one update, references stay (UU PDP 27/2022)."""
    fresh = _locked(actor, contact)
    now = timezone.now()
    fresh.name = fresh.phone = ""
    fresh.erased_at, fresh.user = now, None
    fresh.consent_withdrawn_at = fresh.consent_withdrawn_at or (now if fresh.consent_given_at else None)
    fresh.save()
    _refresh_public(fresh)
    return fresh


def _locked(actor: User, contact: Contact) -> Contact:
    fresh = Contact.objects.select_for_update(of=("self",), no_key=True).select_related("producer").get(pk=contact.pk)
    require(permissions.may_on_contact(actor, fresh))
    return fresh
