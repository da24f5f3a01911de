"""The first migration of an app makes the same tables at once as step by step."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger

from common.tables import CreateTables

APP = "trial"
TRIGGER = "pgtrigger_kept_0"


def key() -> tuple[str, models.Field]:
    return ("id", models.BigAutoField(primary_key=True))


def steps() -> list[Operation]:
    """Two tables that point at each other, a third by many-to-many, and each kind of step."""
    return [
        CreateModel("Boat", [key(), ("name", models.CharField(max_length=20, unique=True))]),
        CreateModel("Crew", [key(), ("boat", models.ForeignKey("trial.boat", models.PROTECT)), ("size", models.IntegerField(default=1))]),
        AddField("boat", "first", models.ForeignKey("trial.crew", models.PROTECT, null=True, related_name="+")),
        AddField("boat", "others", models.ManyToManyField("trial.crew", related_name="+")),
        AddConstraint("crew", models.CheckConstraint(name="crew_counts", condition=models.Q(size__gt=0))),
        AddConstraint("crew", models.UniqueConstraint(name="crew_alone", fields=["boat"], condition=models.Q(size=1))),
        AddIndex("crew", models.Index(name="crew_size", fields=["-size"])),
        AddTrigger("crew", compiled()),
    ]


def compiled() -> Trigger:
    """As makemigrations writes it down."""
    body = "RAISE EXCEPTION 'kept';"
    return Trigger(name="kept", sql=UpsertTriggerSql(func=body, operation="UPDATE", pgid=TRIGGER, table="trial_crew", when="BEFORE"))


def run(operations: Sequence[Operation], *, back: bool = False) -> None:
    migration = Migration("0001_initial", APP)
    migration.operations = list(operations)
    with connection.schema_editor() as editor:
        (migration.unapply if back else migration.apply)(ProjectState(), editor)


def catalogue() -> list[tuple]:
    """What the database knows of the tables of the trial: columns in order, constraints, indexes, triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attnum::text, attname, atttypid::regtype::text, attnotnull::text FROM pg_attribute"
            " WHERE attrelid::regclass::text LIKE 'trial_%' AND attnum > 0"
            " UNION ALL SELECT conrelid::regclass::text, 'constraint', conname, pg_get_constraintdef(oid), '' FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'trial_%'"
            " UNION ALL SELECT tgrelid::regclass::text, 'trigger', tgname, pg_get_triggerdef(oid), '' FROM pg_trigger"
            " WHERE tgrelid::regclass::text LIKE 'trial_%' AND NOT tgisinternal"
            " UNION ALL SELECT tablename, 'index', indexname, indexdef, '' FROM pg_indexes WHERE tablename LIKE 'trial_%'"
            " ORDER BY 1, 2, 3"
        )
        return cursor.fetchall()


@pytest.mark.django_db
def test_the_same_tables_at_once_as_step_by_step():
    run(steps())
    one_by_one = catalogue()
    run(steps(), back=True)
    assert catalogue() == []
    run([CreateTables(steps())])
    assert catalogue() == one_by_one
    assert {row[2] for row in one_by_one} >= {"first_id", "crew_counts", "crew_alone", "crew_size", "trial_boat_others_pkey", TRIGGER}
    run([CreateTables(steps())], back=True)
    assert catalogue() == []


def test_a_later_step_sees_the_models_as_after_single_steps():
    at_once, one_by_one = ProjectState(), ProjectState()
    assert at_once.apps is not None  # drawn before, as in a long row of migrations
    CreateTables(steps()).state_forwards(APP, at_once)
    for step in steps():
        step.state_forwards(APP, one_by_one)
    assert at_once.models == one_by_one.models
    assert {model.__name__ for model in at_once.apps.get_models()} == {"Boat", "Crew"}


@pytest.mark.parametrize("step", [RunSQL("SELECT 1"), AddField("ship", "name", models.TextField())])
def test_a_step_on_anything_else_is_refused(step):
    with pytest.raises(ValueError, match="no step of making a table"):
        CreateTables([*steps(), step])


@pytest.mark.parametrize("app", sorted(path.parts[-3] for path in Path(settings.BASE_DIR).glob("[a-z]*/migrations/0001_initial.py")))
def test_first_migrations_make_their_tables_at_once(app):
    """Whoever has makemigrations write a first migration again wraps its steps again: step by step it takes half a minute more."""
    first = import_module(f"{app}.migrations.0001_initial").Migration
    assert not [step for step in first.operations if isinstance(step, CreateModel)]
