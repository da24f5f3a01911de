"""Bad luck with a portal that is really running: the database restarts in mid-send, slow lines hold uploads for minutes."""

import os
import signal
import socket
import statistics
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.live.conftest import Person, Portal
from tests.registry.pictures import picture

pytestmark = pytest.mark.browser

SLOW_BYTES_A_SECOND = 50_000 // 8  # 50 kbit/s
# The whole check keeps to one minute; the five minutes that are asked for run with SLOW_UPLOAD_SECONDS=300 (docs/speed.md).
SLOW_SECONDS = int(os.environ.get("SLOW_UPLOAD_SECONDS", "60"))
PHONES = 12
VISITED = ("/", "/produk/", "/produk/?q=tenun", "/peta/", "/masuk/", "/ruang/", "/ruang/produk/")


def database_of(portal: Portal) -> int:
    """The process of the portal's own database server."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command, where = (entry / "cmdline").read_bytes(), os.readlink(entry / "cwd")
            except OSError:
                continue
            if command.split(b"\0")[0].endswith(b"/postgres") and where.startswith(str(portal.folder)):
                return int(entry.name)
    raise AssertionError("the portal's database server is not running")


def complete_product(head: Person, name: str) -> str:
    """Everything sending asks for, typed in; answers the code."""
    page = head.page
    head.go("/ruang/produk/baru/")
    page.fill("[name=name]", name)
    head.press("Mulai")
    page.select_option("[name=category]", "anyaman")
    page.fill("[name=summary]", "Keranjang dari bambu kebun sendiri. Dianyam ibu-ibu kelompok.")
    head.press("Simpan dan lanjut")
    page.fill("[name=maker-name]", "Kelompok Anyam Contoh")
    head.press("Simpan dan lanjut")
    page.locator("input[type=file]").first.set_input_files(
        files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(color=(10, 120, 60))}]
    )
    page.locator(".file-row").filter(has_text="Terkirim").first.wait_for(timeout=30_000)
    head.press("Lanjut")
    page.check("[name=price_on_request]")
    page.select_option("[name=variants-0-unit]", "piece")
    head.press("Simpan dan lanjut")
    return page.url.split("/produk/")[1].split("/")[0]


def test_the_database_restarts_while_a_product_is_sent(person, portal):
    head = person("desa-beiwali")
    code = complete_product(head, "Keranjang Bambu")
    head.go(f"/ruang/produk/{code}/kirim/")
    head.page.check("[name=declaration]")
    os.kill(database_of(portal), signal.SIGKILL)
    with head.page.expect_navigation(wait_until="commit", timeout=30_000) as answer:
        head.page.locator("main").get_by_role("button", name="Kirim", exact=True).first.click()
    assert answer.value is None or answer.value.status == 503
    time.sleep(2)
    portal.wait_until_ready()

    head.go(f"/ruang/produk/{code}/kirim/")
    head.page.check("[name=declaration]")
    head.press("Kirim")
    words = head.look()
    assert "Dikirim" in words


def test_slow_uploads_do_not_hold_up_anybody(person, portal):
    head = person("desa-beiwali")
    code = complete_product(head, "Keranjang Lontar")
    cookies = {cookie["name"]: cookie["value"] for cookie in head.context.cookies()}
    answers: list[tuple[int, float]] = []
    phones = [threading.Thread(target=slow_upload, args=(portal, code, cookies, answers, number)) for number in range(PHONES)]
    for phone in phones:
        phone.start()
    waits = []
    while any(phone.is_alive() for phone in phones):
        path = VISITED[len(waits) % len(VISITED)]
        waits.append(page_time(portal, path, cookies if path.startswith("/ruang/") else {}))
        time.sleep(0.2)
    shortest = min(seconds for _status, seconds in answers)
    print(
        f"{len(waits)} pages beside {PHONES} uploads of {shortest:.0f} s and more: median {statistics.median(waits):.3f} s,"
        f" 95 in 100 within {sorted(waits)[len(waits) * 95 // 100]:.3f} s, longest {max(waits):.2f} s"
    )
    assert shortest >= SLOW_SECONDS
    assert statistics.median(waits) < 1
    assert max(waits) < 10
    # Eight photos are the limit and one is there already: every upload is answered, the first seven are taken.
    assert sorted(status for status, _seconds in answers) == [200] * 7 + [422] * 5


def page_time(portal: Portal, path: str, cookies: dict[str, str]) -> float:
    began = time.monotonic()
    request = urllib.request.Request(portal.url + path, headers={"Cookie": cookie_line(cookies)})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
        assert answer.status == 200
        assert answer.url == request.full_url  # a signed-in page, not the way to the sign-in
        answer.read()
    return time.monotonic() - began


def cookie_line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def slow_photo(number: int) -> bytes:
    """A picture of as many bytes as the slow line carries in SLOW_SECONDS, another one for each number."""
    photo = picture(color=(number * 20, 90, 60))
    return photo + bytes(SLOW_BYTES_A_SECOND * SLOW_SECONDS - len(photo))


def slow_upload(portal: Portal, code: str, cookies: dict[str, str], answers: list[tuple[int, float]], number: int) -> None:
    """One photo sent byte by byte at 50 kbit/s, as a phone on EDGE does."""
    edge = "----slow"
    parts = [("csrfmiddlewaretoken", cookies["csrftoken"]), ("kind", "product"), ("alt", "")]
    head = "".join(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts)
    head += f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = head.encode() + slow_photo(number) + f"\r\n--{edge}--\r\n".encode()
    host, port = portal.url.removeprefix("http://").split(":")
    request = (
        f"POST /ruang/produk/{code}/foto/ HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie_line(cookies)}\r\nAccept: application/json\r\n"
        f"Content-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    began = time.monotonic()
    with socket.create_connection((host, int(port)), timeout=SLOW_SECONDS * 3) as line:
        line.sendall(request.encode())
        for start in range(0, len(body), SLOW_BYTES_A_SECOND):
            line.sendall(body[start : start + SLOW_BYTES_A_SECOND])
            time.sleep(1)
        answers.append((int(line.recv(400).split()[1]), time.monotonic() - began))
