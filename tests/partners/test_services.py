"""Partners and credentials: who makes them, what is kept of a secret, what ends at once, and the trail."""

import datetime as dt

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts import services as account_services
from accounts.models import AccountEvent, User
from accounts.permissions import SERVICE_ACCOUNT, Refused, may_manage_account
from accounts.scope import current_mandates
from accounts.states import Action, Role
from partners import jobs, services
from partners.models import ApiUse, Credential, Partner
from tests.factories import PASSWORD, officer

from .conftest import issue, register, token_of

pytestmark = pytest.mark.django_db

OTHERS = {
    "regency": lambda: officer(Role.REGENCY_OFFICER, "53.09"),
    "viewer": lambda: officer(Role.VIEWER, "53"),
    "education": lambda: officer(Role.EDUCATION_OFFICER, "53"),
    "a part of the province": lambda: officer(Role.PROVINCE_OFFICER, "53.09"),
    "one pillar": lambda: officer(Role.PROVINCE_OFFICER, "53", pillar="osop"),
}


def test_a_partner_has_a_service_account_nobody_signs_in_with(partner):
    user = partner.service_user

    assert (user.username, user.display_name, user.is_service) == ("mitra-koperasi", "Dinas Koperasi (contoh)", True)
    assert not user.has_usable_password()
    assert current_mandates(user) == []
    assert user.account_events.get().kind == AccountEvent.Kind.OPENED


def test_a_service_account_gets_no_way_in(province, partner):
    user = partner.service_user
    user.set_password(PASSWORD)  # even then
    user.save()

    assert authenticate(None, username=user.username, password=PASSWORD) is None
    assert may_manage_account(province, user) is SERVICE_ACCOUNT
    with pytest.raises(Refused):
        account_services.issue_activation(actor=province, user=user)
    with pytest.raises(Refused):
        account_services.deactivate_account(actor=province, user=user)
    with pytest.raises(ValidationError):
        account_services.break_glass(username=user.username, reason="x")


def test_a_service_account_is_not_among_the_people(province, partner, client):
    client.force_login(province)

    listed = client.get("/admin/akun/").content.decode()

    assert "mitra-koperasi" not in listed
    assert partner.name not in listed
    assert partner.service_user in User.objects.for_user(province, Action.ACCOUNT_VIEW)


@pytest.mark.parametrize("who", OTHERS)
def test_only_the_province_looks_after_partners(province, partner, issued, who):
    actor = OTHERS[who]()
    writes = (
        lambda: register(actor, "lain"),
        lambda: services.update_partner(actor=actor, partner=partner, name="x", kind="other", contact="", rate_per_minute=1),
        lambda: services.deactivate_partner(actor=actor, partner=partner),
        lambda: services.reactivate_partner(actor=actor, partner=partner),
        lambda: issue(actor, partner),
        lambda: services.revoke_credential(actor=actor, credential=issued.credential),
    )
    for write in writes:
        with pytest.raises(Refused):
            write()
    for model in (Partner, Credential, ApiUse):
        assert not model.objects.for_user(actor, Action.PARTNER_MANAGE).exists()


def test_a_system_administrator_looks_after_partners_too(db):
    actor = officer(Role.SYSTEM_ADMIN, "53")

    assert issue(actor, register(actor)).credential.created_by == actor


@pytest.mark.parametrize("code", ["koperasi", "Koperasi", "a", "a b", "", "x" * 41])
def test_a_short_name_is_unique_and_plain(province, partner, code):
    with pytest.raises(ValidationError) as refused:
        register(province, code)

    assert "code" in refused.value.message_dict
    assert Partner.objects.count() == 1


def test_a_short_name_whose_account_is_taken_by_a_person_is_refused(province):
    User.objects.create_user("mitra-gerai", None, display_name="Orang (contoh)")

    with pytest.raises(ValidationError) as refused:
        register(province, "gerai")

    assert "code" in refused.value.message_dict


def test_a_secret_is_kept_as_a_hash(issued):
    row = Credential.objects.get()

    assert row.client_secret != issued.secret
    assert check_password(issued.secret, row.client_secret)
    assert len(issued.secret) >= 64
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(c)::text || to_jsonb(e)::text from partners_credential c, partners_credentialevent e")
        assert issued.secret not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", []),
        ("scopes", ["everything"]),
        ("expires_on", timezone.localdate() - dt.timedelta(days=1)),
        ("expires_on", timezone.localdate() + dt.timedelta(days=402)),
        ("addresses", ["here"]),
        ("addresses", ["203.0.113.0/40"]),
        ("addresses", ["203.0.113.7"] * 51),
    ],
)
def test_a_credential_is_checked(province, partner, field, value):
    with pytest.raises(ValidationError) as refused:
        issue(province, partner, **{field: value})

    assert field in refused.value.message_dict


def test_addresses_are_kept_in_their_usual_spelling(province, partner):
    issued = issue(province, partner, addresses=["203.0.113.7", "203.0.113.9/24", "203.0.113.0/24"])

    assert issued.credential.addresses == ["203.0.113.7/32", "203.0.113.0/24"]


def test_a_second_credential_is_how_a_partner_rotates(province, partner, issued):
    old, second = token_of(issued), issue(province, partner)
    services.revoke_credential(actor=province, credential=issued.credential)

    assert old
    assert list(Credential.objects.usable()) == [second.credential]
    assert token_of(second)


def test_revoking_ends_every_token_of_one_credential(province, partner, issued):
    second = issue(province, partner)
    token_of(issued), token_of(issued), token_of(second)

    services.revoke_credential(actor=province, credential=issued.credential)
    at = Credential.objects.get(pk=issued.credential.pk).revoked_at
    services.revoke_credential(actor=province, credential=issued.credential)

    assert [token.application for token in AccessToken.objects.all()] == [second.credential]
    assert Credential.objects.get(pk=issued.credential.pk).revoked_at == at


def test_switching_a_partner_off_ends_everything_at_once(province, partner, issued):
    token_of(issued)

    services.deactivate_partner(actor=province, partner=partner)

    partner.refresh_from_db()
    assert (partner.is_active, partner.service_user.is_active) == (False, False)
    assert not AccessToken.objects.exists()
    assert not Credential.objects.usable().exists()
    with pytest.raises(ValidationError):
        issue(province, partner)
    services.reactivate_partner(actor=province, partner=partner)
    assert not Credential.objects.usable().exists()
    assert token_of(issue(province, partner))
    assert User.objects.get(pk=partner.service_user_id).is_active


def test_usable_on_a_day(issued):
    last = issued.credential.expires_on

    assert Credential.objects.usable(last).exists()
    assert not Credential.objects.usable(last + dt.timedelta(days=1)).exists()


def test_the_database_keeps_to_client_credentials(issued):
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.update(authorization_grant_type="password")


def note(issued, **fields):
    credential = issued.credential
    given = {"method": "POST", "path": "/api/v1/products", "status": 201, "request_id": "abc", "what": "3 produk", **fields}
    return services.note_use(partner=credential.partner, credential=credential, **given)


def test_the_trail_names_the_partner(issued):
    use = note(issued, what="x" * 400, address="::ffff:203.0.113.7")

    use.refresh_from_db()
    assert (use.partner.name, use.address, len(use.what)) == ("Dinas Koperasi (contoh)", "203.0.113.7", 300)
    assert note(issued, address="unix:").address is None


@pytest.mark.parametrize("act", [lambda rows: rows.update(status=500), lambda rows: rows.delete()])
def test_the_trail_is_append_only(issued, act):
    note(issued)

    with pytest.raises(Exception, match=r"Cannot (update|delete) rows"), transaction.atomic():
        act(ApiUse.objects.all())

    assert ApiUse.objects.get().status == 201


def test_the_trail_is_kept_for_400_days(issued):
    now = timezone.now()
    credential = issued.credential
    for days in (399, 401):
        ApiUse.objects.create(
            partner=credential.partner, credential=credential, method="GET", path="/x", status=200, at=now - dt.timedelta(days=days)
        )

    assert jobs.forget_old()["uses"] == 1
    assert ApiUse.objects.get().at < now - dt.timedelta(days=398)


def test_the_history_of_a_partner_holds_no_words_of_contact(province, partner):
    services.update_partner(actor=province, partner=partner, name="Baru (contoh)", kind="other", contact="meja bantuan", rate_per_minute=5)

    event = Partner.pgh_event_model
    assert [row.name for row in event.objects.order_by("pgh_id")] == ["Dinas Koperasi (contoh)", "Baru (contoh)"]
    assert not hasattr(event.objects.first(), "contact")
    assert User.objects.get(pk=partner.service_user_id).display_name == "Baru (contoh)"
