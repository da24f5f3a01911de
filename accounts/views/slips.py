"""The slip with a link, a QR and eight digits. Shown once, in the answer to the request that made it."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.keys import spaced
from accounts.labels import mandate_lines
from accounts.services import Issued


def slip(request: HttpRequest, issued: Issued, *, frame: str, back: str) -> HttpResponse:
    """The printable slip; no copy of it is kept anywhere, neither here nor in a cache on the way."""
    user = issued.activation.user
    link = request.build_absolute_uri(reverse("activation_link", args=[issued.secrets.token]))
    context = {
        "frame": frame,
        "back": back,
        "account": user,
        "mandates": mandate_lines(user.mandates.live()),
        "link": link,
        "code": spaced(issued.secrets.code),
        "code_page": request.build_absolute_uri(reverse("activation")),
        "qr": segno.make(link, error="m").svg_data_uri(scale=4, border=4, light="#fff"),
        "expires_at": issued.activation.expires_at,
    }
    response = render(request, "account/slip.html", context)
    response["Cache-Control"] = "no-store"
    return response
