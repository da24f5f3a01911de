"""`make run` on a newcomer's machine: demo data, loopback only, no HTTPS."""

from .base import *  # noqa: F403 - a settings module extends its base
from .env import DEMO_SECRET_KEY, env

DEBUG = False
DEMO = True
SECRET_KEY = env("SECRET_KEY") or DEMO_SECRET_KEY
ALLOWED_HOSTS = ["*"]
WEBHOOK_PRIVATE_TARGETS = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys on http://127.0.0.1
