"""Production refuses missing and unsafe values by name, and is silent under `check --deploy` otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from common.middleware import HealthHostMiddleware, TrustedProxyMiddleware
from ovop_portal.settings.env import DEMO_SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "k7Qw2-9zXbV4nM8pLr5tYc3sHd6fGj1aUe0iOoKqWxZvBnMl",
    "ALLOWED_HOSTS": "ovop.example.go.id",
    "SITE_URL": "https://ovop.example.go.id",
    "DATABASE_URL": "postgres://ovop@/ovop?host=/run/postgresql",
    "TRUSTED_PROXY_COUNT": "1",
}
GOOD["SECRET_KEY"] += "Rr7"


def _manage(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    env = {**kept, **GOOD, **changes, "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.prod"}
    return subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_check_deploy_is_silent():
    result = _manage("check", "--deploy", "--fail-level", "INFO")

    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_check_deploy_is_silent_with_s3_and_redis():
    result = _manage("check", "--deploy", "--fail-level", "INFO", S3_BUCKET="ovop", REDIS_URL="redis://127.0.0.1/1")

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", DEMO_SECRET_KEY),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", ""),
        ("SITE_URL", "http://ovop.example.go.id"),
        ("SITE_URL", "https://www.ovop.example.go.id"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///x.db"),
        ("TRUSTED_PROXY_COUNT", ""),
        ("TRUSTED_PROXY_COUNT", "-1"),
    ],
)
def test_each_unsafe_value_is_refused_by_name(monkeypatch, name, value):
    from ovop_portal.settings.env import problems

    for key, good in {**GOOD, name: value}.items():
        monkeypatch.setenv(key, good)

    assert [text.split()[0] for text in problems()] == [name]


@pytest.mark.parametrize("hosts", ["OVOP.example.go.id", "other.example.go.id, ovop.example.go.id", ".example.go.id"])
def test_the_host_of_the_portal_may_be_named_in_several_ways(monkeypatch, hosts):
    from ovop_portal.settings.env import problems

    for key, good in {**GOOD, "ALLOWED_HOSTS": hosts}.items():
        monkeypatch.setenv(key, good)

    assert problems() == []


def test_the_machine_itself_may_ask_for_its_health_by_address():
    code = "from django.test import Client; print(Client().get('/healthz', headers={'host': '127.0.0.1:8000'}).status_code)"
    result = _manage("shell", "--no-imports", "-c", code)

    assert result.stdout.strip() == "200", result.stderr


def test_for_nothing_else_a_foreign_host_is_let_in(settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["ovop.example.go.id"], "https://ovop.example.go.id"
    answer = HealthHostMiddleware(lambda request: HttpResponse(request.get_host()))
    ask = RequestFactory().get

    assert answer(ask("/readyz", headers={"host": "10.0.0.9:8000"})).content == b"ovop.example.go.id"
    with pytest.raises(DisallowedHost):
        answer(ask("/produk/", headers={"host": "10.0.0.9:8000"}))


def test_nothing_set_names_every_variable_and_does_not_start():
    result = _manage("check", **dict.fromkeys(GOOD, ""))

    assert result.returncode != 0
    assert all(name in result.stderr for name in GOOD)


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_the_visitor_cannot_choose_the_address_that_limits_count(settings, count, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = count
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.9")
    seen: list[HttpRequest] = []

    TrustedProxyMiddleware(lambda given: seen.append(given) or HttpResponse())(request)

    assert seen[0].META["REMOTE_ADDR"] == address


def test_without_a_proxy_of_ours_nobody_may_claim_https(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    request = RequestFactory().get("/", headers={"X-Forwarded-Proto": "https"})

    TrustedProxyMiddleware(lambda given: HttpResponse())(request)

    assert "HTTP_X_FORWARDED_PROTO" not in request.META
