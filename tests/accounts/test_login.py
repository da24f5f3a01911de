"""Signing in: spellings, limits, borrowed phones, safe return, and what is not mounted."""

import gzip
import re
import time
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import NoReverseMatch, reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import borrowed
from accounts.models import AccountEvent
from accounts.states import Role
from accounts.validators import clean_phone, normalise_phone
from tests.factories import PASSWORD, UserFactory, holder, officer

from .conftest import VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(username="desa-contoh", phone="+6281234567890")


def sign_in(client, login="desa-contoh", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    "login", ["desa-contoh", "DESA-Contoh", " desa-contoh ", "081234567890", "6281234567890", "+62 812-3456-7890", "81234567890"]
)
def test_username_and_every_spelling_of_the_number_work(client, person, login):
    answer = sign_in(client, login)

    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == person.pk
    assert AccountEvent.objects.filter(user=person, kind="signed_in").count() == 1


def test_a_wrong_password_keeps_what_was_typed_and_says_what_to_do(client, person):
    page = sign_in(client, password="salah sekali").content.decode()

    assert 'value="desa-contoh"' in page
    assert "salah sekali" not in page
    assert "Lupa kata sandi" in page


def test_an_ended_account_cannot_sign_in(client, person):
    person.is_active = False
    person.save()

    assert sign_in(client).status_code == 200


def test_wrong_tries_are_limited_per_account_over_all_spellings(client, person):
    for login in ["desa-contoh", "081234567890", "+6281234567890", "6281234567890"] * 2 + ["desa-contoh"] * 2:
        sign_in(client, login, "salah sekali")

    page = sign_in(client)

    assert page.status_code == 200
    assert "Terlalu banyak" in page.content.decode()


def test_a_hall_of_village_heads_shares_one_address(client):
    people = [UserFactory() for _number in range(40)]

    answers = [sign_in(client, person.username).status_code for person in people if not client.logout()]

    assert set(answers) == {302}


def test_the_page_comes_back_only_to_this_site(client, person):
    inside = sign_in(client, next="/profil/")
    client.logout()
    outside = sign_in(client, next="https://elsewhere.example/")

    assert inside["Location"] == "/profil/"
    assert outside["Location"] == reverse("landing")


def test_a_borrowed_phone_keeps_nothing(client, person):
    answer = sign_in(client, borrowed="on")

    assert answer.cookies["sessionid"]["max-age"] == ""
    page = client.get(reverse("profile"))
    assert page["Cache-Control"] == "no-store"
    assert "data-borrowed" in page.content.decode().split(">")[1]


def test_the_own_phone_stays_signed_in_for_two_weeks(client, person):
    answer = sign_in(client)

    assert answer.cookies["sessionid"]["max-age"] == 14 * 24 * 3600
    assert "data-borrowed" not in client.get(reverse("profile")).content.decode().split(">")[1]


@pytest.mark.parametrize(("idle", "status"), [(29 * 60, 204), (31 * 60, 401)])
def test_a_borrowed_phone_signs_out_after_30_idle_minutes(client, person, idle, status):
    sign_in(client, borrowed="on")
    session = client.session
    session[borrowed.SEEN] = int(time.time()) - idle
    session.save()

    assert client.get(reverse("session_alive")).status_code == status


def test_session_alive_tells_before_and_after(client, person):
    before = client.get(reverse("session_alive")).status_code
    sign_in(client)

    assert (before, client.get(reverse("session_alive")).status_code) == (401, 204)


def test_signing_out_needs_a_press(client, person):
    sign_in(client)

    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get(reverse("session_alive")).status_code == 204
    client.post(reverse("account_logout"))
    assert client.get(reverse("session_alive")).status_code == 401


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_reset_password", "account_set_password", "account_inactive", "account_confirm_login_code"],
)
def test_pages_of_mail_and_sign_up_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path",
    ["/accounts/signup/", "/signup/", "/masuk/signup/", "/accounts/login/", "/password/reset/", "/email/", "/keamanan/webauthn/signup/"],
)
def test_their_addresses_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_landing_by_role(client):
    places = {officer(Role.REGENCY_OFFICER, "53.09"): reverse("admin:index"), UserFactory(): ("/", reverse("profile"))}
    for user, place in places.items():
        client.force_login(user)
        assert client.get(reverse("landing"))["Location"] in place


def test_landing_of_unit_people_is_the_workspace(client):
    client.force_login(holder(Role.PRODUCER_HEAD, VILLAGE))

    assert client.get(reverse("landing"))["Location"] in ("/ruang/", reverse("profile"))


def test_the_sign_in_page_is_light(client):
    """At most 60 KB compressed with all it loads; scripts and styles are those the page names."""
    page = client.get(reverse("account_login")).content.decode()
    named = re.findall(r'(?:href|src)="/static/([^"#]+\.(?:css|js|svg))', page)

    files = [page.encode(), *[Path(finders.find(name)).read_bytes() for name in dict.fromkeys(named)]]

    assert {"css/dist/site.css", "js/base.js", "js/password.js"} <= set(named)
    assert sum(len(gzip.compress(content)) for content in files) <= 20_000


def test_the_password_can_be_changed(client, person):
    sign_in(client)

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "empat kata yang lain"})

    person.refresh_from_db()
    assert person.check_password("empat kata yang lain")
    assert AccountEvent.objects.filter(user=person, kind="password_changed").exists()
    assert client.get(reverse("session_alive")).status_code == 204


LOCAL = st.from_regex(r"8[1-9][0-9]{7,10}", fullmatch=True)
PREFIX = st.sampled_from(["0", "62", "+62", "+62 ", "0 ", "(+62) "])
JOIN = st.sampled_from(["", " ", "-", "."])


@given(local=LOCAL, prefix=PREFIX, join=JOIN)
def test_every_usual_spelling_is_one_number(local, prefix, join):
    written = prefix + join.join([local[:3], local[3:7], local[7:]]).strip(join or None)

    assert normalise_phone(written) == f"+62{local}"


@given(st.text(max_size=30))
def test_a_number_is_normal_form_or_nothing(text):
    number = normalise_phone(text)

    assert number == "" or number.startswith("+62")
    assert normalise_phone(number) == number


def test_an_empty_number_is_allowed_and_nonsense_is_not():
    from django.core.exceptions import ValidationError

    assert clean_phone("  ") == ""
    with pytest.raises(ValidationError):
        clean_phone("12ab")
