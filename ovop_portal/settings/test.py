"""The test suite: fast password hashing, no manifest, everything else as in production."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403 - a settings module extends its base
from .base import DATABASES, REST_FRAMEWORK, STORAGES

SECRET_KEY = "test-only"  # noqa: S105 - it protects nothing
DEBUG = False
DEMO = False
ALLOWED_HOSTS = ["*"]
WEBHOOK_PRIVATE_TARGETS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = Path(tempfile.gettempdir()) / "ovop-no-static"
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = Path(tempfile.gettempdir()) / "ovop-test-media"
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A page made in one test must not answer in the next.
KEPT_PAGES_SECONDS = 0
# Counting requests would cost a statement now and then: tests of limits name the throttle themselves.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
