"""The one-use way in: link, code, limits, and two people using it at the same time."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Activation, Mandate, User
from accounts.permissions import Refused
from accounts.states import Role
from tests.factories import PASSWORD, UserFactory, holder, officer

from .conftest import VILLAGE

NEW = "tiga kata yang diingat"


@pytest.fixture
def issued(ngada, head):
    return services.issue_activation(actor=ngada, user=head)


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08d}"


def test_only_hashes_are_kept(issued):
    row = Activation.objects.values().get()

    assert issued.secrets.token not in str(row)
    assert issued.secrets.code not in str(row)


def test_another_area_issues_nothing(alor, head):
    with pytest.raises(Refused):
        services.issue_activation(actor=alor, user=head)


@pytest.mark.parametrize("days", [0, 15])
def test_a_code_lives_from_24_hours_to_14_days(ngada, head, days):
    with pytest.raises(ValidationError):
        services.issue_activation(actor=ngada, user=head, valid_for=dt.timedelta(days=days))


def test_a_new_code_voids_the_old_one(ngada, head, issued):
    newer = services.issue_activation(actor=ngada, user=head)

    assert services.find_by_token(issued.secrets.token) is None
    assert services.find_by_token(newer.secrets.token) == newer.activation
    assert services.check_code(login=head.username, code=issued.secrets.code) is None


@pytest.mark.parametrize("shape", ["{}", "{0:.4} {1}", " {} "])
def test_the_code_may_be_written_with_spaces(head, issued, shape):
    code = issued.secrets.code
    written = f"{code[:4]} {code[4:]}" if "{1}" in shape else shape.format(code)

    assert services.check_code(login=head.username, code=written) == issued.activation


def test_the_tenth_wrong_code_voids_the_activation(head, issued):
    for _try in range(Activation.MAX_ATTEMPTS):
        assert services.check_code(login=head.username, code=wrong(issued.secrets.code)) is None

    assert services.check_code(login=head.username, code=issued.secrets.code) is None


def test_nine_wrong_codes_do_not(head, issued):
    for _try in range(Activation.MAX_ATTEMPTS - 1):
        services.check_code(login=head.username, code=wrong(issued.secrets.code))

    assert services.check_code(login=head.username, code=issued.secrets.code) == issued.activation


def test_the_code_of_another_person_opens_nothing(issued):
    stranger = UserFactory()

    assert services.check_code(login=stranger.username, code=issued.secrets.code) is None


def test_an_outdated_code_opens_nothing(head, issued):
    Activation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    assert services.check_code(login=head.username, code=issued.secrets.code) is None
    assert services.find_by_token(issued.secrets.token) is None


def test_it_works_once(head, issued):
    services.activate(activation=issued.activation, password=NEW)

    with pytest.raises(ValidationError):
        services.activate(activation=issued.activation, password="kata lain yang baru")
    head.refresh_from_db()
    assert head.check_password(NEW)
    assert head.privacy_version


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_one_wins():
    head = holder(Role.PRODUCER_HEAD, VILLAGE)
    issued = services.issue_activation(actor=officer(Role.REGENCY_OFFICER, "53.09"), user=head)
    start, outcomes = threading.Barrier(2), []

    def use(password):
        try:
            start.wait(timeout=10)
            services.activate(activation=issued.activation, password=password)
            outcomes.append(password)
        except ValidationError:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(password,)) for password in ("kata sandi pertama", "kata sandi kedua")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert outcomes.count(None) == 1
    winner = next(password for password in outcomes if password)
    assert User.objects.get(pk=head.pk).check_password(winner)


@pytest.mark.django_db(transaction=True)
def test_two_accounts_with_one_number_at_the_same_time_one_wins():
    actor = officer(Role.REGENCY_OFFICER, "53.09")
    start, outcomes = threading.Barrier(2), []

    def create(name):
        try:
            start.wait(timeout=10)
            services.open_account(actor=actor, display_name=name, phone="081234567890")
            outcomes.append("opened")
        except ValidationError as error:
            outcomes.append(list(error.error_dict))
        finally:
            connection.close()

    threads = [threading.Thread(target=create, args=(name,)) for name in ("Orang satu", "Orang dua")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(map(str, outcomes)) == ["['phone']", "opened"]
    assert User.objects.filter(phone="+6281234567890").count() == 1


def finish(client, password=NEW):
    return client.post(reverse("activation_password"), {"password": password, "privacy": "on"})


def test_by_code_to_the_workspace(client, head, issued):
    answer = client.post(reverse("activation"), {"login": head.username, "code": issued.secrets.code})
    assert answer["Location"] == reverse("activation_password")
    assert head.display_name in client.get(reverse("activation_password")).content.decode()

    answer = finish(client)

    assert answer["Location"] == reverse("landing")
    assert int(client.session["_auth_user_id"]) == head.pk


def test_by_link_without_the_token_in_the_next_address(client, issued):
    answer = client.get(reverse("activation_link", args=[issued.secrets.token]))

    assert answer["Location"] == reverse("activation_password")


def test_looking_at_the_link_uses_nothing_up(client, issued):
    for _look in range(3):
        client.get(reverse("activation_link", args=[issued.secrets.token]))

    assert Activation.objects.open().exists()


def test_a_used_link_says_so(client, issued):
    services.activate(activation=issued.activation, password=NEW)

    assert client.get(reverse("activation_link", args=[issued.secrets.token])).status_code == 410


def test_step_two_without_step_one_is_closed(client, issued):
    assert client.get(reverse("activation_password")).status_code == 410


@pytest.mark.parametrize("password", ["pendek", "1234567890", "aaaaaaaaaaaa", "password123"])
def test_weak_passwords_are_refused(client, issued, password):
    client.get(reverse("activation_link", args=[issued.secrets.token]))

    assert finish(client, password).context["form"].errors["password"]
    assert Activation.objects.open().exists()


def test_a_password_like_the_username_is_refused(client, ngada):
    person = holder(Role.PRODUCER_HEAD, VILLAGE, user=UserFactory(username="desa-contoh-satu"))
    issued = services.issue_activation(actor=ngada, user=person)
    client.get(reverse("activation_link", args=[issued.secrets.token]))

    assert finish(client, "desa-contoh-satu").context["form"].errors["password"]


def test_spaces_in_a_password_are_kept(client, head, issued):
    client.get(reverse("activation_link", args=[issued.secrets.token]))

    finish(client, " kain tenun dari Bajawa ")

    head.refresh_from_db()
    assert head.check_password(" kain tenun dari Bajawa ")


def test_the_privacy_notice_must_be_accepted(client, issued):
    client.get(reverse("activation_link", args=[issued.secrets.token]))

    answer = client.post(reverse("activation_password"), {"password": NEW})

    assert answer.context["form"].errors["privacy"]


def test_the_old_password_and_sessions_end_with_activation(client, head, issued):
    client.login(username=head.username, password=PASSWORD)

    services.activate(activation=issued.activation, password=NEW)

    assert client.get(reverse("session_alive")).status_code == 401


def test_tries_are_limited_per_account(client, head, issued):
    answers = [client.post(reverse("activation"), {"login": head.username, "code": "00000000"}).status_code for _try in range(21)]

    assert answers == [200] * 20 + [429]


def test_an_officer_without_mandate_change_sees_the_slip_once(client, ngada, head):
    client.force_login(ngada)

    answer = client.post(reverse("account_issue", args=[head.pk]), {"valid_days": "14"})

    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "data:image/svg+xml" in page
    assert head.username in page
    assert Mandate.objects.filter(user=head).count() == 1
    assert client.get(reverse("account_issue", args=[head.pk])).status_code == 405
