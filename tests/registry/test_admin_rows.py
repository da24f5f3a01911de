"""Which rows of each table an officer finds in Django's admin. The rows are dear to make, and every test here only reads them."""

import pytest
from django.db import transaction

from accounts.models import User
from registry.models import Notice
from registry.reference import load_reference

from .admin_world import MODELS, PROVINCE_ONLY, WITHOUT_AREA, address, fill, rows_in
from .desk_world import login
from .factories import OTHER_REGENCY, OTHER_VILLAGE, VILLAGE, make_regions

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def here(django_db_setup, django_db_blocker):
    """The key of the officer of one of two filled regencies; nothing stays after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_regions()
        load_reference(years=())
        officer, neighbour = fill(VILLAGE), fill(OTHER_VILLAGE)
        assert Notice.objects.filter(user=officer).exists()
        assert Notice.objects.filter(user=neighbour).exists()
        yield officer.pk
        transaction.set_rollback(True)


@pytest.fixture
def filled(db, here):
    return User.objects.get(pk=here)


@pytest.mark.parametrize("model", MODELS)
def test_an_officer_finds_the_own_rows_and_not_those_of_the_neighbour(client, filled, model):
    login(client, filled)
    if model._meta.model_name in PROVINCE_ONLY:
        assert client.get(address(model, "changelist")).status_code == 403
        return
    assert client.get(address(model, "changelist")).status_code == 200
    if model._meta.model_name in WITHOUT_AREA:
        return
    for regency, status in (("53.09", 200), (OTHER_REGENCY, 302)):
        keys = rows_in(model, regency)
        assert keys, "the world has no such row"
        for pk in keys:
            assert client.get(address(model, "change", pk)).status_code == status, (regency, pk)
        assert client.get(address(model, "history", pk)).status_code == (200 if status == 200 else 404)
    listed = {str(row.pk) for row in client.get(address(model, "changelist"), {"all": ""}).context["cl"].queryset}
    assert not listed & rows_in(model, OTHER_REGENCY)
