"""Results in a browser, on a phone and on a wide screen: clean for axe, nothing wider than the screen."""

import shutil

import pytest
from django.conf import settings as portal
from django.db import transaction
from django.test import Client
from django.urls import reverse

from registry.reference import load_reference
from tests.registry.factories import make_regions

from .test_own_result import establish, stage_of

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium"),
]


@pytest.fixture
def stage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())
    with transaction.atomic():
        made = stage_of("Tenun Ikat Kembang Merah dari Desa Contoh")
        establish(made)
    return made


@pytest.mark.parametrize("width", [360, 1280])
def test_results_and_stars_are_clean_for_axe(live_server, stage, monkeypatch, width):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread
    client = Client()
    client.force_login(stage.head)
    value = client.cookies[portal.SESSION_COOKIE_NAME].value
    addresses = [reverse(name, args=[stage.code, 1]) for name in ("own_result", "own_appeal")]
    addresses += [reverse("certificate_check", args=[stage.code, 1, 1]), f"/produk/{stage.rows[0].code}/", "/produk/?stars=4"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 740})
        context.add_cookies([{"name": portal.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        for address in addresses:
            page.goto(live_server.url + address)
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        browser.close()
