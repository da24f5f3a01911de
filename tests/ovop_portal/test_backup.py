"""A backup is one consistent set; a restore checks everything before it touches anything."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common import tasks
from common.models import Job
from ovop_portal import backup, restore

ROOT = Path(__file__).resolve().parents[2]
NOTE = "tests.common.test_tasks.note"

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "ab").mkdir(parents=True)
    (settings.MEDIA_ROOT / "ab" / "photo.webp").write_bytes(b"photo" * 1000)
    return settings.MEDIA_ROOT


@pytest.fixture
def scratch() -> str:
    """The address of an empty database beside the test database."""
    name = connection.settings_dict["NAME"] + "_restore"
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {name}")
        cursor.execute(f"create database {name} template template0")
    yield _url(name)
    with connection.cursor() as cursor:
        cursor.execute(f"drop database {name} with (force)")


def _url(name: str) -> str:
    given = connection.settings_dict
    user = f"{given['USER']}:{given['PASSWORD']}" if given["PASSWORD"] else given["USER"]
    return f"postgres://{user}@/{name}?host={given['OPTIONS'].get('host') or given['HOST']}"


def _restore(file: Path, url: str, media: Path, *options: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": url, "MEDIA_ROOT": str(media), "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.dev"}
    command = [sys.executable, "manage.py", "restore", str(file), *options]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _rows(url: str) -> dict[str, int]:
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.dev"}
    code = "import django, json; django.setup(); from ovop_portal.backup import row_counts; print(json.dumps(row_counts()))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    import json

    return json.loads(answer.stdout)


def test_a_restored_backup_has_the_same_rows_and_files(media, scratch, tmp_path):
    for number in range(7):
        tasks.enqueue(NOTE, number)
    file = backup.create(tmp_path / "backups")
    target = tmp_path / "other" / "media"

    result = _restore(file, scratch, target)

    assert result.returncode == 0, result.stderr
    assert "all hashes and counts agree" in result.stdout
    assert _rows(scratch) == backup.row_counts()
    assert _rows(scratch)["common_job"] == Job.objects.count() == 7
    assert (target / "ab" / "photo.webp").read_bytes() == (media / "ab" / "photo.webp").read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_not_empty_is_refused_unless_forced(media, scratch, tmp_path):
    file = backup.create(tmp_path / "backups")
    target = tmp_path / "other" / "media"
    _restore(file, scratch, target)
    (target / "later.webp").write_bytes(b"later")

    refused = _restore(file, scratch, target)
    forced = _restore(file, scratch, target, "--force")

    assert refused.returncode != 0
    assert "FORCE=1" in refused.stderr
    assert forced.returncode == 0, forced.stderr
    assert not (target / "later.webp").exists()
    assert [path.name for path in target.parent.glob("media.before-*/later.webp")] == ["later.webp"]


def test_an_empty_database_is_not_saved(media, scratch, tmp_path):
    env = {**os.environ, "DATABASE_URL": scratch, "MEDIA_ROOT": str(media), "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.dev"}
    command = [sys.executable, "manage.py", "backup", "--to", str(tmp_path / "backups")]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert result.returncode != 0
    assert "nothing was saved" in result.stderr
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_changed_photo_or_a_cut_file_is_refused_before_anything_is_touched(media, scratch, tmp_path):
    file = backup.create(tmp_path / "backups")
    restore._extract(file, tmp_path / "open")
    (tmp_path / "open" / "media" / "ab" / "photo.webp").write_bytes(b"other")
    changed = tmp_path / "changed.tar"
    with tarfile.open(changed, "w") as tar:
        for part in (tmp_path / "open").iterdir():
            tar.add(part, part.name)
    cut = tmp_path / "cut.tar"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    for bad in (changed, cut):
        result = _restore(bad, scratch, tmp_path / "other" / "media")

        assert result.returncode != 0
        assert "Nothing was changed" in result.stderr
        assert _rows(scratch) == {}


def test_an_encrypted_backup_opens_only_with_its_key(media, scratch, tmp_path):
    import pyrage

    pair, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# portal\n{pair}\n")
    (tmp_path / "wrong").write_text(f"{stranger}\n")
    file = backup.create(tmp_path / "backups", recipient=str(pair.to_public()))
    target = tmp_path / "other" / "media"

    without, wrong = _restore(file, scratch, target), _restore(file, scratch, target, "--key", str(tmp_path / "wrong"))
    right = _restore(file, scratch, target, "--key", str(tmp_path / "key"))

    assert b"PGDMP" not in file.read_bytes()
    assert "encrypted" in without.stderr
    assert "does not open" in wrong.stderr
    assert right.returncode == 0, right.stderr
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [file.name]


def test_a_wrong_public_key_is_a_plain_message(media, tmp_path):
    with pytest.raises(CommandError, match="age1"):
        call_command("backup", to=tmp_path / "backups", key="ssh-rsa AAAA")


def test_a_photo_deleted_during_the_backup_is_still_in_it(media, tmp_path, monkeypatch):
    dump = backup._dump

    def delete_then_dump(file: Path) -> dict[str, int]:
        rows = dump(file)
        (media / "ab" / "photo.webp").unlink()
        return rows

    monkeypatch.setattr(backup, "_dump", delete_then_dump)
    file = backup.create(tmp_path / "backups")

    with tarfile.open(file) as tar:
        assert "media/ab/photo.webp" in tar.getnames()


def test_verify_names_an_added_file(media, tmp_path):
    file = backup.create(tmp_path / "backups")
    restore._extract(file, tmp_path / "open")
    (tmp_path / "open" / "media" / "added").write_text("x")

    with pytest.raises(backup.BackupError, match="media/added"):
        restore.verify(tmp_path / "open")


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "media/../../outside"])
def test_a_file_that_wants_to_land_elsewhere_is_refused(tmp_path, name):
    import io

    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))

    with pytest.raises(backup.BackupError, match="not a plain file"):
        restore._extract(tmp_path / "bad.tar", tmp_path / "open")
