"""The portal as `make run` starts it, with the floor beside its pages, and folders that are thrown away."""

import os
import tempfile
from pathlib import Path

from ovop_portal.logging import configuration
from ovop_portal.settings.dev import *  # noqa: F403 - a settings module extends its base

# Named in the environment, so that the servers started for measuring memory use the same folder.
_FOLDER = Path(os.environ.get("BENCH_FOLDER") or os.environ.setdefault("BENCH_FOLDER", tempfile.mkdtemp(prefix="ovop-bench-")))
ROOT_URLCONF = "tests.bench.urls"
STATIC_ROOT = _FOLDER / "static"
MEDIA_ROOT = _FOLDER / "media"
LOGGING = configuration(json_lines=False, level="ERROR")
# One visitor asks thousands of times; it is counted all the same.
API_ANONYMOUS_RATE = 10_000_000
