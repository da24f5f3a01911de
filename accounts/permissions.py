"""Permission answers. A refusal is an object with a reason, and it is false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import scope
from .states import ACCOUNT_PILLAR, STAFF_ROLES, UNIT_ROLES, Action, Role, grantable_roles
from .units import resolve_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .models import Mandate, User


@dataclass(frozen=True)
class Allowed:
    """Yes, and under which mandate; a system act has none."""

    mandate: Mandate | None = None

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, and why, in words the screen shows as they are."""

    reason: str | Promise

    def __bool__(self) -> bool:
        return False


Answer = Allowed | Denied


class Refused(PermissionDenied):
    """Raised by a service whose permission answer was `Denied`; carries the same reason to every door."""

    def __init__(self, answer: Denied):
        super().__init__(answer.reason)
        self.reason = answer.reason


def require(answer: Answer) -> Allowed:
    """The permission answer itself when allowed; raises `Refused` with its reason otherwise."""
    if isinstance(answer, Denied):
        raise Refused(answer)
    return answer


NO_MANDATE = Denied(_("None of your current mandates allows this here."))


def mandates_for(user: User | AnonymousUser, action: Action) -> list[Mandate]:
    """The current mandates of the user whose role may do `action` somewhere."""
    return [mandate for mandate in scope.current_mandates(user) if action in mandate.actions]


def may(
    user: User | AnonymousUser,
    action: Action,
    *,
    region_code: str = "",
    pillar: str = "",
    unit_code: str = "",
    unit_kind: str = "producer",
    also: Callable[[Mandate], bool] | None = None,
) -> Answer:
    """Whether the user may do `action` on an object at this place; `also` narrows the mandates that count."""
    for mandate in mandates_for(user, action):
        reached = scope.covers(mandate, region_code=region_code, pillar=pillar, unit_code=unit_code, unit_kind=unit_kind)
        if reached and (also is None or also(mandate)):
            return Allowed(mandate)
    return NO_MANDATE


def may_anywhere(user: User | AnonymousUser, action: Action) -> Answer:
    """Whether the user holds the right to `action` at all; rows are then narrowed by the scope."""
    mandates = mandates_for(user, action)
    return Allowed(mandates[0]) if mandates else NO_MANDATE


def has_role(user: User | AnonymousUser, roles: Iterable[str]) -> bool:
    """Whether one of the current mandates is of one of these roles."""
    wanted = set(roles)
    return any(mandate.role in wanted for mandate in scope.current_mandates(user))


def is_staff(user: User | AnonymousUser) -> bool:
    """Whether the staff area opens to this person."""
    return bool(may_anywhere(user, Action.DASHBOARD_VIEW))


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whether the person holds a role of officers, who sign in with a second factor where the setting asks for it."""
    return has_role(user, STAFF_ROLES)


# Which action opens a model in Django's admin, for looking and for changing; registered by each app in ready().
_MODEL_ACTIONS: dict[str, tuple[Action, Action | None]] = {}


def register_model_actions(label: str, *, view: Action, change: Action | None = None) -> None:
    """Open `app.model` in Django's admin to those who hold `view`; to change it they need `change` (None: never by hand)."""
    _MODEL_ACTIONS[label] = (view, change)


def model_actions(label: str) -> tuple[Action | None, Action | None]:
    """The actions that open a model for looking and for changing; none for a model nobody registered."""
    return _MODEL_ACTIONS.get(label, (None, None))


def has_model_perm(user: User | AnonymousUser, perm: str, obj: models.Model | None = None) -> bool:
    """Django's `app.verb_model` question, answered from the capability table. Unknown models are refused."""
    app_label, _dot, codename = perm.partition(".")
    verb, _sep, model_name = codename.partition("_")
    view, change = model_actions(f"{app_label}.{model_name}")
    action = view if verb == "view" else change
    return action is not None and bool(may_anywhere(user, action))


# --- who may look after whose account -------------------------------------------------------------------------------

OWN_ACCOUNT = Denied(_("Your own account is looked after by another officer."))
OUTSIDE = Denied(_("This lies outside your area, or the role is not yours to give."))
SERVICE_ACCOUNT = Denied(_("This account belongs to a partner system. It is looked after on the partner's page."))
WIDER_ACCOUNT = Denied(_("This account also works outside your area. Ask the province to do this."))


def managing_mandates(user: User | AnonymousUser) -> list[Mandate]:
    """The mandates with which the user may give and end mandates of others."""
    return [mandate for mandate in scope.current_mandates(user) if mandate.actions & {Action.ACCOUNT_MANAGE, Action.OPERATOR_NAME}]


def lies_inside(held: Mandate, mandate: Mandate) -> bool:
    """Whether everything `held` is held over lies inside `mandate`; asked of values, saved or not."""
    if mandate.role in UNIT_ROLES:
        return (held.unit_kind, held.unit_code) == (mandate.unit_kind, mandate.unit_code)
    unit = resolve_unit(held.unit_kind, held.unit_code) if held.unit_code else None
    codes = [unit.region_code] if unit else held.region_codes
    pillar = unit.pillar if unit else held.pillar
    wanted = mandate.pillar or ACCOUNT_PILLAR.get(Role(mandate.role), "")
    return bool(codes) and wanted in ("", pillar) and all(scope.covers(mandate, region_code=code, pillar=pillar) for code in codes)


def may_grant(actor: User, held: Mandate) -> Answer:
    """Whether the actor may give or end this mandate: its place inside one own mandate, its role below that one's."""
    for mandate in managing_mandates(actor):
        if held.role in grantable_roles(mandate.role) and lies_inside(held, mandate):
            return Allowed(mandate)
    return OUTSIDE


def may_manage_account(actor: User, user: User) -> Answer:
    """Whether the actor may re-activate or end an account: every live mandate of it must be the actor's to give.

    Otherwise an officer could take over, through one shared village, an account that reaches further than the own.
    """
    if actor.pk == user.pk:
        return OWN_ACCOUNT
    if user.is_service:
        return SERVICE_ACCOUNT
    held = list(user.mandates.live()) or list(user.mandates.all()[:1])
    if not held:
        return may(actor, Action.ACCOUNT_MANAGE, region_code=settings.PROVINCE_CODE, also=lambda mandate: not mandate.pillar)
    answers = [may_grant(actor, mandate) for mandate in held]
    if all(answers):
        return answers[0]
    return WIDER_ACCOUNT if any(answers) else OUTSIDE
