"""Serving images: published ones to anybody and for good, all others to those whose scope reaches them."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import View

from registry.images import storage
from registry.models import StoredImage
from registry.states import ImageState

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "private, max-age=300"
_PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><path fill="#ece2ce" d="M0 0h400v300H0z"/>'
    b'<circle cx="200" cy="150" r="46" fill="none" stroke="#8a7c63" stroke-width="6"/>'
    b'<path fill="none" stroke="#8a7c63" stroke-width="6" d="M200 120v32l22 14"/></svg>'
)


class PhotoView(View):
    """A size of a published image; its address never shows anything else."""

    def get(self, request: HttpRequest, sha: str, size: str) -> HttpResponse:
        image = get_object_or_404(StoredImage.objects.published(), sha256=sha)
        return guarded(sent(image, size), FOREVER)


class ImagePrivateView(View):
    """A size of any image in the user's scope, a neutral picture while it is being prepared; 404 outside the scope."""

    def get(self, request: HttpRequest, sha: str, size: str) -> HttpResponse:
        image = get_object_or_404(StoredImage.objects.for_user(request.user), sha256=sha)
        if image.state != ImageState.READY:
            return guarded(HttpResponse(_PLACEHOLDER, content_type="image/svg+xml"), "private, no-store")
        return guarded(sent(image, size), ASK_AGAIN)


def sent(image: StoredImage, size: str) -> HttpResponse:
    """The file itself, or word to nginx which file to send; 404 when it is missing from the store."""
    name = storage.size_name(image.sha256, size)
    if settings.USE_X_ACCEL:
        response = HttpResponse(content_type="image/webp")
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX}{name}"
        return response
    try:
        return FileResponse(storage.images().open(name), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error


def guarded(response: HttpResponse, caching: str) -> HttpResponse:
    """Headers under which a file from outside can do nothing but be seen."""
    response["Cache-Control"] = caching
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
