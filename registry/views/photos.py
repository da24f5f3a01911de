"""Sending photos of a product one by one, as JSON for the script of the page and as plain forms without it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.permissions import Refused
from accounts.states import Action
from registry.errors import RegistryError
from registry.models import Product
from registry.services import photos
from registry.services.images import BrokenUpload
from registry.states import MAX_PHOTO_BYTES, MAX_PHOTOS, PhotoKind


def photo_context(product: Product) -> dict[str, Any]:
    """What the partials photo_list.html and photo_form.html need besides the request."""
    rows = list(product.photos.select_related("image"))
    return {
        "product": product,
        "photos": rows,
        "photo_key": uuid.uuid4(),
        "photo_room": max(0, MAX_PHOTOS - len(rows)),
        "photo_kinds": PhotoKind.choices,
        "max_photos": MAX_PHOTOS,
        "max_photo_mb": MAX_PHOTO_BYTES // 1024**2,
    }


class PhotoDoor(View):
    """Both ways in: a script is answered in JSON, a form by the way back to its page. 404 outside the scope."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.in_json = request.accepts("application/json") and not request.accepts("text/html")
        if not request.user.is_authenticated:
            return self.signed_out(request)
        self.product = get_object_or_404(
            Product.objects.for_user(request.user, Action.PRODUCT_EDIT).select_related("producer"), code=kwargs["code"]
        )
        try:
            return super().dispatch(request, *args, **kwargs)
        except ValidationError as error:
            return self.refused(" ".join(error.messages), 400)
        except RegistryError as error:
            return self.refused(str(error.reason), 422, again=isinstance(error, BrokenUpload))
        except Refused as error:
            if not self.in_json:
                raise
            return self.refused(str(error.reason), 403)

    def signed_out(self, request: HttpRequest) -> HttpResponse:
        if not self.in_json:
            return redirect_to_login(self.way_back() if request.method == "POST" else request.get_full_path())
        words = _("Your session has ended. Sign in again; the photos wait on this phone.")
        return JsonResponse({"message": words, "login": reverse("account_login")}, status=401)

    def refused(self, words: str, status: int, *, again: bool = False) -> HttpResponse:
        if self.in_json:
            return JsonResponse({"message": words, "again": again}, status=status)
        messages.error(self.request, words)
        return HttpResponseRedirect(self.way_back())

    def done(self, words: str, **facts: Any) -> HttpResponse:
        if self.in_json:
            return JsonResponse({**self.standing(), **facts})
        messages.success(self.request, words)
        return HttpResponseRedirect(self.way_back())

    def standing(self) -> dict[str, Any]:
        """What the server holds: the script deletes from the phone only what is named here."""
        context = photo_context(self.product)
        return {
            "held": [photo.image.sha256 for photo in context["photos"]],
            "room": context["photo_room"],
            "list": render_to_string("registry/workspace/partials/photo_list.html", context, self.request),
            "token": get_token(self.request),
        }

    def way_back(self) -> str:
        wanted = self.request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, {self.request.get_host()}, require_https=self.request.is_secure()):
            return wanted
        return reverse("product_step", args=[self.kwargs["code"], "photos"])


class PhotoUploadView(PhotoDoor):
    """One photo sent; and what the server holds already."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return JsonResponse(self.standing()) if self.in_json else HttpResponseRedirect(self.way_back())

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        sent = request.POST
        if "photo" not in request.FILES:
            return self.refused(_("Choose a photo first."), 400)
        photo = photos.add_photo(
            actor=request.user,
            product=self.product,
            key=_key(sent.get("key", "")),
            upload=request.FILES["photo"],
            sha256=sent.get("sha256") or None,
            kind=sent.get("kind") or PhotoKind.PRODUCT,
            alt=sent.get("alt", ""),
        )
        return self.done(_("The photo has been sent."), sha256=photo.image.sha256)


class PhotoActView(PhotoDoor):
    """Remove, move or describe one photo of the product."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str, key: uuid.UUID) -> HttpResponse:
        actor, act = request.user, request.POST.get("act")
        mine = self.product.photos.all()
        if act == "remove":
            for photo in mine.filter(key=key):  # none when the button was pressed twice
                photos.remove_photo(actor=actor, photo=photo)
            return self.done(_("The photo has been removed."))
        photo = get_object_or_404(mine, key=key)
        if act in ("up", "down"):
            photos.move_photo(actor=actor, photo=photo, by=-1 if act == "up" else 1)
            return self.done(_("The order has been changed."))
        photos.describe_photo(actor=actor, photo=photo, kind=request.POST.get("kind", photo.kind), alt=request.POST.get("alt", photo.alt))
        return self.done(_("Saved."))


def _key(text: str) -> uuid.UUID:
    """The sender's key; a form that lost it gets a new one, the hash still keeps the photo single."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
