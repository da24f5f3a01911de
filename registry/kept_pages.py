"""Pages of the public site kept ready in the memory of one process, exact as of the last change of the catalogue.

The key holds the number of the last change, so a suspended product is gone with the next request; a page is made anew
after `KEPT_PAGES_SECONDS` all the same (names of regions and categories change without a number; moments move on).
Only for visitors without a session or a message; at most `_MOST` pages of some 20 KB each.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from .models import FeedCounter

_MOST, _LONGEST_ADDRESS = 300, 300
_pages: OrderedDict[tuple[Any, ...], tuple[float, bytes]] = OrderedDict()
_lock = Lock()


def kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer an anonymous visitor from memory where the same page was made since the last change."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _may_keep(request):
            return view(request, *args, **kwargs)
        key = _key(request)
        page = _pages.get(key)
        if page and page[0] > time.monotonic():
            return HttpResponse(page[1])
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not response.cookies:
            _keep(key, response)
        return response

    return answer


def _may_keep(request: HttpRequest) -> bool:
    private = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    return bool(settings.KEPT_PAGES_SECONDS) and request.method == "GET" and not private and len(request.get_full_path()) < _LONGEST_ADDRESS


def _key(request: HttpRequest) -> tuple[Any, ...]:
    seq = FeedCounter.objects.filter(pk=1).values_list("last_seq", flat=True).first()
    return request.get_full_path(), get_language(), seq, timezone.localdate()


def _keep(key: tuple[Any, ...], response: HttpResponse) -> None:
    if hasattr(response, "render"):
        response.render()
    with _lock:
        _pages[key] = (time.monotonic() + settings.KEPT_PAGES_SECONDS, response.content)
        while len(_pages) > _MOST:
            _pages.popitem(last=False)


def forget() -> None:
    """Empty the memory of this process."""
    _pages.clear()
