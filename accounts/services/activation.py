"""Issuing and using the one-use way into an account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.keys import Secrets, code_matches, hash_code, hash_token, new_salt, new_secrets
from accounts.models import AccountEvent, Activation, User
from accounts.permissions import may_manage_account, require
from accounts.queries import ActivationQuerySet
from accounts.states import PRIVACY_VERSION

from .events import record_event

SHORTEST = dt.timedelta(hours=24)
LONGEST = dt.timedelta(days=14)
NO_LONGER_VALID = _("This code has been used, replaced or is past its day. Ask the officer for a new one.")


@dataclass(frozen=True)
class Issued:
    """A new activation with its secrets; the only moment they are known."""

    activation: Activation
    secrets: Secrets


@transaction.atomic
def issue_activation(*, actor: User, user: User, valid_for: dt.timedelta = LONGEST) -> Issued:
    """Issue a new code and link for an account inside the actor's area; an earlier one is void from now on.

    The old password and the second factor stay as they are until the code is used.
    """
    require(may_manage_account(actor, user))
    if not user.is_active:
        raise ValidationError(_("This account has been ended. Open a new one."))
    return issue(user=user, issued_by=actor, valid_for=valid_for)


def issue(*, user: User, issued_by: User | None, valid_for: dt.timedelta) -> Issued:
    """Write the activation; the caller has asked for permission and holds the transaction."""
    if not SHORTEST <= valid_for <= LONGEST:
        raise ValidationError(_("A code is valid for 24 hours at least and 14 days at most."))
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two officers issue one after the other
    now = timezone.now()
    user.activations.filter(used_at=None, voided_at=None).update(voided_at=now)
    secrets, salt = new_secrets(), new_salt()
    activation = Activation.objects.create(
        user=user,
        token_hash=hash_token(secrets.token),
        code_salt=salt,
        code_hash=hash_code(salt, secrets.code),
        issued_by=issued_by,
        created_at=now,
        expires_at=now + valid_for,
    )
    record_event(user=user, kind=AccountEvent.Kind.ACTIVATION_ISSUED, actor=issued_by)
    return Issued(activation, secrets)


def find_by_token(token: str) -> Activation | None:
    """The open activation behind a link; None for an unknown, used, void or outdated one."""
    return _usable().filter(token_hash=hash_token(token)).first()


def find_usable(number: int) -> Activation | None:
    """The open activation of a number that this browser has shown the secret of; None once it cannot be used any more."""
    return _usable().filter(pk=number).first()


def _usable() -> ActivationQuerySet:
    return Activation.objects.open().select_related("user").filter(user__is_active=True)


@transaction.atomic
def check_code(*, login: str, code: str) -> Activation | None:
    """The open activation of an account when the eight digits are right; each wrong try counts, the tenth voids it."""
    user = User.objects.find_login(login)
    if user is None:
        return None
    activation: Activation | None = Activation.objects.open().select_for_update(of=("self",)).filter(user=user).first()
    if activation is None:
        return None
    if code_matches(activation.code_salt, activation.code_hash, code):
        return activation
    activation.attempts += 1
    if activation.attempts >= Activation.MAX_ATTEMPTS:
        activation.voided_at = timezone.now()
    activation.save(update_fields=["attempts", "voided_at"])
    return None


@transaction.atomic
def activate(*, activation: Activation, password: str) -> User:
    """Use an activation, once: set the password, note which privacy notice was read. Two at the same time: one wins.

    The password has been checked by the form; every other session of the account ends with the old password.
    """
    user: User = User.objects.select_for_update(of=("self",)).get(pk=activation.user_id)
    used = Activation.objects.open().filter(pk=activation.pk).update(used_at=timezone.now())
    if not used or not user.is_active:
        raise ValidationError(NO_LONGER_VALID)
    user.set_password(password)
    user.must_set_password = False
    user.privacy_version, user.privacy_read_at = PRIVACY_VERSION, timezone.now()
    user.save(update_fields=["password", "must_set_password", "privacy_version", "privacy_read_at"])
    record_event(user=user, kind=AccountEvent.Kind.ACTIVATED, actor=user)
    return user
