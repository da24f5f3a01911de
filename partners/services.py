"""Every write of partners: who they are, their credentials, and the trail of what they did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken

from accounts.models import AccountEvent, User
from accounts.permissions import require
from accounts.services import record_event
from partners.webhooks import messages as webhook_messages

from .models import ApiUse, Credential, Partner
from .permissions import may_manage_partners
from .scopes import SCOPES
from .states import DEFAULT_RATE, LONGEST_CREDENTIAL, MOST_ADDRESSES
from .validators import address_of, clean_network

SERVICE_PREFIX = "mitra-"
CODE_TAKEN = _("Another partner uses this short name.")
NOT_ACTIVE = _("This partner is not active.")


@dataclass(frozen=True)
class IssuedCredential:
    """A new credential with its secret; the only moment the secret is known."""

    credential: Credential
    secret: str


@transaction.atomic
def register_partner(
    *, actor: User, name: str, code: str, kind: str, contact: str = "", rate_per_minute: int = DEFAULT_RATE, is_demo: bool = False
) -> Partner:
    """Register an organisation with a service account of its own, which holds no mandate yet and has no way in."""
    require(may_manage_partners(actor))
    partner = Partner(name=name, code=code, kind=kind, contact=contact, rate_per_minute=rate_per_minute, is_demo=is_demo)
    partner.full_clean(exclude=["service_user"])
    partner.service_user = _service_user(partner)
    record_event(user=partner.service_user, kind=AccountEvent.Kind.OPENED, actor=actor)
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError as error:
        raise ValidationError({"code": CODE_TAKEN}) from error
    return partner


def _service_user(partner: Partner) -> User:
    fields = {"display_name": partner.name[:120], "is_service": True, "is_demo": partner.is_demo}
    try:
        with transaction.atomic():
            return User.objects.create_user(f"{SERVICE_PREFIX}{partner.code}", None, **fields)
    except (IntegrityError, ValidationError) as error:
        raise ValidationError({"code": CODE_TAKEN}) from error


@transaction.atomic
def update_partner(*, actor: User, partner: Partner, name: str, kind: str, contact: str, rate_per_minute: int) -> Partner:
    """Change what is said of a partner; its short name stays, being the name of its service account."""
    require(may_manage_partners(actor))
    locked = _locked(partner)
    locked.name, locked.kind, locked.contact, locked.rate_per_minute = name, kind, contact, rate_per_minute
    locked.full_clean()
    locked.save(update_fields=["name", "kind", "contact", "rate_per_minute"])
    User.objects.filter(pk=locked.service_user_id).update(display_name=locked.name[:120])
    return locked


def _locked(partner: Partner) -> Partner:
    found: Partner = Partner.objects.select_for_update(of=("self",)).select_related("service_user").get(pk=partner.pk)
    return found


@transaction.atomic
def deactivate_partner(*, actor: User, partner: Partner) -> Partner:
    """End everything of a partner at once: credentials, tokens; its mandates no longer count, its webhooks hear nothing."""
    require(may_manage_partners(actor))
    locked = _locked(partner)
    Credential.objects.filter(partner=locked, revoked_at=None).update(revoked_at=timezone.now())
    AccessToken.objects.filter(application__partner=locked).delete()
    webhook_messages.give_up(locked.webhooks.all())
    return _set_active(actor, locked, active=False)


@transaction.atomic
def reactivate_partner(*, actor: User, partner: Partner) -> Partner:
    """Let a partner in again: its mandates count again, and it needs new credentials."""
    require(may_manage_partners(actor))
    return _set_active(actor, _locked(partner), active=True)


def _set_active(actor: User, locked: Partner, *, active: bool) -> Partner:
    if locked.is_active != active:
        locked.is_active = locked.service_user.is_active = active
        locked.save(update_fields=["is_active"])
        locked.service_user.save(update_fields=["is_active"])
        kind = AccountEvent.Kind.OPENED if active else AccountEvent.Kind.DEACTIVATED
        record_event(user=locked.service_user, kind=kind, actor=actor)
    return locked


@transaction.atomic
def issue_credential(
    *,
    actor: User,
    partner: Partner,
    name: str,
    scopes: Iterable[str],
    expires_on: dt.date,
    addresses: Sequence[str] = (),
    is_trial: bool = False,
) -> IssuedCredential:
    """Make a credential with a new secret, told once and kept as a hash. A second one is how a partner rotates.

    It works at least today and at most 400 days; without addresses it works from everywhere.
    """
    require(may_manage_partners(actor))
    locked = _locked(partner)
    if not locked.is_active:
        raise ValidationError(NOT_ACTIVE)
    secret = generate_client_secret()
    credential = Credential(
        partner=locked,
        name=name.strip(),
        scopes=_scopes(scopes),
        expires_on=_expiry(expires_on),
        addresses=_networks(addresses),
        is_trial=is_trial,
        created_by=actor,
        client_secret=secret,
        client_type=Credential.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Credential.GRANT_CLIENT_CREDENTIALS,
    )
    credential.full_clean()
    credential.save()
    return IssuedCredential(credential, secret)


def _scopes(wanted: Iterable[str]) -> list[str]:
    names = set(wanted)
    if not names or names - SCOPES.keys():
        raise ValidationError({"scopes": _("Choose at least one of the scopes.")})
    return [name for name in SCOPES if name in names]


def _expiry(day: dt.date) -> dt.date:
    today = timezone.localdate()
    if not today <= day <= today + LONGEST_CREDENTIAL:
        raise ValidationError({"expires_on": _("The last day is today at the earliest and in 400 days at the latest.")})
    return day


def _networks(addresses: Sequence[str]) -> list[str]:
    if len(addresses) > MOST_ADDRESSES:
        raise ValidationError({"addresses": _("At most 50 addresses.")})
    try:
        return list(dict.fromkeys(clean_network(text) for text in addresses))
    except ValidationError as error:
        raise ValidationError({"addresses": error}) from error


@transaction.atomic
def revoke_credential(*, actor: User, credential: Credential) -> Credential:
    """Revoke a credential for good; its tokens end at once. Revoking it again changes nothing."""
    require(may_manage_partners(actor))
    locked: Credential = Credential.objects.select_for_update(of=("self",)).get(pk=credential.pk)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
    AccessToken.objects.filter(application=locked).delete()
    return locked


@transaction.atomic
def note_use(
    *,
    partner: Partner,
    credential: Credential,
    method: str,
    path: str,
    status: int,
    request_id: str,
    what: str,
    address: str = "",
) -> ApiUse:
    """Write one line of the audit trail, in the caller's transaction; `path` is the pattern of the address, never its values."""
    caller = address_of(address)
    return ApiUse.objects.create(
        partner=partner,
        credential=credential,
        method=method[:10],
        path=path[:200],
        status=status,
        what=what[:300],
        address=str(caller) if caller else None,
        request_id=request_id[:32],
    )
