"""The officers' second factor and the emergency way in."""

import datetime as dt
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountEvent, Mandate, User
from accounts.states import Role
from tests.factories import PASSWORD, UserFactory, holder

from .conftest import VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})


def confirm(client):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def current_code(secret):
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def add_totp(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def test_an_officer_without_one_is_led_to_its_set_up(client, ngada, required):
    sign_in(client, ngada)

    assert client.get(reverse("account_list"))["Location"] == reverse("mfa_index")
    assert client.post(reverse("account_open"))["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "profile", "account_logout"])
def test_set_up_profile_and_sign_out_stay_open(client, ngada, required, name):
    sign_in(client, ngada)
    confirm(client)

    assert client.get(reverse(name)).status_code == 200


def test_the_password_is_asked_again_before_a_factor_changes(client, ngada, required):
    sign_in(client, ngada)

    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))


def test_heads_need_none(client, head, required):
    sign_in(client, head)

    assert client.get(reverse("unit_people")).status_code == 200


def test_nothing_is_asked_where_the_setting_is_off(client, ngada):
    sign_in(client, ngada)

    assert client.get(reverse("account_list")).status_code == 200


def test_an_app_is_set_up_and_asked_at_the_next_sign_in(client, ngada, required, django_capture_on_commit_callbacks):
    sign_in(client, ngada)
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})

    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("account_list")).status_code == 200
    assert AccountEvent.objects.filter(user=ngada, kind="second_factor").exists()
    client.logout()
    assert sign_in(client, ngada)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("session_alive")).status_code == 401


def test_a_recovery_code_opens_once(client, ngada):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    add_totp(ngada)
    code = RecoveryCodes.activate(ngada).get_unused_codes()[0]
    sign_in(client, ngada)

    client.post(reverse("mfa_authenticate"), {"code": code})
    first = client.get(reverse("session_alive")).status_code
    client.logout()
    sign_in(client, ngada)
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert (first, client.get(reverse("session_alive")).status_code) == (204, 401)


def test_the_last_factor_cannot_be_switched_off(client, ngada, required):
    add_totp(ngada)
    client.force_login(ngada)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(ngada.pk)
    session.save()

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=ngada, type="totp").exists()


def test_an_activation_does_not_pass_by_the_second_factor(client, admin, ngada):
    from accounts import services

    add_totp(ngada)
    issued = services.issue_activation(actor=admin, user=ngada)
    client.get(reverse("activation_link", args=[issued.secrets.token]))

    answer = client.post(reverse("activation_password"), {"password": "tiga kata yang diingat", "privacy": "on"})

    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("session_alive")).status_code == 401


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_generate_recovery_codes"])
def test_pages_have_no_inline_script(client, ngada, name):
    if name == "mfa_generate_recovery_codes":
        add_totp(ngada)
        client.force_login(ngada)
    else:
        sign_in(client, ngada)
    confirm(client)
    page = client.get(reverse(name), follow=True).content.decode()

    scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert "style=" not in page


def glass(*args):
    out = StringIO()
    call_command("break_glass", *args, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("reason", ["", "   "])
def test_break_glass_needs_a_reason(ngada, reason):
    with pytest.raises(CommandError):
        glass("--username", ngada.username, "--reason", reason)
    assert not AccountEvent.objects.filter(kind="break_glass").exists()


def test_break_glass_resets_the_factor_and_prints_one_way_in(client, ngada):
    add_totp(ngada)

    printed = glass("--username", ngada.username, "--reason", "HP hilang, diminta kepala dinas")

    link = next(line for line in printed.splitlines() if line.startswith("Link")).split(": ")[1]
    assert not Authenticator.objects.filter(user=ngada).exists()
    assert client.get(link)["Location"] == reverse("activation_password")
    event = AccountEvent.objects.get(user=ngada, kind="break_glass")
    assert (event.actor, event.note) == (None, "HP hilang, diminta kepala dinas")


def test_break_glass_makes_an_administrator_until_tomorrow(db):
    glass("--username", "darurat", "--reason", "tidak ada admin lain", "--system-admin")

    mandate = Mandate.objects.get(user__username="darurat")
    assert (mandate.role, mandate.ends_on) == (Role.SYSTEM_ADMIN, timezone.localdate() + dt.timedelta(days=1))


def test_break_glass_opens_no_account_by_a_typing_error(db):
    with pytest.raises(CommandError):
        glass("--username", "salah-tulis", "--reason", "uji")
    assert not User.objects.filter(username="salah-tulis").exists()


def test_break_glass_leaves_ended_accounts_ended(db):
    user = UserFactory(is_active=False)

    with pytest.raises(CommandError):
        glass("--username", user.username, "--reason", "uji")
    assert not holder(Role.PRODUCER_HEAD, VILLAGE).activations.exists()
