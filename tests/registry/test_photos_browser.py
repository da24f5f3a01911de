"""Sending photos from a phone's browser: made smaller, kept while there is no signal, sent by itself, removed."""

import re
import shutil
import time

import pytest
from django.conf import settings as portal
from django.test import Client
from django.urls import reverse

from registry.reference import load_reference

from .factories import make_head, make_producer, make_product, make_regions
from .pictures import noisy, picture

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium"),
]

KEPT = """() => new Promise((done) => {
  const ask = indexedDB.open("ovop-photos", 1);
  ask.onupgradeneeded = () => ask.result.createObjectStore("photos", { keyPath: "key" });
  ask.onsuccess = () => {
    const all = ask.result.transaction("photos").objectStore("photos").getAll();
    all.onsuccess = () => done(all.result.length);
  };
})"""


@pytest.fixture
def product(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())
    product = make_product(make_producer())
    product.photos.all().delete()
    return product


@pytest.fixture
def phone(live_server, product, monkeypatch):
    """A phone of 360 pixels, signed in as the head."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread
    client = Client()
    client.force_login(make_head(product.producer))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 740})
        name = portal.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda message: page.problems.append(message.text) if "Content Security" in message.text else None)
        page.goto(live_server.url + reverse("product_step", args=[product.code, "photos"]))
        yield page
        assert page.problems == []
        browser.close()


def choose(page, *files):
    with page.expect_file_chooser() as chooser:
        page.click("[data-photo-pick]")
    chooser.value.set_files([{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files])


def eventually(condition):
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.1)


def test_photos_are_made_smaller_sent_alone_and_listed(phone, product):
    choose(phone, ("satu.jpg", noisy((2400, 1800))), ("dua.jpg", picture(size=(300, 200))))
    phone.wait_for_selector("[data-photo-list] li:nth-child(2)")
    eventually(lambda: phone.evaluate(KEPT) == 0)
    assert phone.locator("[data-photo-queue] li").count() == 0
    largest = max(photo.image.received_bytes for photo in product.photos.select_related("image"))
    assert largest < len(noisy((2400, 1800)))
    phone.click("[data-photo-list] li:first-child button[value=remove]")
    eventually(lambda: product.photos.count() == 1)
    phone.wait_for_selector("[data-photo-list] li:only-child")


def test_without_a_signal_the_photo_stays_on_the_phone_and_is_sent_later(phone, product):
    phone.route(re.compile("/foto/$"), lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    choose(phone, ("satu.jpg", picture(size=(300, 200))))
    row = phone.locator("[data-photo-queue] li.queued [data-part=state]")
    eventually(lambda: "ponsel ini" in row.inner_text() or "phone" in row.inner_text())
    assert phone.evaluate(KEPT) == 1
    assert not product.photos.exists()
    phone.unroute_all()
    phone.reload()
    phone.wait_for_selector("[data-photo-list] li")
    eventually(lambda: phone.evaluate(KEPT) == 0)
    assert product.photos.count() == 1


def test_what_is_refused_says_why_and_can_be_removed(phone, product):
    choose(phone, ("satu.jpg", b"GIF89a" + bytes(500)))
    phone.wait_for_selector("[data-photo-queue] [data-part=retry]:not([hidden])")
    assert "HEIC" in phone.inner_text("[data-photo-queue] [data-part=state]")
    phone.click("[data-photo-queue] [data-part=remove]")
    eventually(lambda: phone.evaluate(KEPT) == 0)
    assert phone.locator("[data-photo-queue] li").count() == 0
    assert not product.photos.exists()


def test_an_ended_session_keeps_the_photo_and_offers_to_sign_in(phone, product):
    phone.context.clear_cookies(name=portal.SESSION_COOKIE_NAME)
    choose(phone, ("satu.jpg", picture()))
    phone.wait_for_selector("[data-photo-queue] [data-part=login]:not([hidden])")
    assert phone.evaluate(KEPT) == 1
    assert not product.photos.exists()


def test_a_borrowed_phone_keeps_nothing(phone, product):
    phone.route(re.compile("/foto/$"), lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.add_init_script("document.addEventListener('readystatechange', () => document.documentElement.setAttribute('data-borrowed', ''))")
    phone.reload()
    choose(phone, ("satu.jpg", picture()))
    phone.wait_for_selector("[data-photo-queue] [data-part=retry]:not([hidden])")
    assert phone.evaluate(KEPT) == 0
