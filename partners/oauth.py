"""The token endpoint: OAuth 2 client credentials (RFC 6749, 4.4), and nothing else of OAuth."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2.rfc6749.errors import InvalidClientError

from common.api.limits import rate_headers

from .models import Credential
from .throttles import count_token_request, note_rate

FORM = "application/x-www-form-urlencoded"
LONGEST = 1000  # characters of one value


@dataclass(frozen=True)
class OAuthProblem(Exception):
    """A request that is refused before its secret is looked at."""

    status: int
    error: str
    description: str


class CredentialValidator(OAuth2Validator):
    """Beside the secret: the credential works today, its partner is active, and the caller's address is one of its own."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        if not super().authenticate_client(request, *args, **kwargs):
            return False
        refusal = request.client.refusal(request.headers.get("REMOTE_ADDR", ""))
        if refusal:  # told only to who knows the secret
            raise InvalidClientError(description=refusal, request=request)
        Credential.objects.touch(request.client.pk, timezone.now())
        return True


@csrf_exempt
@sensitive_post_parameters("client_secret")
def token(request: HttpRequest) -> HttpResponse:
    """A token for an hour, or an OAuth error in JSON; counted by address."""
    try:
        _check_client_id(request, _fields(request))
        rate = count_token_request(address=request.META.get("REMOTE_ADDR", ""))
        note_rate(request, rate)
        if not rate.allowed:
            raise OAuthProblem(429, "slow_down", "Too many requests for a token. Keep the token: it is valid for an hour.")
        response = _answer(request)
    except OAuthProblem as problem:
        response = _refused(problem)
    for name, value in rate_headers(request).items():
        response[name] = value
    if response.status_code == 429:
        response["Retry-After"] = response["RateLimit-Reset"]
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    _uri, headers, body, status = get_oauthlib_core().create_token_response(request)
    response = HttpResponse(body, status=status, headers=headers)
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="api"'
    return response


def _refused(problem: OAuthProblem) -> HttpResponse:
    response = JsonResponse({"error": problem.error, "error_description": problem.description}, status=problem.status)
    response["Cache-Control"] = "no-store"
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="api"'
    elif problem.status == 405:
        response["Allow"] = "POST"
    return response


def _fields(request: HttpRequest) -> dict[str, str]:
    """The fields of the form, each once; OAuthProblem for anything else."""
    if request.method != "POST":
        raise OAuthProblem(405, "invalid_request", "Ask for a token with POST.")
    if request.content_type != FORM:
        raise OAuthProblem(400, "invalid_request", f"Send the fields as {FORM}.")
    if request.META.get("QUERY_STRING"):
        raise OAuthProblem(400, "invalid_request", "Send the fields in the body, not in the address.")
    try:
        lists = dict(request.POST.lists())
    except (SuspiciousOperation, BadRequest, UnreadablePostError) as error:
        raise OAuthProblem(400, "invalid_request", "The body cannot be read.") from error
    if any(len(values) > 1 for values in lists.values()):
        raise OAuthProblem(400, "invalid_request", "A field is sent twice.")
    fields = {name: str(values[0]) for name, values in lists.items()}
    if any("\0" in text or len(text) > LONGEST for pair in fields.items() for text in pair):
        raise OAuthProblem(400, "invalid_request", "A field holds what no field can hold.")
    if "resource" in fields:
        raise OAuthProblem(400, "invalid_target", "Tokens are for this API only; leave out resource.")
    return fields


def _check_client_id(request: HttpRequest, fields: dict[str, str]) -> None:
    """Whether who asks is named in one way only; the secret is looked at later."""
    scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return
    client_id = _of_basic(text.strip())
    if "client_secret" in fields or fields.get("client_id", client_id) != client_id:
        raise OAuthProblem(400, "invalid_request", "Send the client id and secret in one way only.")
    request.META["HTTP_AUTHORIZATION"] = f"Basic {text.strip()}"  # the name of a scheme has no case


def _of_basic(text: str) -> str:
    try:
        client_id, separator, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError as error:
        raise OAuthProblem(401, "invalid_client", "The Authorization header cannot be read.") from error
    client_id = unquote_plus(client_id)
    if not separator or "\0" in client_id or "\0" in unquote_plus(secret):
        raise OAuthProblem(401, "invalid_client", "The Authorization header cannot be read.")
    return client_id
