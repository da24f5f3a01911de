"""A worker that is killed in the middle of a photo: its decoder ends with it, and another worker finishes later."""

import os
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import psutil
import pytest
from django.db import connection
from django.utils import timezone

from common import worker
from common.models import Job
from ovop_portal.settings.env import BASE_DIR
from registry.models import StoredImage
from registry.reference import load_reference
from registry.services import photos
from registry.states import ImageState

from .factories import make_head, make_producer, make_product, make_regions
from .pictures import picture, upload


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


def worker_process(tmp_path):
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    surroundings = os.environ | {"DATABASE_URL": address, "TMPDIR": str(tmp_path)}
    return subprocess.Popen([sys.executable, "manage.py", "run_worker"], cwd=BASE_DIR, env=surroundings)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_followed_by_another(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "ovop-test-media"  # where the worker's settings put it under this TMPDIR
    make_regions()
    load_reference(years=())
    product = make_product(make_producer())
    large = picture("PNG", (7000, 7000))
    photo = photos.add_photo(actor=make_head(product.producer), product=product, key=uuid.uuid4(), upload=upload(large, "a.png"))

    killed = worker_process(tmp_path)
    try:
        decoder = until(lambda: psutil.Process(killed.pid).children())[0]
    finally:
        killed.kill()
        killed.wait()
    until(lambda: not decoder.is_running())
    photo.image.refresh_from_db()
    assert photo.image.state == ImageState.WAITING
    assert worker.run_due() == 0  # the lease of the dead worker still holds

    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert worker.run_due() == 1
    assert StoredImage.objects.get(pk=photo.image_id).state == ImageState.READY
