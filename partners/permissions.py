"""Who looks after partners on the screens, and which scope a door of the API asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission

from accounts.permissions import Answer, may
from accounts.states import Action

from .access import access_of
from .scopes import SCOPES

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.models import User


def may_manage_partners(user: User) -> Answer:
    """Whether the user registers partners and gives them credentials: officers of the whole province."""
    return may(user, Action.PARTNER_MANAGE, region_code=settings.PROVINCE_CODE, also=lambda mandate: not mandate.pillar)


class NeedsScope(BasePermission):
    """A door that opens to tokens with one scope; see `needs_scope`."""

    required_scope: ClassVar[str] = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        access = access_of(request)
        if access is None:
            raise NotAuthenticated(_("This address needs a token with the scope “%(scope)s”.") % {"scope": self.required_scope})
        if self.required_scope not in access.scopes:
            raise PermissionDenied(_("This token does not carry the scope “%(scope)s”.") % {"scope": self.required_scope})
        return True


def needs_scope(name: str) -> type[NeedsScope]:
    """The permission class of one scope: 401 without a token, 403 with a token that lacks it; an unknown scope is an error."""
    if name not in SCOPES:
        raise ValueError(f"unknown scope {name}")
    return type("NeedsScope", (NeedsScope,), {"required_scope": name, "__doc__": f"Needs the scope {name}."})
