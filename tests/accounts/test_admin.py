"""Accounts in Django's admin: scoped, and never changed by hand."""

import pytest
from django.urls import reverse

from accounts import services
from accounts.admin_base import ScopedModelAdmin
from accounts.models import AccountEvent, Activation, Mandate, PasswordHelp, User
from accounts.states import Role
from tests.factories import UserFactory, holder

from .conftest import FAR, VILLAGE

pytestmark = pytest.mark.django_db
MODELS = [User, Mandate, Activation, PasswordHelp, AccountEvent, User.pgh_event_model, Mandate.pgh_event_model]


@pytest.fixture
def world(ngada, alor):
    """One head here and one far away, each with every kind of row."""
    people = holder(Role.PRODUCER_HEAD, VILLAGE), holder(Role.PRODUCER_HEAD, FAR)
    for officer, person in zip((ngada, alor), people, strict=True):
        services.request_password_help(login=person.username, village="x")
        services.issue_activation(actor=officer, user=person)
    return people


def owner(row):
    if isinstance(row, User):
        return row.pk
    if isinstance(row, User.pgh_event_model):
        return row.pgh_obj_id
    return row.user_id


def page(model, kind, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_and_object_stay_inside_the_area(client, ngada, world, model):
    near, far = (next(row for row in model.objects.all() if owner(row) == person.pk) for person in world)
    client.force_login(ngada)

    listed = client.get(page(model, "changelist")).context["cl"].queryset

    assert near in listed
    assert far not in listed
    assert client.get(page(model, "change", near.pk)).status_code == 200
    assert client.get(page(model, "change", far.pk)).status_code in (302, 404)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_is_added_changed_or_deleted_by_hand(client, admin, world, model):
    row = next(row for row in model.objects.all() if owner(row) == world[0].pk)
    client.force_login(admin)

    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "change", row.pk), {}).status_code in (302, 403, 404)
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code in (302, 403, 404)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_hashes_never_reach_a_page(client, ngada, world, model):
    row = next(row for row in model.objects.all() if owner(row) == world[0].pk)
    secrets = [
        world[0].password,
        *Activation.objects.values_list("token_hash", flat=True),
        *Activation.objects.values_list("code_hash", flat=True),
    ]
    client.force_login(ngada)

    text = client.get(page(model, "change", row.pk)).content.decode()

    assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_unit_people_and_strangers_are_sent_away(client, head, model):
    for user in (head, UserFactory()):
        client.force_login(user)
        assert client.get(page(model, "changelist")).status_code in (302, 403)


def test_the_history_of_an_object_is_scoped_and_names_the_actor(client, ngada, alor, world):
    mandate = world[0].mandates.get()
    client.force_login(ngada)
    client.post(reverse("account_end_mandate", args=[world[0].pk, mandate.pk]))

    seen = client.get(page(Mandate, "history", mandate.pk)).content.decode()
    client.force_login(alor)
    hidden = client.get(page(Mandate, "history", mandate.pk))

    assert ngada.display_name in seen
    assert hidden.status_code == 404


def test_choices_of_related_fields_are_scoped(rf, ngada, world):
    from django.contrib import admin as django_admin

    class Open(ScopedModelAdmin):
        read_only = False

    request = rf.get("/")
    request.user = ngada
    field = Open(Mandate, django_admin.site).formfield_for_foreignkey(Mandate._meta.get_field("user"), request)

    assert world[0] in field.queryset
    assert world[1] not in field.queryset


def test_history_speaks_in_words(client, ngada, world):
    mandate = world[0].mandates.get()
    client.force_login(ngada)
    client.post(reverse("account_end_mandate", args=[world[0].pk, mandate.pk]))
    event = Mandate.pgh_event_model
    row = event.objects.filter(pgh_obj=mandate).latest("pgh_id")

    told = client.get(page(Mandate, "history", mandate.pk)).content.decode()
    listed = client.get(page(event, "changelist"), {"dilakukan": "update"})
    one = client.get(page(event, "change", row.pk)).content.decode()

    assert ("Dibuat" in told, "insert" in told, "None" in told) == (True, False, False)
    assert listed.context["title"] == "Pilih riwayat penugasan untuk melihat"
    assert {found.pgh_label for found in listed.context["cl"].queryset} == {"update"}
    assert "pgh" not in listed.content.decode().split("result_list")[1].split("<tbody")[0].replace("pgh_created_at", "")
    assert ngada.display_name in one
    assert "Pgh" not in one
