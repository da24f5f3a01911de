"""The list of places under a region field, by keyboard and by touch, in a real browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from regions.forms import RegionField

CHROMIUM = shutil.which("chromium")
PLACES = [{"code": "53.01.06.1004", "full_name": "Kelurahan Oesao, Kecamatan Kupang Timur"}, {"code": "x", "full_name": "Desa Oesao <b>"}]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")]


@pytest.fixture(scope="module")
def field_html() -> str:
    field = RegionField(level=4)
    return field.widget.render("place", "", {"id": "place"})


@pytest.fixture
def page(field_html):
    from playwright.sync_api import sync_playwright

    script = (Path(settings.BASE_DIR) / "static" / "js" / "region-picker.js").read_text(encoding="utf-8")
    html = f'<meta charset="utf-8"><label for="place">Tempat</label>{field_html}<button>x</button><script src="/picker.js" defer></script>'
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 360, "height": 740})
        opened.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
        opened.route("**/picker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
        opened.route("**/cari?*", lambda route: route.fulfill(body=json.dumps(PLACES), content_type="application/json"))
        opened.goto("http://portal.test/")
        yield opened
        browser.close()


def test_a_place_is_chosen_by_keyboard(page):
    field = page.get_by_role("combobox", name="Tempat")
    field.press_sequentially("oesao")
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "place-places-0"
    field.press("ArrowUp")
    field.press("Enter")
    assert field.input_value() == "Desa Oesao <b>"
    assert page.get_by_role("option").count() == 0


def test_a_place_is_chosen_by_touch_and_escape_closes_the_list(page):
    field = page.get_by_role("combobox")
    field.press_sequentially("oesao")
    page.get_by_role("option").first.click()
    assert field.input_value() == PLACES[0]["full_name"]
    field.fill("oes")
    page.get_by_role("option").first.wait_for()
    field.press("Escape")
    assert page.get_by_role("option").count() == 0
    assert field.get_attribute("aria-expanded") == "false"


def test_without_an_answer_it_stays_a_text_field(page):
    page.route("**/cari?*", lambda route: route.abort())
    field = page.get_by_role("combobox")
    field.press_sequentially("oesao")
    page.wait_for_timeout(500)
    assert field.input_value() == "oesao"
    assert page.get_by_role("option").count() == 0
