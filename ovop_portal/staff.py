"""The staff area at /admin/: Django's admin site in the portal's look, opened by mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import NO_MANDATE, Refused, is_staff

if TYPE_CHECKING:
    from accounts.models import User


class StaffSite(admin.AdminSite):
    """Django's admin site; its index is the dashboard and its login is the portal's own."""

    site_title = "OVOP NTT"
    site_header = "OVOP NTT"
    index_title = _("Dashboard")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return is_staff(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The portal's own login; a person already signed in but without a staff mandate is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Refused(NO_MANDATE)
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """The dashboard; Django's list of tables follows at its end."""
        from .dashboard import dashboard  # noqa: PLC0415 - models are loaded only after this site

        context = {
            **self.each_context(request),
            **dashboard(cast("User", request.user)),
            "app_list": self.get_app_list(request),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/index.html", context)

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """The frame's words on every page of Django's admin."""
        from registry.views.staff_base import staff_frame  # noqa: PLC0415 - models are loaded only after this site

        return {**super().each_context(request), **staff_frame(request.user)}
