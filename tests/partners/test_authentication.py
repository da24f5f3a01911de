"""Whom a token makes, what it opens, and what ends it."""

import datetime as dt

import pghistory
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.response import Response
from rest_framework.views import APIView

from partners import services
from partners.authentication import Access, PartnerAuthentication, access_of
from partners.models import Credential, Partner
from partners.permissions import needs_scope
from partners.throttles import ApiThrottle

from .conftest import issue, token_of

pytestmark = pytest.mark.django_db


class Open(APIView):
    authentication_classes = [PartnerAuthentication]
    throttle_classes = [ApiThrottle]
    permission_classes = []

    def get(self, request):
        access = access_of(request)
        return Response({"user": str(request.user), "scopes": sorted(access.scopes) if access else None})


class Writing(Open):
    permission_classes = [needs_scope("products:write")]


def call(text="", *, view=Open, address="198.51.100.7", header=None):
    headers = {"HTTP_AUTHORIZATION": header or f"Bearer {text}"} if text or header else {}
    response = view.as_view()(RequestFactory().get("/x", REMOTE_ADDR=address, **headers))
    response.render()
    return response


def test_a_token_speaks_for_the_service_account(partner, issued):
    request = APIView().initialize_request(RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {token_of(issued)}"))

    user, access = PartnerAuthentication().authenticate(request)

    assert user == partner.service_user
    assert access == Access(partner, issued.credential, frozenset(issued.credential.scopes), False)


def test_without_a_token_somebody_is_nobody():
    assert call().data == {"user": str(AnonymousUser()), "scopes": None}
    assert call(header="Basic YTpi").data["scopes"] is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "bearer \0", "Bearer é", "Bearer a b", "Bearer " + "x" * 5000])
def test_an_unknown_token_is_refused(header):
    response = call(header=header)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def end_by(name, province, partner, issued):
    """One of the ways in which a token ends before its hour."""
    today = timezone.localdate()
    ways = {
        "expired token": lambda: AccessToken.objects.update(expires=timezone.now()),
        "expired credential": lambda: Credential.objects.update(expires_on=today - dt.timedelta(days=1)),
        "revoked": lambda: services.revoke_credential(actor=province, credential=issued.credential),
        "revoked between": lambda: Credential.objects.update(revoked_at=timezone.now()),
        "inactive": lambda: services.deactivate_partner(actor=province, partner=partner),
        "another address": lambda: Credential.objects.update(addresses=["203.0.113.0/24"]),
    }
    ways[name]()


@pytest.mark.parametrize("way", ["expired token", "expired credential", "revoked", "revoked between", "inactive", "another address"])
def test_what_ends_a_token(province, partner, issued, way):
    text = token_of(issued)
    assert call(text).status_code == 200

    end_by(way, province, partner, issued)

    response = call(text)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_a_valid_token_costs_one_query(issued, django_assert_num_queries):
    text = token_of(issued)
    call(text)  # notes the use and takes the first permits

    with django_assert_num_queries(1):
        assert call(text).status_code == 200


def test_the_last_use_is_noted_once_a_minute(issued, django_assert_num_queries):
    text = token_of(issued)
    call(text)
    first = Credential.objects.get().last_used_at
    assert timezone.now() - first < dt.timedelta(seconds=30)
    call(text)
    assert Credential.objects.get().last_used_at == first
    Credential.objects.update(last_used_at=first - dt.timedelta(minutes=2))
    with django_assert_num_queries(2):
        call(text)

    assert Credential.objects.get().last_used_at > first
    assert Credential.pgh_event_model.objects.count() == 1  # its use is no change of it


def test_a_token_never_carries_more_than_its_credential(issued):
    text = token_of(issued)
    Credential.objects.update(scopes=["catalogue:read"])

    assert call(text).data["scopes"] == ["catalogue:read"]


def test_a_scope_is_asked_of_everybody(province, partner, issued):
    reading = issue(province, partner, scopes=["catalogue:read"])

    nobody, reader, writer = call(view=Writing), call(token_of(reading), view=Writing), call(token_of(issued), view=Writing)

    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert reader.status_code == 403
    assert "products:write" in reader.data["errors"][0]["detail"]
    assert writer.status_code == 200


def test_a_permission_names_its_scope():
    assert needs_scope("products:write").required_scope == "products:write"
    with pytest.raises(ValueError, match="unknown scope"):
        needs_scope("products:eat")


def test_a_trial_credential_says_so(province, partner):
    trial = issue(province, partner, is_trial=True)
    request = APIView().initialize_request(RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {token_of(trial)}"))

    assert PartnerAuthentication().authenticate(request)[1].is_trial


def test_what_is_written_with_a_token_is_the_partners(issued, partner):
    text = token_of(issued)
    with pghistory.context(user=None, request_id="abc"):
        call(text)
        Partner.objects.update(rate_per_minute=7)

    event = Partner.pgh_event_model.objects.latest("pgh_id")
    expected = {"user": partner.service_user_id, "request_id": "abc", "partner": "koperasi", "credential": issued.credential.client_id}
    assert event.pgh_context.metadata == expected


def test_tokens_cannot_be_tried_without_end(settings):
    settings.API_ANONYMOUS_RATE = 2

    answers = [call("x").status_code for _time in range(3)]

    assert answers == [401, 401, 429]
