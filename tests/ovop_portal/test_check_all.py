"""What `make check` refuses."""

import sys

import pytest
from django.core.management import CommandError

from ovop_portal.management.commands import check_all

MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = {initial}
    dependencies = {dependencies}
    operations = [{operation}]
"""
TABLE = "migrations.CreateModel('Letter', [('id', models.BigAutoField(primary_key=True)), ('text', models.TextField())])"


@pytest.fixture
def second_migration(tmp_path, monkeypatch, settings):
    """An app whose second migration does the given operation."""

    def make(operation: str) -> str:
        name = f"linted_{abs(hash(operation))}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "0001_initial.py").write_text(MIGRATION.format(initial=True, dependencies=[], operation=TABLE))
        first = [("humanize", "0001_initial")]
        (folder / "0002_second.py").write_text(MIGRATION.format(initial=False, dependencies=first, operation=operation))
        monkeypatch.syspath_prepend(tmp_path)
        settings.MIGRATION_MODULES = {"humanize": name}  # an app without migrations lends its label
        return "humanize"

    yield make
    for name in [name for name in sys.modules if name.startswith("linted_")]:
        del sys.modules[name]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation",
    [
        "migrations.RemoveField('letter', 'text')",
        "migrations.DeleteModel('Letter')",
        "migrations.RenameField('letter', 'text', 'words')",
        "migrations.AddField('letter', 'title', models.TextField(default=''))",
    ],
)
def test_a_migration_that_breaks_the_running_version_is_refused(second_migration, operation, capsys):
    label = second_migration(operation)

    with pytest.raises(CommandError, match="two steps"):
        check_all.check_migrations([label])

    assert "0002_second" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation",
    [
        "migrations.AddField('letter', 'title', models.TextField(null=True))",
        "migrations.AddField('letter', 'title', models.TextField(default='', db_default=''))",
    ],
)
def test_a_migration_the_running_version_can_live_with_passes(second_migration, operation):
    check_all.check_migrations([second_migration(operation)])


@pytest.mark.django_db
def test_a_migration_that_is_named_passes(second_migration, monkeypatch):
    monkeypatch.setattr(check_all, "STOP_FIRST", ("0002_second",))

    check_all.check_migrations([second_migration("migrations.DeleteModel('Letter')")])


def test_own_apps_are_those_of_the_repository():
    pillars = {"villages", "schools", "communities"}
    assert set(check_all.own_apps()) == {"ovop_portal", "evaluations", *pillars, "registry", "partners", "accounts", "regions", "common"}
