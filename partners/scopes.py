"""What a token may open: the one table of scopes, and the backend that gives each credential its own."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

SCOPES: dict[str, Promise | str] = {
    "catalogue:read": _("Read the catalogue, its changes and its images"),
    "submissions:read": _("Follow the own submissions and what the checkers say"),
    "evaluations:read": _("Read results of the evaluation"),
    "products:write": _("Write products of the producers that delegated it"),
    "submissions:send": _("Send those products to be checked"),
    "webhooks:manage": _("Register addresses that are told of changes"),
}
# Scopes with which nothing is written.
READING = tuple(name for name in SCOPES if name.endswith(":read"))


class CredentialScopes(BaseScopes):
    """A token carries at most what its credential carries, and all of it when nothing is asked."""

    def get_all_scopes(self) -> dict[str, Promise | str]:
        return dict(SCOPES)

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return [name for name in SCOPES if application is not None and name in application.scopes]

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application)
