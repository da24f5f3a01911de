"""Forgotten passwords: one neutral answer, a queue by area, the province after a working day."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Activation, PasswordHelp
from accounts.permissions import Refused
from accounts.services.help import next_working_day
from accounts.states import Action, Role
from tests.factories import UserFactory, holder

from .conftest import SCHOOL, VILLAGE

pytestmark = pytest.mark.django_db


def ask(login, village="Desa Contoh Satu"):
    services.request_password_help(login=login, village=village)
    return PasswordHelp.objects.last()


def queue(user):
    return list(PasswordHelp.objects.for_user(user, Action.ACCOUNT_MANAGE).waiting())


def at(day, hour=9):
    return timezone.make_aware(dt.datetime(2026, 11, day, hour))


@pytest.mark.parametrize(("asked", "covered"), [(at(23), at(24)), (at(26), at(27)), (at(27), at(30)), (at(28), at(30)), (at(29), at(30))])
def test_one_working_day_jumps_over_the_weekend(asked, covered):
    assert next_working_day(asked) == covered


def test_a_known_and_an_unknown_name_get_the_same_answer(client, head):
    answers = [
        client.post(reverse("password_help"), {"login": login, "village": "Desa Contoh"}, follow=True)
        for login in (head.username, "tak-ada")
    ]

    assert {answer.redirect_chain[-1][0] for answer in answers} == {reverse("password_help_sent")}
    assert answers[0].content == answers[1].content
    assert PasswordHelp.objects.count() == 2


def test_it_lies_with_the_kabupaten_first_and_with_the_province_a_day_later(ngada, alor, province, head):
    row = ask(head.username)
    at_once = [queue(user) for user in (ngada, alor, province)]
    PasswordHelp.objects.update(province_from=timezone.now())

    assert at_once == [[row], [], []]
    assert queue(province) == [row]


def test_schools_lie_with_education_and_the_kabupaten_alike(ngada, education):
    row = ask(holder(Role.PRODUCER_HEAD, SCHOOL).username)
    village = ask(holder(Role.PRODUCER_HEAD, VILLAGE).username)

    assert queue(education) == [row]
    assert queue(ngada) == [row, village]


def test_unknown_names_and_officers_go_to_the_province_at_once(ngada, province):
    rows = [ask("tak-ada"), ask(ngada.username), ask(UserFactory().username)]

    assert queue(province) == rows
    assert queue(ngada) == []


def test_one_request_waits_per_account(head):
    ask(head.username)
    ask(head.username)

    assert PasswordHelp.objects.count() == 1


def test_the_sixth_request_of_an_hour_is_answered_alike_and_not_kept(client):
    answers = [client.post(reverse("password_help"), {"login": "tak-ada", "village": "x"})["Location"] for _try in range(6)]

    assert set(answers) == {reverse("password_help_sent")}
    assert PasswordHelp.objects.count() == 5


def test_an_answer_gives_a_code_for_a_day_and_notes_who_was_called(ngada, head):
    issued = services.answer_password_help(actor=ngada, request=ask(head.username), called="Kepala desa, 0812")

    row = PasswordHelp.objects.get()
    assert (row.answered_by, row.called) == (ngada, "Kepala desa, 0812")
    assert services.check_code(login=head.username, code=issued.secrets.code) == issued.activation


def test_a_second_officer_finds_it_answered(ngada, head):
    row = ask(head.username)
    services.answer_password_help(actor=ngada, request=row, called="x")

    with pytest.raises(ValidationError):
        services.answer_password_help(actor=ngada, request=row, called="x")
    assert Activation.objects.count() == 1


def test_another_area_answers_nothing(alor, head):
    with pytest.raises(Refused):
        services.answer_password_help(actor=alor, request=ask(head.username), called="x")


def test_an_unknown_person_is_closed_with_a_note(province):
    row = ask("tak-ada")

    with pytest.raises(ValidationError):
        services.answer_password_help(actor=province, request=row, called="x")
    services.close_password_help(actor=province, request=row, note="tidak dikenal")
    assert queue(province) == []


def test_the_officer_reads_the_code_once(client, ngada, head):
    row = ask(head.username)
    client.force_login(ngada)

    page = client.post(reverse("password_help_answer", args=[row.pk]), {"called": "Kepala desa"})

    assert page["Cache-Control"] == "no-store"
    assert head.username in page.content.decode()
    assert client.get(reverse("password_help_answer", args=[row.pk])).status_code == 404


def test_the_officer_closes_it_in_a_browser(client, province):
    row = ask("tak-ada")
    client.force_login(province)

    assert client.post(reverse("password_help_close", args=[row.pk]), {"close-note": "tidak dikenal"}).status_code == 302
    assert queue(province) == []
