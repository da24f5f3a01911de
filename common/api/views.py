"""The view every resource of the API builds on."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import reduce
from hashlib import blake2b
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.numbers import sent_number
from common.site import site

from .conditions import State, mark, unchanged
from .errors import wrong, wrong_cursor
from .limits import rate_headers
from .render import dumps

_CLEAN = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")
LIMIT, MOST = 50, 200
# No public key that pages go by is longer.
LONGEST_KEY = 40


class ApiView(APIView):
    """One resource. Unknown parameters are refused by name: a misspelled filter must not answer with everything."""

    parameters: ClassVar[frozenset[str]] = frozenset()
    write_parameters: ClassVar[frozenset[str]] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        response.setdefault("Content-Language", language)
        for name, value in rate_headers(request).items():
            response[name] = value
        patch_vary_headers(response, ("Accept-Language",))
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # A code with such a character names nothing, and the database would not even take it.
        if not all(_CLEAN.fullmatch(str(value)) for value in kwargs.values()):
            raise NotFound
        self.check_parameters(request)

    def check_permissions(self, request: Request) -> None:
        """Whoever may not come in is counted first, like everybody else."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done with the permissions, a step before."""

    def check_parameters(self, request: Request) -> None:
        known = self.parameters if request.method in SAFE_METHODS else self.write_parameters
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            offered = ", ".join(sorted(known)) or _("none")
            raise wrong(unknown[0][:60], _("This parameter is not known here. Offered are: %(offered)s.") % {"offered": offered}, "unknown")
        for name, values in request.query_params.lists():
            if not all(_CLEAN.fullmatch(value) for value in values):
                raise wrong(name, _("This holds a character that cannot be read."))

    def conditional(self, state: State, make: Callable[[], Any]) -> HttpResponse:
        """304 for a client that holds this state; else what `make` answers, marked with it."""
        held = unchanged(self.request, state)
        return held if held is not None else mark(Response(make()), self.request, state)

    def by_content(self, data: Any) -> HttpResponse:
        """The same for what is small and costs little to make: the tag is the hash of the content itself."""
        body = dumps(data)
        tag = quote_etag(blake2b(body, digest_size=12).hexdigest())
        held = get_conditional_response(self.request._request, etag=tag)
        return held if held is not None else HttpResponse(body, content_type="application/json", headers={"ETag": tag})


class NotFoundView(ApiView):
    """Every address of the API that is none."""

    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


def key_of(text: str) -> uuid.UUID:
    """A key in an address; what is no key at all is not found either."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error


def language_of(request: HttpRequest) -> str:
    """The first language of `Accept-Language` that the portal speaks; Indonesian where there is none."""
    known = dict(settings.LANGUAGES)
    for accepted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        language = accepted.partition("-")[0]
        if language in known:
            return language
    return settings.LANGUAGE_CODE


def limit_of(request: Request, *, usual: int = LIMIT, most: int = MOST) -> int:
    """The size of a page; one beyond the limit is refused, never cut."""
    text = request.query_params.get("limit", "")
    number = sent_number(text) if text else usual
    if number is None or not 1 <= number <= most:
        raise wrong("limit", _("A page holds 1 to %(most)s items.") % {"most": most}, "limit")
    return number


def next_page(request: Request, cursor: str) -> str | None:
    """The full address of the page after a cursor, all other parameters kept; nothing at the end."""
    if not cursor:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return f"{site()}{request.path}?{query.urlencode()}"


def page_by(request: Request, rows: QuerySet, key: str, *, limit: int, longest: int = LONGEST_KEY) -> tuple[list[Any], str | None]:
    """At most `limit` rows in the order of a public key, after the one the cursor names, and the address of what follows.

    `rows` are objects or, where `values` were asked for, their values; the key is no secret and has at most `longest` characters.
    """
    after = request.query_params.get("cursor", "")
    if len(after) > longest:
        raise wrong_cursor()
    found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], next_page(request, _key_of(last, key) if last else "")


def _key_of(row: Any, key: str) -> str:
    return row[key] if isinstance(row, dict) else reduce(getattr, key.split("__"), row)
