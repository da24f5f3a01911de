"""A whole evaluation as people do it: round, panel, draw, two sheets far apart, a third, Rakor, close, decree, stars, certificate."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from tests.registry.pictures import picture

pytestmark = pytest.mark.browser

PRODUCT = "VCO Sion Nusak"
OWNER = "komunitas-jemaat-gmit-keka-nusak"
ROUND = "/penilaian/periode/evaluasi-uji-coba/"
CHAIR, SECRETARY, MEMBERS = "satgas-1", "satgas-2", ("satgas-3", "satgas-4", "satgas-5")
NOTHING_KEPT = "() => !Object.keys(localStorage).some((name) => name.startsWith('ovop-sheet:'))"
WIDE = {"width": 1280, "height": 800}


def day(offset: int) -> str:
    """A WITA day so many days from today, as a date field takes it."""
    return (dt.datetime.now(ZoneInfo("Asia/Makassar")).date() + dt.timedelta(days=offset)).isoformat()


def open_round(province) -> None:
    page = province.page
    province.go("/penilaian/periode/baru/")
    province.look()
    page.fill("[name=name]", "Evaluasi uji coba")
    for name, offset in (("documents_due_on", 0), ("scoring_opens_on", 0), ("scoring_closes_on", 5)):
        page.fill(f"[name={name}]", day(offset))
    province.press("Buka periode")
    province.go(f"{ROUND}peserta/pilih/?q={PRODUCT.replace(' ', '+')}")
    page.get_by_role("checkbox", name=re.compile(PRODUCT)).check()
    province.look()
    province.press("Masukkan yang dicentang")


def seat_panel(province) -> None:
    """Chair and secretary fill in no sheets, so that the three members are drawn."""
    names = ["Ketua Satgas (contoh)", "Sekretaris Satgas (contoh)", *(f"Penilai Satgas {number} (contoh)" for number in (3, 4, 5))]
    for name, role in zip(names, ("chair", "secretary", "member", "member", "member"), strict=True):
        province.go(f"{ROUND}panel/tambah/")
        province.page.select_option("[name=user]", label=name)
        province.page.select_option("[name=role]", role)
        if role != "member":
            province.page.uncheck("[name=scores]")
        province.press("Simpan")
    assert "Penilai Satgas 5" in province.look()


def begin_scoring(secretary) -> None:
    secretary.go(ROUND)
    secretary.press("Mulai pemeriksaan berkas")
    secretary.go(f"{ROUND}peserta/1/")
    secretary.look()
    secretary.page.check("[name=outcome][value=complete]")
    secretary.press("Simpan hasil pemeriksaan")
    secretary.go(ROUND)
    secretary.press("Lanjut ke sampel dan kunjungan")
    secretary.go(f"{ROUND}undi/")
    secretary.look()
    secretary.press("Undi")
    secretary.go(ROUND)
    secretary.look()
    secretary.press("Mulai penilaian")


def sheet_of(reviewer) -> str:
    """The address of the sheet of the product on the first page of a reviewer; empty for one without."""
    reviewer.go("/penilaian/")
    reviewer.look()
    block = reviewer.page.locator("section").filter(has=reviewer.page.get_by_role("heading", name="Evaluasi uji coba"))
    link = block.get_by_role("link", name=re.compile(PRODUCT))
    return link.first.get_attribute("href") if link.count() else ""


def fill_in(reviewer, path: str, *, best: bool) -> None:
    """Choose the highest or the second lowest level everywhere with a note, section by section, and send."""
    page = reviewer.page
    for section in "ABC":
        reviewer.go(f"{path}{section}/")
        names = page.eval_on_selector_all("main input[type=radio]", "all => [...new Set(all.map((one) => one.name))]")
        for name in names:
            levels = page.locator(f'input[name="{name}"]')
            levels.nth(levels.count() - 1 if best else 1).check()
        for note in page.locator("textarea[name^=comment-]").all():
            note.fill("Nota dan tempat kerja dilihat.")
            note.blur()
        page.wait_for_function(NOTHING_KEPT)
    reviewer.look()
    reviewer.go(path)
    reviewer.look()
    reviewer.press("Kirim lembar nilai")


def settle(chair) -> None:
    """A Rakor with its attendance, and the panel's decision on the one product."""
    page = chair.page
    chair.go(f"{ROUND}rakor/baru/")
    chair.look()
    page.fill("[name=title]", "Rakor uji coba")
    page.fill("[name=place]", "Aula Dinas PMD")
    page.fill("[name=starts_at]", f"{day(0)}T09:00")
    chair.press("Simpan")
    for box in page.locator("select[name^=mode-]").all():
        box.select_option("in_person")
    chair.press("Simpan kehadiran")
    chair.look()
    with page.expect_navigation():
        page.get_by_role("link", name="Produk berikutnya").click()
    assert "berselisih jauh" in chair.look()
    page.check("[name=method][value=median]")
    page.fill("[name=reason]", "Penilai ketiga menguatkan nilai yang tinggi.")
    chair.press("Simpan keputusan")


def establish(province) -> None:
    province.go(f"{ROUND}sk/")
    province.page.fill("[name=number]", "SK/UJI/1")
    province.page.fill("[name=decreed_on]", day(0))
    province.page.fill("[name=signer]", "Kepala Dinas PMD (contoh)")
    province.page.set_input_files("[name=upload]", files=[{"name": "ba.jpg", "mimeType": "image/jpeg", "buffer": picture()}])
    province.look()
    province.press("Tetapkan hasil")


def card_of(reader):
    """The card of the product in the catalogue."""
    return reader.page.locator("main .card", has_text=PRODUCT)


def test_from_the_round_to_the_stars(person):
    province, chair, secretary = person("provinsi", viewport=WIDE), person(CHAIR), person(SECRETARY, viewport=WIDE)
    open_round(province)
    seat_panel(province)
    begin_scoring(secretary)

    members = [person(name) for name in MEMBERS]
    drawn = [one for one in members if sheet_of(one)]
    spare = next(one for one in members if one not in drawn)
    assert len(drawn) == 2
    fill_in(drawn[0], sheet_of(drawn[0]), best=True)
    assert not sheet_of(spare)
    fill_in(drawn[1], sheet_of(drawn[1]), best=False)
    fill_in(spare, sheet_of(spare), best=True)

    chair.go(ROUND)
    chair.press("Akhiri penilaian, lanjut ke Rakor")
    settle(chair)
    chair.go(f"{ROUND}tutup/")
    chair.look()
    chair.page.check("[name=sure]")
    chair.press("Tutup periode penilaian")
    assert PRODUCT in chair.look()
    anybody = person()
    anybody.go("/produk/?q=VCO")
    assert "Bintang OVOP NTT" not in card_of(anybody).inner_text()

    establish(province)
    assert "SK/UJI/1" in province.look()
    anybody.go("/produk/?q=VCO")
    anybody.look()
    assert "Bintang OVOP NTT" in card_of(anybody).inner_text()

    owner = person(OWNER)
    owner.go("/ruang/penilaian/")
    owner.look()
    with owner.page.expect_navigation():
        owner.page.get_by_role("link", name=re.compile("hasil", re.IGNORECASE)).first.click()
    assert "SK/UJI/1" in owner.look()
    certificate = owner.page.get_by_role("link", name=re.compile("sertifikat")).first.get_attribute("href")
    answer = owner.context.request.get(owner.portal.url + certificate)
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
