"""The main job as people do it: from a village's phone to the public catalogue, and a change of it afterwards."""

import re

import pytest

from tests.registry.pictures import picture

pytestmark = pytest.mark.browser

NAME = "Kopi Arabika Beiwali"


def code_of(page) -> str:
    return re.search(r"NTT-\w{4}-\w\w", page.url).group()


def describe(head) -> str:
    """The head writes the product step by step; answers its code."""
    page = head.page
    head.go("/ruang/")
    assert "Desa Beiwali" in head.look()
    head.go("/ruang/produk/baru/")
    head.look()
    page.fill("[name=name]", NAME)
    head.press("Mulai")
    page.select_option("[name=category]", "kopi-teh-kakao")
    page.fill("[name=summary]", "Kopi dari kebun di kaki gunung. Dipetik merah dan dijemur di para-para.")
    head.look()
    head.press("Simpan dan lanjut")
    page.fill("[name=maker-name]", "Kelompok Tani Contoh")
    page.fill("[name=contact-name]", "Narahubung Contoh")
    page.fill("[name=contact-phone]", "0812 3456 7890")
    head.look()
    head.press("Simpan dan lanjut")
    send_photo(page, "kopi")
    head.look()
    head.press("Lanjut")
    page.fill("[name=variants-0-net_content]", "250")
    page.select_option("[name=variants-0-unit]", "g")
    page.fill("[name=variants-0-price]", "45 ribu")
    head.look()
    head.press("Simpan dan lanjut")
    return code_of(page)


def send_photo(page, seed: str) -> None:
    """Choose a photo; the script makes it smaller and sends it, and the list says it has arrived."""
    before = page.locator(".file-row").filter(has_text="Terkirim").count()
    page.locator("input[type=file]").first.set_input_files(
        files=[{"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": picture(color=(90, 60, 30 + 10 * before))}]
    )
    page.locator(".file-row").filter(has_text="Terkirim").nth(before).wait_for(timeout=30_000)


def send(head, code: str) -> None:
    head.go(f"/ruang/produk/{code}/kirim/")
    assert "Rp\u00a045.000" in head.look()
    head.page.check("[name=declaration]")
    head.press("Kirim")
    assert "Dikirim" in head.look()


def open_on_desk(officer, name: str) -> None:
    officer.go("/admin/verifikasi/")
    officer.look()
    with officer.page.expect_navigation():
        officer.page.get_by_role("link", name=name, exact=True).first.click()
    officer.press("Saya periksa")


def mark(officer, label: str, note: str) -> None:
    row = officer.page.locator(".diff").filter(has=officer.page.locator(".label", has_text=re.compile(rf"^{label}"))).first
    row.locator("summary").click()
    row.locator("textarea").fill(note)
    row.get_by_role("button", name="Tandai").last.click()
    officer.page.locator(".diff.flagged", has_text=note).wait_for()


def accept(officer, name: str, words: str) -> None:
    open_on_desk(officer, name)
    officer.look()
    # A photo is prepared by the worker within seconds; the button says why it waits.
    for _ in range(20):
        button = officer.page.get_by_role("button", name=words, exact=True).first
        if button.count() and button.get_attribute("aria-disabled") != "true":
            break
        officer.page.wait_for_timeout(500)
        officer.page.reload()
    officer.press(words)


def test_from_a_phone_to_the_catalogue_and_back(person):
    head, regency, province, anybody = person("desa-beiwali"), person("kab-ngada"), person("provinsi"), person()
    code = describe(head)
    send(head, code)

    open_on_desk(regency, NAME)
    regency.look()
    mark(regency, "Nama produk", "Tulis seperti pada kemasan.")
    mark(regency, "Tentang produk", "Siapa yang menjemur?")
    regency.press("Kembalikan")
    assert "WhatsApp" in regency.look()

    head.go("/ruang/profil/53.09.06.2009/")
    assert "Narahubung Contoh" in head.look()
    head.go("/profil/narahubung/")
    head.look()
    regency.go("/admin/narahubung/")
    assert "Narahubung Contoh" in regency.look()

    head.go("/ruang/")
    assert "Perbaiki 2 bagian" in head.look()
    head.go(f"/ruang/produk/{code}/perbaiki/")
    head.look()
    head.page.fill("[name=name]", f"{NAME} Asli Ngada")
    head.page.fill("[name=summary]", "Kopi dari kebun di kaki gunung. Ibu-ibu kelompok menjemurnya di para-para.")
    head.page.check("[name=declaration]")
    head.press("Kirim perbaikan")

    accept(regency, f"{NAME} Asli Ngada", "Terima")
    accept(province, f"{NAME} Asli Ngada", "Tampilkan untuk umum")

    anybody.go("/produk/?q=kopi+arabica+beiwaly")
    assert f"{NAME} Asli Ngada" in anybody.look()
    anybody.go(f"/produk/{code}/")
    assert "45.000" in anybody.look()
    anybody.go(f"/k/{code}")
    assert "Terdaftar" in anybody.look()
    anybody.go("/k/NTT-0000-00", expect=404)
    anybody.look()

    head.go(f"/ruang/produk/{code}/tentang/")
    head.page.fill("[name=name]", "Kopi Nama Baru")
    head.press("Simpan dan lanjut")
    anybody.go(f"/produk/{code}/")
    assert "Kopi Nama Baru" not in anybody.look()
    send(head, code)
    accept(regency, "Kopi Nama Baru", "Terima")
    accept(province, "Kopi Nama Baru", "Tampilkan untuk umum")
    anybody.go(f"/produk/{code}/")
    assert "Kopi Nama Baru" in anybody.look()


PUBLIC = ["/", "/produk/", "/peta/", "/data/", "/tentang/", "/cara-mendaftar/", "/bantuan/", "/aksesibilitas/", "/privasi/"]
PUBLIC += ["/periksa/", "/kabupaten/53.09/", "/kabupaten/53.06/", "/masuk/", "/aktivasi/", "/lupa-sandi/"]


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
def test_public_pages_are_accessible(person, viewport):
    anybody = person(viewport=viewport)
    for path in PUBLIC:
        anybody.go(path)
        anybody.look()


def test_staff_pages_are_accessible_on_a_phone(person):
    officer = person("kab-kupang")
    for path in ("/admin/", "/admin/verifikasi/", "/admin/akun/", "/admin/aduan/", "/admin/narahubung/", "/admin/registry/producer/"):
        officer.go(path)
        officer.look()
    province = person("provinsi")
    province.go("/admin/registry/checkerrule/add/")  # with searchable choice boxes, which name themselves a moment after loading
    province.page.wait_for_selector(".select2-selection[aria-label]")
    assert province.problems == []  # asked first: axe itself styles these boxes for a moment, which the policy refuses
    province.check_access()
