"""One sheet on a phone of 360 pixels: saves by itself, keeps what was chosen without a signal, asks for login in place."""

import shutil
import time

import pytest
from django.conf import settings as portal
from django.test import Client
from django.urls import reverse

from evaluations.models import Score
from registry.reference import load_reference
from tests.registry.factories import make_regions

from .factories import criterion_of, make_reviewer, make_round, make_sheet
from .test_sheets_at_once import make_entrant

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium"),
]
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('ovop-sheet:')).length"


@pytest.fixture
def sheet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())
    made = make_round()
    return make_sheet(make_entrant(made), make_reviewer(made))


@pytest.fixture
def phone(live_server, sheet, monkeypatch):
    """A phone signed in as the reviewer, on section A."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread
    client = Client()
    client.force_login(sheet.reviewer)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 740})
        value = client.cookies[portal.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": portal.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda message: page.problems.append(message.text) if "Content Security" in message.text else None)
        page.goto(live_server.url + reverse("sheet_section", args=[sheet.key, "A"]))
        yield page
        assert page.problems == []
        browser.close()


def choose(page, sheet, position, code="A1"):
    level = criterion_of(sheet.entrant, code).levels.get(position=position)
    page.check(f'input[name="level-{level.criterion_id}"][value="{level.pk}"]')


def eventually(condition):
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.1)


def stored(sheet, code="A1"):
    return Score.objects.filter(sheet=sheet, criterion__code=code).values_list("level__position", "comment", "version").first()


def test_every_choice_saves_by_itself_and_the_sums_come_from_the_server(phone, sheet):
    choose(phone, sheet, 2)
    eventually(lambda: stored(sheet) == (2, "", 1))
    choose(phone, sheet, 3)
    eventually(lambda: stored(sheet) == (3, "", 2))
    phone.fill(f'[name="comment-{criterion_of(sheet.entrant, "A1").pk}"]', "Nota dilihat")
    eventually(lambda: stored(sheet) == (3, "Nota dilihat", 3))
    eventually(lambda: phone.inner_text("[data-points-here]").startswith("20"))
    eventually(lambda: phone.inner_text("[data-autosave-status]").startswith("Tersimpan "))
    assert phone.evaluate(KEPT) == 0
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_choices_without_a_signal_wait_on_the_phone_and_are_sent_once(phone, sheet):
    phone.context.set_offline(True)
    choose(phone, sheet, 2)
    choose(phone, sheet, 3)
    choose(phone, sheet, 2, "A2")
    eventually(lambda: "ponsel ini" in phone.inner_text("[data-autosave-status]"))
    assert phone.evaluate(KEPT) == 1
    phone.context.set_offline(False)
    eventually(lambda: stored(sheet) and stored(sheet)[0] == 3 and stored(sheet, "A2"))
    eventually(lambda: phone.evaluate(KEPT) == 0)
    assert stored(sheet, "A2") == (2, "", 1)


def test_a_choice_kept_on_the_phone_is_sent_when_the_page_opens_again(phone, sheet):
    phone.route("**/simpan/", lambda route: route.abort())
    choose(phone, sheet, 3)
    eventually(lambda: phone.evaluate(KEPT) == 1)
    phone.unroute("**/simpan/")
    phone.reload()
    eventually(lambda: stored(sheet) == (3, "", 1))
    eventually(lambda: phone.evaluate(KEPT) == 0)


def test_an_answer_that_got_lost_saves_nothing_twice(phone, sheet):
    def lose(route):
        route.fetch()  # the server saves, the phone never hears of it
        route.abort()

    phone.route("**/simpan/", lose, times=1)
    choose(phone, sheet, 2)
    eventually(lambda: stored(sheet) == (2, "", 1))
    choose(phone, sheet, 3)
    eventually(lambda: stored(sheet) == (3, "", 2))
    assert phone.locator("[data-both]").count() == 0


def test_two_devices_are_shown_both_and_nothing_is_lost(phone, sheet):
    criterion = criterion_of(sheet.entrant, "A1")
    Score.objects.create(sheet=sheet, criterion=criterion, level=criterion.levels.get(position=1), comment="di tablet")
    choose(phone, sheet, 3)
    phone.wait_for_selector("[data-both]")
    assert "di tablet" in phone.inner_text("[data-both]")
    assert stored(sheet) == (1, "di tablet", 1)
    phone.click("[data-both] [data-choice=mine]")
    eventually(lambda: stored(sheet) == (3, "", 2))


def test_an_ended_session_asks_for_login_in_place_and_then_saves(phone, sheet, live_server):
    cookies = phone.context.cookies()
    phone.context.clear_cookies(name=portal.SESSION_COOKIE_NAME)
    choose(phone, sheet, 3)
    phone.wait_for_selector("[data-autosave-asked]")
    phone.context.add_cookies(cookies)
    phone.evaluate("dispatchEvent(new Event('focus'))")
    eventually(lambda: stored(sheet) == (3, "", 1))
    assert phone.locator("[data-autosave-asked]").count() == 0


def test_pages_of_a_sheet_are_clean_for_axe(phone, sheet, live_server):
    from axe_playwright_python.sync_playwright import Axe

    for address in (
        reverse("sheet_section", args=[sheet.key, "A"]),
        reverse("sheet_section", args=[sheet.key, "C"]),
        reverse("sheet", args=[sheet.key]),
        reverse("review_home"),
        reverse("sheet_ask", args=[sheet.key, criterion_of(sheet.entrant, "A1").pk]),
    ):
        phone.goto(live_server.url + address)
        found = Axe().run(phone).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, address
