"""How partners write: once for each key, in one transaction, under their own name; or tried only, with nothing kept.

`Idempotency-Key` on every POST: its row is inserted first, so the same key at the same moment waits and gets the same answer.
Kept are answers that say what became of the write (2xx and refusals by rule); a body that cannot be read, a stale condition
or a fault of ours is not, so the same key may be sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg2 import errorcodes
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from common.api.errors import Contradiction, Unprocessable, wrong
from common.api.render import dumps

from .access import Access, access_of
from .models import KeptAnswer
from .sealing import InvalidToken, seal, unseal
from .trail import note

DRY_RUN = "dry_run"
HEADER = "Idempotency-Key"
LONGEST_KEY = 100
_KEPT = frozenset({403, 404, 409, 410, 422})
_KEPT_HEADERS = ("Location", "ETag", "Cache-Control")
_MET_ANOTHER = frozenset({errorcodes.UNIQUE_VIOLATION, errorcodes.DEADLOCK_DETECTED, errorcodes.SERIALIZATION_FAILURE})
_REFUSALS = (APIException, Http404, PermissionDenied)

Make = Callable[[], Response]


def write(*, what: Promise) -> Callable[..., Any]:
    """A handler of an `ApiView` that writes; `what` are the words of its line in the partner's trail."""

    def decorate(handler: Callable[..., Response]) -> Callable[..., HttpResponse]:
        @wraps(handler)
        def answer(view: Any, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            return answered(view, request, what, partial(handler, view, request, *args, **kwargs))

        return answer

    return decorate


def answered(view: Any, request: Any, what: Promise, make: Make) -> HttpResponse:
    """The answer to a write, made or kept. Nothing of it stays when it was only tried.

    Whoever meets another write of the same moment (both took one barcode, or each waited for the other) is answered once
    more, from the beginning: now every check sees what the other has written.
    """
    try:
        return _answered(view, request, what, make)
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) not in _MET_ANOTHER:
            raise
    return _answered(view, request, what, make)


def _answered(view: Any, request: Any, what: Promise, make: Make) -> HttpResponse:
    access, keeps = _access(request), is_kept(request)
    key = _key_of(request) if request.method == "POST" else ""
    fingerprint = _fingerprint(request) if key else ""
    who = {"user": access.partner.service_user_id, "partner": access.partner.code, "credential": access.credential.client_id}
    with pghistory.context(**who), transaction.atomic():
        held = _hold(access, key, fingerprint) if key else None
        if held is not None and held.status:
            return _replayed(held)
        response = _made(view, make, may_keep=held is not None)
        if held is not None:
            _keep(held, response)
        if keeps:
            note(request, status=response.status_code, what=what)
        else:
            transaction.set_rollback(True)
    if not keeps:
        note(request, status=response.status_code, what=_tried(what))
        response["Dry-Run"] = "true"
    return response


def is_kept(request: Any) -> bool:
    """Whether what this request writes stays: not with a credential for trying, nor with `dry_run=true`."""
    asked = request.query_params.get(DRY_RUN, "false")
    if asked not in ("true", "false"):
        raise wrong(DRY_RUN, _("Offered are: true, false."))
    return not (_access(request).is_trial or asked == "true")


def _access(request: Any) -> Access:
    access = access_of(request)
    if access is None:
        raise TypeError("a door that writes needs a scope")
    return access


def _key_of(request: Any) -> str:
    text: str = request.headers.get(HEADER, "").strip().strip('"')
    if not text:
        raise wrong(HEADER, _("Every POST needs a key of its own, so that sending it twice does it once. A UUID will do."), "missing")
    if len(text) > LONGEST_KEY or not (text.isascii() and text.isprintable()):
        raise wrong(HEADER, _("A key has at most 100 letters, figures and signs."))
    return text


def _fingerprint(request: Any) -> str:
    """SHA-256 of method, address and body; of a form its fields and files, since its separators differ each time."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/") and any(
        parser.media_type in request.content_type for parser in request.parsers
    ):
        digest.update(json.dumps(_parts(request), sort_keys=True).encode())
    else:
        digest.update(request._request.body)
    return digest.hexdigest()


def _parts(request: Any) -> dict[str, list[str]]:
    fields = {name: [str(value) for value in values] for name, values in request.data.lists() if name not in request.FILES}
    return fields | {name: [_content_of(upload) for upload in uploads] for name, uploads in request.FILES.lists()}


def _content_of(upload: Any) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _hold(access: Access, key: str, fingerprint: str) -> KeptAnswer:
    """The row of the key, ours from now on until the transaction ends, or with the answer that was given under it."""
    held, is_new = KeptAnswer.objects.get_or_create(partner=access.partner, key=key, defaults={"fingerprint": fingerprint})
    if not is_new and held.fingerprint != fingerprint:
        raise Unprocessable(_("This key was sent with something else before. Use a new key for a new request."), "key_reused")
    return held


def _made(view: Any, make: Make, *, may_keep: bool) -> Response:
    """What the handler answers; a refusal by rule takes back what it wrote and is an answer too."""
    try:
        with transaction.atomic():
            return make()
    except _REFUSALS as refusal:
        response: Response = view.handle_exception(refusal)
        if may_keep and response.status_code in _KEPT:
            return response
        raise


def _keep(held: KeptAnswer, response: Response) -> None:
    held.status = response.status_code
    held.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    # Of people nothing is kept: consent may end and a person be erased before the answer is sent again.
    told = response.data | {"contact": None} if isinstance(response.data, dict) and "contact" in response.data else response.data
    held.body = "" if told is None else seal(dumps(told).decode())
    held.save(update_fields=["status", "headers", "body"])


def _replayed(held: KeptAnswer) -> HttpResponse:
    headers = {**held.headers, "Idempotency-Replayed": "true"}
    try:
        body = unseal(held.body) if held.body else ""
    except InvalidToken as error:
        raise Contradiction(_("This was done; its answer can no longer be read. Look what stands there now."), "answer_lost") from error
    return HttpResponse(body, status=held.status, content_type="application/json", headers=headers)


def _tried(what: Promise) -> Promise:
    """Put into words where it is written down, which is in the portal's own language."""
    return format_lazy(gettext_lazy("{what} (tried only, nothing was kept)"), what=what)
