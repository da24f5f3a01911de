"""A whole portal as `make run` starts it, in a copy of the code, with demonstration data; shared by all live tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {".venv", "var", ".git", "docs", "tests", "__pycache__"}
CHROMIUM = shutil.which("chromium")
OWN = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL", "MEDIA_ROOT"}


@dataclass
class Portal:
    """A running portal: where it answers, where its files lie, and the password of its demonstration accounts."""

    url: str
    folder: Path
    password: str
    supervisor: subprocess.Popen[bytes]

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310 - loopback
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def wait_until_ready(self, seconds: float = 180) -> None:
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if time.monotonic() > deadline or self.supervisor.poll() is not None:
                raise AssertionError((self.folder.parent / "log").read_text()[-3000:])
            time.sleep(0.3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("live") / "clone"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT, ".*_cache", "*.pyc"))
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key not in OWN}
    env |= {"PORT": str(port), "WEB_WORKERS": "2"}
    with (folder.parent / "log").open("ab") as log:
        command = [sys.executable, "-m", "ovop_portal.supervisor"]
        child = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
    running = Portal(f"http://127.0.0.1:{port}", folder, "", child)
    try:
        running.wait_until_ready()
        first = (folder / "var" / "demo-accounts.txt").read_text().splitlines()[0]
        running.password = first.partition("password of all: ")[2].rstrip(")")
        yield running
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


@pytest.fixture(scope="module")
def chromium():
    """A browser for one file of tests: its event loop must be gone before tests with a database of their own start."""
    if not CHROMIUM:
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()


PHONE = {"width": 360, "height": 740}


class Person:
    """Somebody with a phone of 360 pixels: signs in, looks at pages, and every page looked at is checked with axe."""

    def __init__(self, browser, portal: Portal, username: str = "", viewport: dict[str, int] = PHONE):
        self.portal = portal
        self.context = browser.new_context(viewport=viewport, locale="id-ID")
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda m: self.problems.append(m.text) if "Content Security" in m.text else None)
        if username:
            self.sign_in(username)

    def sign_in(self, username: str) -> None:
        self.go("/masuk/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", self.portal.password)
        self.press("Masuk")

    def go(self, path: str, expect: int = 200) -> None:
        answer = self.page.goto(self.portal.url + path)
        assert answer.status == expect, f"{path}: {answer.status}"

    def press(self, words: str) -> None:
        """Press the button of these words in the main part and wait for the next page."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=words, exact=True).first.click()

    def check_access(self) -> None:
        """Nothing on the page keeps anybody out, as far as axe can tell."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == [], self.page.url

    def look(self) -> str:
        """Check the page: accessible, nothing refused by the policy, no sideways scroll; answers its words."""
        self.check_access()
        assert self.problems == [], self.page.url
        assert not self.page.evaluate("document.documentElement.scrollWidth > innerWidth"), self.page.url
        return self.page.inner_text("body")

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def person(chromium, portal):
    """Makes persons; their browsers are closed at the end."""
    made: list[Person] = []

    def make(username: str = "", **options) -> Person:
        made.append(Person(chromium, portal, username, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
