"""Opening, changing and ending accounts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountEvent, PasswordHelp, User
from accounts.permissions import NO_MANDATE, Denied, Refused, managing_mandates, may_manage_account, require
from accounts.scope import forget_mandates
from accounts.validators import clean_phone

from .events import record_event

PHONE_TAKEN = _("Another active account uses this number. Leave it empty: this person signs in with the username.")
NOT_OWN = Denied(_("Only the person can change this."))
ERASED_NAME = "Akun dihapus"
TRIES = 5


@transaction.atomic
def open_account(*, actor: User, display_name: str, username: str = "", phone: str = "", username_from: str = "") -> User:
    """Open an account that waits for its activation; a mandate is given apart, and without one it can do nothing.

    Without a username one is made from `username_from` (the unit's name) or the person's name. Raises ValidationError
    with the field at fault; a number of another active account is refused.
    """
    if not managing_mandates(actor):
        raise Refused(NO_MANDATE)
    number = free_phone(phone)
    wanted = username.strip().lower()
    user = (
        _create(wanted, display_name.strip(), number)
        if wanted
        else _create_named(username_from or display_name, display_name.strip(), number)
    )
    record_event(user=user, kind=AccountEvent.Kind.OPENED, actor=actor)
    return user


def free_phone(phone: str, *, besides: User | None = None) -> str:
    """The number as stored; raises ValidationError when it is none or belongs to another active account."""
    try:
        number = clean_phone(phone)
    except ValidationError as error:
        raise ValidationError({"phone": error}) from error
    if number and User.objects.active().filter(phone=number).exclude(pk=besides.pk if besides else None).exists():
        raise ValidationError({"phone": PHONE_TAKEN})
    return number


def _create(username: str, display_name: str, phone: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(username, None, display_name=display_name, phone=phone, must_set_password=True)
    except (IntegrityError, ValidationError) as error:
        free_phone(phone)  # another request may have taken the number between the question and the write
        if isinstance(error, ValidationError):
            raise
        raise ValidationError({"username": _("Another account uses this name.")}) from error


def _create_named(source: str, display_name: str, phone: str) -> User:
    for _attempt in range(TRIES):
        name = free_username(source)
        try:
            return _create(name, display_name, phone)
        except ValidationError:
            if not User.objects.filter(username=name).exists():
                raise
    raise ValidationError({"username": _("Please write a username.")})


def free_username(source: str) -> str:
    """The first unused username of the pattern: desa-beiwali, desa-beiwali-2, ..."""
    base = (slugify(source)[:40].strip("-") or "akun").ljust(3, "x")
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    number = next(number for number in range(1, len(taken) + 2) if _numbered(base, number) not in taken)
    return _numbered(base, number)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}-{number}"


@transaction.atomic
def update_profile(*, actor: User, user: User, display_name: str, phone: str) -> User:
    """Change the own name and number; nobody changes them for another person but by opening a new account."""
    if actor.pk != user.pk:
        raise Refused(NOT_OWN)
    locked: User = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    locked.display_name, locked.phone = display_name.strip(), free_phone(phone, besides=locked)
    locked.full_clean(exclude=["password"])
    try:
        with transaction.atomic():
            locked.save(update_fields=["display_name", "phone"])
    except IntegrityError as error:
        raise ValidationError({"phone": PHONE_TAKEN}) from error
    return locked


@transaction.atomic
def deactivate_account(*, actor: User, user: User, reason: str = "") -> User:
    """End an account at once: its mandates, its open activation and every session; its acts keep their author."""
    require(may_manage_account(actor, user))
    return close_account(actor=actor, user=user, kind=AccountEvent.Kind.DEACTIVATED, note=reason)


def close_account(*, actor: User, user: User, kind: AccountEvent.Kind, note: str = "") -> User:
    """The shared end of an account; the caller has asked for permission and holds the transaction."""
    now = timezone.now()
    locked: User = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    locked.mandates.live().filter(starts_on__lte=timezone.localdate()).update(ends_on=timezone.localdate(), revoked_at=now, ended_by=actor)
    for mandate in locked.mandates.live():
        mandate.ends_on, mandate.revoked_at, mandate.ended_by = mandate.starts_on, now, actor
        mandate.save(update_fields=["ends_on", "revoked_at", "ended_by"])
    locked.activations.filter(used_at=None, voided_at=None).update(voided_at=now)
    locked.is_active = False
    locked.set_unusable_password()
    locked.save(update_fields=["is_active", "password"])
    forget_mandates(user)
    record_event(user=locked, kind=kind, actor=actor, note=note)
    return locked


@transaction.atomic
def erase_person(*, actor: User, user: User) -> User:
    """End an account and replace what names the person by a neutral word; acts and history keep their reference."""
    require(may_manage_account(actor, user))
    locked = close_account(actor=actor, user=user, kind=AccountEvent.Kind.ERASED)
    locked.display_name, locked.username, locked.phone = ERASED_NAME, f"dihapus-{locked.pk}", ""
    locked.save(update_fields=["display_name", "username", "phone"])
    forget_help_of(locked)
    return locked


def forget_help_of(user: User) -> None:
    """Empty what a person wrote into requests for help."""
    PasswordHelp.objects.filter(user=user).update(login="", village="", called="", note="")
