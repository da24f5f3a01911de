"""What every start does before the first request."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from ovop_portal.management.commands.prepare import LOCK, one_at_a_time
from tests.factories import UserFactory


def _is_free() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_one_preparation_at_a_time_even_where_no_session_lasts():
    with one_at_a_time():
        with connection.cursor() as cursor:  # held by a transaction, as PgBouncer needs it
            cursor.execute(
                "select state from pg_stat_activity join pg_locks using (pid)"
                " where locktype = 'advisory' and objid = %s and datname = current_database()",
                [LOCK],
            )
            states = cursor.fetchall()
        during = _is_free()

    assert states == [("idle in transaction",)]
    assert during is False
    assert _is_free()


@pytest.mark.django_db(transaction=True)
def test_a_preparation_that_fails_lets_the_next_one_in():
    with pytest.raises(ZeroDivisionError), one_at_a_time():
        raise ZeroDivisionError

    assert _is_free()


@pytest.mark.django_db
def test_demonstration_data_never_go_beside_real_accounts(settings):
    settings.DEMO = True
    UserFactory(is_demo=False)
    out = io.StringIO()

    call_command("load_demo", stdout=out)

    assert User.objects.count() == 1
    assert "real accounts" in out.getvalue()
