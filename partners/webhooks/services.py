"""Every write to webhooks that somebody asks for: the partner through the API, officers on the partner's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Allowed, Answer, require
from partners.models import Partner, Webhook, WebhookMessage, WebhookPosition
from partners.permissions import may_manage_partners
from partners.sealing import seal
from partners.services import NOT_ACTIVE
from partners.states import BOTH_SECRETS, MOST_WEBHOOKS, PauseReason

from . import messages
from .events import EVENTS, News, present_end
from .signing import new_secret
from .targets import check

TOO_MANY = _("A partner has at most 20 webhooks. Remove one that is no longer used.")
NO_EVENTS = _("Choose at least one of the events.")
IS_PAUSED = _("This webhook is paused. Resume it first.")
IS_REMOVED = _("This webhook was removed.")
WRONG_SPAN = _("The beginning must lie before the end.")


@dataclass(frozen=True)
class IssuedWebhook:
    """A webhook with a new secret; the only moment the secret is shown."""

    webhook: Webhook
    secret: str


def may_manage_webhooks(user: User, partner: Partner) -> Answer:
    """Whether the user looks after the webhooks of a partner: its own system, or officers who look after partners."""
    is_own = user.pk == partner.service_user_id and partner.is_active
    return Allowed() if is_own else may_manage_partners(user)


def register(*, actor: User, partner: Partner, url: str, events: Iterable[str], description: str = "") -> IssuedWebhook:
    """Register an address of a partner; it hears of what is committed from now on. The secret is told once."""
    require(may_manage_webhooks(actor, partner))
    address, secret = _checked(url), new_secret()
    with transaction.atomic():
        locked = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
        if not locked.is_active:
            raise ValidationError(NOT_ACTIVE)
        if Webhook.objects.kept_by(locked).count() >= MOST_WEBHOOKS:
            raise ValidationError(TOO_MANY)
        webhook = Webhook(partner=locked, url=address, description=description.strip(), events=_chosen(events), secret=seal(secret))
        # Under the position's lock nobody reads the feed: what is committed later is read later, and then for this webhook too.
        lock_position()
        webhook.begins_after = present_end()
        webhook.full_clean()
        webhook.save()
    return IssuedWebhook(webhook, secret)


def _checked(url: str) -> str:
    try:
        return check(url.strip())
    except ValidationError as error:
        raise ValidationError({"url": error}) from error


def _chosen(events: Iterable[str]) -> list[str]:
    names = set(events)
    if not names or names - EVENTS.keys():
        raise ValidationError({"events": NO_EVENTS})
    return [name for name in EVENTS if name in names]


def _locked(webhook: Webhook) -> Webhook:
    """The webhook under lock; raises ValidationError for a removed one."""
    rows = Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("partner")
    found: Webhook = rows.get(pk=webhook.pk)
    if found.removed_at is not None:
        raise ValidationError(IS_REMOVED)
    return found


def change(
    *, actor: User, webhook: Webhook, url: str | None = None, events: Sequence[str] | None = None, description: str | None = None
) -> Webhook:
    """Change what is named; the rest stays. Messages that wait go to the new address."""
    require(may_manage_webhooks(actor, webhook.partner))
    address = None if url is None else _checked(url)
    with transaction.atomic():
        locked = _locked(webhook)
        locked.url = locked.url if address is None else address
        locked.events = locked.events if events is None else _chosen(events)
        locked.description = locked.description if description is None else description.strip()
        locked.full_clean()
        locked.save(update_fields=["url", "events", "description"])
    return locked


@transaction.atomic
def rotate_secret(*, actor: User, webhook: Webhook) -> IssuedWebhook:
    """Make a new secret. For 24 hours every message is signed with both; a second change within them ends the oldest at once."""
    require(may_manage_webhooks(actor, webhook.partner))
    locked, secret = _locked(webhook), new_secret()
    locked.former_secret, locked.former_until = locked.secret, timezone.now() + BOTH_SECRETS
    locked.secret = seal(secret)
    locked.save(update_fields=["secret", "former_secret", "former_until"])
    return IssuedWebhook(locked, secret)


@transaction.atomic
def pause(*, actor: User, webhook: Webhook) -> Webhook:
    """Tell it nothing for now; what waits and what happens meanwhile stays in the log and can be replayed."""
    require(may_manage_webhooks(actor, webhook.partner))
    locked = _locked(webhook)
    if not locked.is_paused:
        is_own = actor.pk == locked.partner.service_user_id
        locked.paused_at, locked.pause_reason = timezone.now(), PauseReason.PARTNER if is_own else PauseReason.OFFICER
        locked.save(update_fields=["paused_at", "pause_reason"])
        messages.give_up([locked])
    return locked


@transaction.atomic
def resume(*, actor: User, webhook: Webhook) -> Webhook:
    """Tell it again what happens from now on; what it missed comes with a replay."""
    require(may_manage_webhooks(actor, webhook.partner))
    locked = _locked(webhook)
    if not locked.partner.is_active:
        raise ValidationError(NOT_ACTIVE)
    locked.paused_at, locked.pause_reason, locked.held_until = None, "", None
    locked.failing_since, locked.failures = None, 0
    locked.save(update_fields=["paused_at", "pause_reason", "held_until", "failing_since", "failures"])
    return locked


@transaction.atomic
def remove(*, actor: User, webhook: Webhook) -> Webhook:
    """End a webhook and forget its secrets; its log stays for 30 days, then the row goes too."""
    require(may_manage_webhooks(actor, webhook.partner))
    locked = _locked(webhook)
    locked.removed_at, locked.secret, locked.former_secret, locked.former_until = timezone.now(), "", "", None
    locked.save(update_fields=["removed_at", "secret", "former_secret", "former_until"])
    messages.give_up([locked])
    return locked


@transaction.atomic
def ping(*, actor: User, webhook: Webhook) -> WebhookMessage:
    """Have a test message sent, once, also to a paused webhook; the log tells what came back."""
    require(may_manage_webhooks(actor, webhook.partner))
    locked = _locked(webhook)
    if not locked.partner.is_active:
        raise ValidationError(NOT_ACTIVE)
    return messages.write_ping(locked)


@transaction.atomic
def replay(*, actor: User, webhook: Webhook, since: dt.datetime, until: dt.datetime) -> int:
    """Have every finished message of a span of time delivered again under its id. Returns how many."""
    require(may_manage_webhooks(actor, webhook.partner))
    if since >= until:
        raise ValidationError({"until": WRONG_SPAN})
    locked = _locked(webhook)
    if locked.is_paused:
        raise ValidationError(IS_PAUSED)
    return messages.ask_again(locked, since=since, until=until)


def lock_position() -> WebhookPosition:
    """The position in the feed under lock, inside the caller's transaction; it begins at the feed's present end."""
    WebhookPosition.objects.get_or_create(pk=1, defaults={"seq": present_end()})
    return WebhookPosition.objects.select_for_update().get(pk=1)


def tell_of_feed(*, position: WebhookPosition, news: Iterable[tuple[int, News]], up_to: int) -> int:
    """Write what webhooks hear of a part of the feed and move the position, under its lock. Returns how many messages."""
    hooks = list(Webhook.objects.hearing())
    told = [(hook, item) for seq, item in news for hook in hooks if item.event in hook.events and seq > hook.begins_after]
    count = messages.write(told) if told else 0
    position.seq = up_to
    position.save(update_fields=["seq"])
    return count


def tell_partners(*, service_users: Iterable[int], news: News) -> int:
    """Write what the partners with these service accounts hear of one event, in the caller's transaction."""
    hooks = Webhook.objects.of_service_users(service_users).filter(events__contains=[news.event])
    told = [(hook, news) for hook in hooks]
    return messages.write(told) if told else 0
