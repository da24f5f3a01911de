"""The token endpoint: who gets a token, what it carries, and that nothing makes it fall over."""

import datetime as dt
import hashlib

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken

from partners import jobs, services
from partners.models import Credential

from .conftest import TOKEN, ask, basic, issue, token_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def move(credential, **fields):
    Credential.objects.filter(pk=credential.pk).update(**fields)


def error(response):
    return response.status_code, response.json()["error"]


def test_the_right_secret_gets_a_token_for_an_hour(issued):
    response = ask(issued)

    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"access_token", "expires_in", "token_type", "scope"}
    assert (body["expires_in"], body["token_type"]) == (3600, "Bearer")
    assert body["scope"].split() == issued.credential.scopes
    assert response["Cache-Control"] == "no-store"
    assert response["RateLimit-Limit"] == "30"
    assert not RefreshToken.objects.exists()
    assert Credential.objects.get().last_used_at is not None


def test_a_token_is_kept_as_a_hash(issued):
    text = token_of(issued)

    row = AccessToken.objects.get()
    assert row.token == ""
    assert row.token_checksum == hashlib.sha256(text.encode()).hexdigest()


def test_the_secret_in_the_body_works_too(issued):
    fields = {"grant_type": "client_credentials", "client_id": issued.credential.client_id, "client_secret": issued.secret}
    body = "&".join(f"{name}={value}" for name, value in fields.items())

    assert Client().post(TOKEN, body, content_type=FORM).status_code == 200


def test_the_name_of_the_scheme_has_no_case(issued):
    header = basic(issued.credential.client_id, issued.secret).replace("Basic", "basic")

    assert Client().post(TOKEN, "grant_type=client_credentials", content_type=FORM, HTTP_AUTHORIZATION=header).status_code == 200


def test_a_wrong_secret_is_refused(issued):
    response = ask(issued, secret="falsch")

    assert error(response) == (401, "invalid_client")
    assert response["WWW-Authenticate"] == 'Basic realm="api"'
    assert not AccessToken.objects.exists()


def test_the_last_day_is_included_and_the_next_is_not(issued):
    today = timezone.localdate()
    move(issued.credential, expires_on=today)
    assert ask(issued).status_code == 200
    move(issued.credential, expires_on=today - dt.timedelta(days=1))

    response = ask(issued)

    assert error(response) == (401, "invalid_client")
    assert "expired" in response.json()["error_description"]


def test_a_reason_is_told_only_to_who_knows_the_secret(issued):
    move(issued.credential, revoked_at=timezone.now())

    assert "revoked" in ask(issued).json()["error_description"]
    assert "revoked" not in ask(issued, secret="falsch").content.decode()


def test_a_revoked_credential_and_an_inactive_partner_are_refused(province, partner, issued):
    second = issue(province, partner)
    services.revoke_credential(actor=province, credential=issued.credential)
    assert error(ask(issued)) == (401, "invalid_client")
    assert ask(second).status_code == 200

    services.deactivate_partner(actor=province, partner=partner)

    assert error(ask(second)) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("addresses", "caller", "expected"),
    [
        (["203.0.113.0/24"], "203.0.113.9", 200),
        (["203.0.113.0/24"], "203.0.114.9", 401),
        (["203.0.113.7", "2001:db8::/32"], "2001:db8:1::5", 200),
        (["203.0.113.7"], "::ffff:203.0.113.7", 200),
        (["203.0.113.7"], "2001:db8::1", 401),
        (["203.0.113.7"], "", 401),
        ([], "", 200),
    ],
)
def test_a_credential_works_from_its_addresses_only(province, partner, addresses, caller, expected):
    issued = issue(province, partner, addresses=addresses)

    assert ask(issued, address=caller).status_code == expected


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit", "urn:x", ""])
def test_no_other_grant_is_known(issued, grant):
    response = ask(issued, grant_type=grant)

    assert response.status_code == 400
    assert response.json()["error"] in ("unsupported_grant_type", "invalid_request")
    assert not AccessToken.objects.exists()


def test_fewer_scopes_may_be_asked_and_never_more(issued):
    fewer = ask(issued, scope="catalogue:read")
    wider = ask(issued, scope="catalogue:read%20webhooks:manage")
    unknown = ask(issued, scope="everything")

    assert fewer.json()["scope"] == "catalogue:read"
    assert error(wider) == error(unknown) == (400, "invalid_scope")


GARBAGE = {
    "nothing": (b"", FORM, {}, 400),
    "a NUL as client": (b"grant_type=client_credentials&client_id=%00&client_secret=x", FORM, {}, 400),
    "a NUL in a name": (b"grant_type=client_credentials&%00=1", FORM, {}, 400),
    "not UTF-8": (b"grant_type=client_credentials&client_id=%ff%fe&client_secret=%ff", FORM, {}, 401),
    "raw bytes": (bytes(range(256)), FORM, {}, 400),
    "JSON": (b'{"grant_type": "client_credentials"}', "application/json", {}, 400),
    "no type": (b"grant_type=client_credentials", "", {}, 400),
    "another charset": (b"grant_type=client_credentials", FORM + "; charset=utf-16", {}, 400),
    "an unknown charset": (b"grant_type=client_credentials", FORM + "; charset=none-such", {}, 401),
    "a broken multipart": (b"--x", "multipart/form-data; boundary=x", {}, 400),
    "a field twice": (b"grant_type=client_credentials&scope=a&scope=b", FORM, {}, 400),
    "a long value": (b"grant_type=client_credentials&client_id=" + b"x" * 2000, FORM, {}, 400),
    "too many fields": (b"&".join(b"f%d=1" % number for number in range(600)), FORM, {}, 400),
    "another audience": (b"grant_type=client_credentials&resource=https://x.example", FORM, {}, 400),
    "a broken header": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": "Basic %%%"}, 401),
    "a header with letters": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": "Basic é"}, 401),
    "a header without a secret": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": "Basic YWJj"}, 401),
    "a header of bytes": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": "Basic /////w=="}, 401),
    "a header with a NUL": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": basic("a\0", "b")}, 401),
    "a header with a quoted NUL": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": basic("a%00", "b")}, 401),
    "two ways at once": (b"grant_type=client_credentials&client_secret=x", FORM, {"HTTP_AUTHORIZATION": basic("a", "b")}, 400),
    "two clients": (b"grant_type=client_credentials&client_id=c", FORM, {"HTTP_AUTHORIZATION": basic("a", "b")}, 400),
    "an unknown client": (b"grant_type=client_credentials", FORM, {"HTTP_AUTHORIZATION": basic("a", "b")}, 401),
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage_is_answered_in_json(case):
    body, content_type, headers, expected = GARBAGE[case]

    response = Client().generic("POST", TOKEN, body, content_type=content_type, **headers)

    assert (response.status_code, response["Content-Type"]) == (expected, "application/json")
    assert response.json()["error"]


def test_the_address_holds_no_fields(issued):
    response = Client().post(f"{TOKEN}?client_secret={issued.secret}", "grant_type=client_credentials", content_type=FORM)

    assert error(response) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["get", "put", "delete", "options", "patch"])
def test_only_post_is_answered(method):
    response = getattr(Client(), method)(TOKEN)

    assert (response.status_code, response["Allow"], response.json()["error"]) == (405, "POST", "invalid_request")


def test_tries_are_counted_by_address_so_that_strangers_lock_nobody_out(issued, settings):
    settings.API_TOKEN_RATE = 3
    strangers = [ask(issued, secret="falsch", address=f"198.51.100.{number}").status_code for number in range(5)]
    by_address = [Client().post(TOKEN, "grant_type=client_credentials", content_type=FORM, REMOTE_ADDR="192.0.2.1") for _time in range(4)]

    assert strangers == [401] * 5
    assert [response.status_code for response in by_address[:3]] == [401, 401, 401]
    assert error(by_address[3]) == (429, "slow_down")
    assert 1 <= int(by_address[3]["Retry-After"]) <= 60
    assert ask(issued).status_code == 200


def test_expired_tokens_are_cleared(issued):
    token_of(issued)
    assert jobs.forget_old()["tokens"] == 0
    AccessToken.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))

    assert jobs.forget_old()["tokens"] == 1
    assert not AccessToken.objects.exists()
