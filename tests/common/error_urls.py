"""Addresses that fail in every way a page can fail."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from accounts.permissions import Denied, Refused


def echo(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"fields": dict(request.POST.lists())})


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def unreadable(request: HttpRequest) -> HttpResponse:
    raise BadRequest


def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the connection is closed")


def refused(request: HttpRequest) -> HttpResponse:
    raise Refused(Denied("Produk ini sedang diperiksa petugas lain."))


def hurried(request: HttpRequest) -> HttpResponse:
    from common.errors import too_many_requests

    return too_many_requests(request, retry_after=90)


urlpatterns = [
    path("echo/", echo),
    path("broken/", broken),
    path("unreadable/", unreadable),
    path("without-database/", without_database),
    path("refused/", refused),
    path("hurried/", hurried),
    path("closed/", login_required(echo)),
    path("", include("ovop_portal.urls")),
]

handler400 = "common.errors.bad_request"
handler403 = "common.errors.permission_denied"
handler404 = "common.errors.page_not_found"
handler500 = "common.errors.server_error"
