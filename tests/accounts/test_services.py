"""Opening accounts, giving and ending mandates, hand-over, ending and erasing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services
from accounts.models import AccountEvent, Mandate, User
from accounts.permissions import Refused
from accounts.scope import current_mandates
from accounts.states import Role
from tests.factories import MandateFactory, UserFactory, holder

from .conftest import FAR, SIBLING, VILLAGE

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def day(shift):
    return TODAY() + dt.timedelta(days=shift)


def test_a_username_is_made_from_the_unit(ngada):
    source = services.username_source(Role.PRODUCER_HEAD, "producer", VILLAGE)

    names = [services.open_account(actor=ngada, display_name="Kepala Desa (contoh)", username_from=source).username for _ in range(3)]

    assert names == ["desa-contoh-satu", "desa-contoh-satu-2", "desa-contoh-satu-3"]


@pytest.mark.parametrize(
    ("role", "name"), [(Role.PRODUCER_OPERATOR, "operator Desa Contoh Satu"), (Role.COMPANION, "pendamping Desa Contoh Satu")]
)
def test_the_role_is_part_of_the_username(role, name):
    assert services.username_source(role, "producer", VILLAGE) == name


def test_a_name_without_latin_letters_still_gets_a_username(ngada):
    assert services.open_account(actor=ngada, display_name="李").username == "akun"


def test_a_taken_username_is_refused(ngada):
    UserFactory(username="desa-contoh")

    with pytest.raises(ValidationError) as caught:
        services.open_account(actor=ngada, display_name="Kepala Desa (contoh)", username="Desa-Contoh")
    assert "username" in caught.value.error_dict


@pytest.mark.parametrize("spelling", ["081234567890", "6281234567890", "+62 812-3456-7890"])
def test_a_number_in_use_is_refused_with_the_way_out(ngada, spelling):
    UserFactory(phone="+6281234567890")

    with pytest.raises(ValidationError) as caught:
        services.open_account(actor=ngada, display_name="Orang (contoh)", phone=spelling)
    assert caught.value.message_dict["phone"] == [
        "Nomor ini dipakai akun lain yang aktif. Kosongkan saja: orang ini masuk dengan nama pengguna."
    ]


def test_the_number_of_an_ended_account_is_free_again(ngada):
    UserFactory(phone="+6281234567890", is_active=False)

    user = services.open_account(actor=ngada, display_name="Orang (contoh)", phone="0812 3456 7890")

    assert user.phone == "+6281234567890"


def test_a_head_may_open_and_a_companion_may_not(head):
    assert services.open_account(actor=head, display_name="Operator (contoh)").must_set_password
    with pytest.raises(Refused):
        services.open_account(actor=holder(Role.COMPANION, VILLAGE), display_name="Orang (contoh)")


def test_a_mandate_outside_the_area_is_refused_and_not_written(ngada):
    user = UserFactory()

    with pytest.raises(Refused):
        services.grant_mandate(actor=ngada, user=user, role=Role.PRODUCER_HEAD, unit_kind="producer", unit_code=FAR)
    assert not user.mandates.exists()


def test_the_same_role_twice_is_refused(ngada, head):
    with pytest.raises(ValidationError):
        services.grant_mandate(actor=ngada, user=head, role=Role.PRODUCER_HEAD, unit_kind="producer", unit_code=VILLAGE)


def test_ending_at_once_takes_the_right_in_the_same_minute(ngada, head):
    mandate = head.mandates.get()

    services.end_mandate(actor=ngada, mandate=mandate)

    assert current_mandates(User.objects.get(pk=head.pk)) == []


def test_ending_after_a_last_day_leaves_the_right_until_then(ngada, head):
    services.end_mandate(actor=ngada, mandate=head.mandates.get(), last_day=day(3))

    assert len(current_mandates(User.objects.get(pk=head.pk))) == 1
    assert not Mandate.objects.current(day(4)).filter(user=head).exists()


def test_ending_twice_keeps_the_first_end(ngada, head):
    ended = services.end_mandate(actor=ngada, mandate=head.mandates.get())

    assert services.end_mandate(actor=ngada, mandate=ended).revoked_at == ended.revoked_at


def test_a_mandate_ended_at_once_can_be_given_again(ngada, head):
    services.end_mandate(actor=ngada, mandate=head.mandates.get())

    services.grant_mandate(actor=ngada, user=head, role=Role.PRODUCER_HEAD, unit_kind="producer", unit_code=VILLAGE)

    assert len(current_mandates(head)) == 1


def test_a_head_names_an_unknown_operator_with_a_code(head):
    named = services.name_operator(
        actor=head, unit_kind="producer", unit_code=VILLAGE, login="081234567890", display_name="Operator (contoh)", may_send=True
    )

    assert (named.mandate.user.phone, named.mandate.may_send, named.issued is not None) == ("+6281234567890", True, True)


def test_a_known_person_keeps_the_own_way_in(head):
    known = UserFactory(phone="+6281234567890")

    named = services.name_operator(actor=head, unit_kind="producer", unit_code=VILLAGE, login="0812-3456-7890")

    assert (named.mandate.user, named.issued, named.mandate.may_send) == (known, None, False)


def test_an_operator_of_another_village_is_refused(head):
    with pytest.raises(Refused):
        services.name_operator(actor=head, unit_kind="producer", unit_code=SIBLING, login=UserFactory().username)


def test_a_head_ends_and_allows_only_own_operators(head):
    own = MandateFactory(role=Role.PRODUCER_OPERATOR, unit_code=VILLAGE)
    other = MandateFactory(role=Role.PRODUCER_OPERATOR, unit_code=SIBLING)

    assert services.set_may_send(actor=head, mandate=own, may_send=True).may_send
    assert not services.end_operator(actor=head, mandate=own).is_live
    with pytest.raises(Refused):
        services.end_operator(actor=head, mandate=other)
    with pytest.raises(Refused):
        services.set_may_send(actor=head, mandate=other, may_send=True)


def test_a_hand_over_ends_the_old_head_the_day_before(ngada, head):
    named = services.hand_over(
        actor=ngada, mandate=head.mandates.get(), display_name="Kepala Desa baru (contoh)", starts_on=day(10), letter_number="12/2026"
    )

    assert head.mandates.get().ends_on == day(9)
    assert (named.mandate.unit_code, named.mandate.starts_on, named.mandate.letter_number) == (VILLAGE, day(10), "12/2026")
    assert named.mandate.user.username == "desa-contoh-satu"
    assert named.issued.activation.user == named.mandate.user


def test_a_hand_over_from_today_ends_the_old_head_at_once(ngada, head):
    services.hand_over(
        actor=ngada, mandate=head.mandates.get(), display_name="Pj (contoh)", starts_on=TODAY(), standing=Mandate.Standing.ACTING
    )

    current = Mandate.objects.current().of_unit("producer", VILLAGE)
    assert [mandate.standing for mandate in current] == [Mandate.Standing.ACTING]


def test_a_head_cannot_hand_over_the_own_office(head):
    with pytest.raises(Refused):
        services.hand_over(actor=head, mandate=head.mandates.get(), display_name="Orang (contoh)", starts_on=day(1))


def test_an_ended_account_loses_everything_at_once(ngada, head, client):
    client.force_login(head)
    issued = services.issue_activation(actor=ngada, user=head)

    services.deactivate_account(actor=ngada, user=head, reason="pindah")

    assert client.get("/masuk/masih/").status_code == 401
    assert services.find_by_token(issued.secrets.token) is None
    assert not head.mandates.live().exists()
    assert AccountEvent.objects.filter(user=head, kind="deactivated", note="pindah").exists()


def test_erasing_replaces_what_names_the_person(ngada, head):
    mandate = head.mandates.get()

    services.erase_person(actor=ngada, user=head)

    head.refresh_from_db()
    assert (head.display_name, head.username, head.phone, head.is_active) == ("Akun dihapus", f"dihapus-{head.pk}", "", False)
    assert Mandate.objects.get(pk=mandate.pk).user == head


def test_the_history_never_holds_what_names_a_person(head):
    columns = {field.name for field in User.pgh_event_model._meta.fields}

    assert not columns & {"display_name", "username", "phone", "password"}


def test_the_log_of_accounts_cannot_be_rewritten(head):
    from django.db.utils import InternalError

    event = services.record_event(user=head, kind=AccountEvent.Kind.OPENED, actor=None)
    event.note = "anders"

    with pytest.raises(InternalError):
        event.save()


def test_only_the_person_changes_the_own_number(ngada, head):
    services.update_profile(actor=head, user=head, display_name="Kepala Desa (contoh)", phone="0812 3456 7890")

    head.refresh_from_db()
    assert head.phone == "+6281234567890"
    with pytest.raises(Refused):
        services.update_profile(actor=ngada, user=head, display_name="x", phone="")
