"""The one place where the environment is read.

Every variable the portal understands is declared here and described in docs/operate.md.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.http.request import validate_host

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env(
    SECRET_KEY=(str, ""),
    SECRET_KEY_FALLBACKS=(list, []),
    DATABASE_URL=(str, ""),
    ALLOWED_HOSTS=(list, []),
    SITE_URL=(str, ""),
    MEDIA_ROOT=(str, ""),
    REDIS_URL=(str, ""),
    S3_BUCKET=(str, ""),
    TRUSTED_PROXY_COUNT=(int, None),
    STAFF_MFA_REQUIRED=(bool, True),
    USE_X_ACCEL=(bool, False),
    S3_ENDPOINT=(str, ""),
    S3_REGION=(str, ""),
    LOG_LEVEL=(str, "INFO"),
)

DEMO_SECRET_KEY = "demo-only-key-never-used-in-production-settings"  # noqa: S105 - it protects nothing but demo data
SHORTEST_KEY = 50


def problems() -> list[str]:
    """What production refuses, each by the variable's name; empty when all is well."""
    refused = [_secret_key(), _allowed_hosts(), _site_url(), _database(), _proxies()]
    return [text for text in refused if text]


def _secret_key() -> str:
    key = env("SECRET_KEY")
    if not key:
        return "SECRET_KEY is missing"
    if key == DEMO_SECRET_KEY or len(key) < SHORTEST_KEY or len(set(key)) < 10:
        return f"SECRET_KEY is unsafe: it needs at least {SHORTEST_KEY} random characters"
    return ""


def _allowed_hosts() -> str:
    hosts = [host for host in env("ALLOWED_HOSTS") if host.strip()]
    if not hosts:
        return "ALLOWED_HOSTS is missing"
    return "ALLOWED_HOSTS must name the hosts; '*' allows all" if "*" in hosts else ""


def _site_url() -> str:
    if not env("SITE_URL").startswith("https://"):
        return "SITE_URL is missing or does not begin with https://"
    host = urlsplit(env("SITE_URL")).hostname or ""
    hosts = [name.strip() for name in env("ALLOWED_HOSTS")]
    return "" if _allowed_hosts() or validate_host(host, hosts) else f"SITE_URL names the host {host}, which is not among ALLOWED_HOSTS"


def _database() -> str:
    return "" if env("DATABASE_URL").startswith(("postgres://", "postgresql://")) else "DATABASE_URL is missing or is not postgres://..."


def _proxies() -> str:
    text = os.environ.get("TRUSTED_PROXY_COUNT", "")
    return "" if text.isdigit() else "TRUSTED_PROXY_COUNT is missing: how many proxies of yours stand before the portal (0 for none)"
