"""The paper forms: A4, whole, with the producer's QR, and nothing typed by people is read as code."""

import pytest

from registry import paper
from registry.services.drafts import reloaded

from .factories import add_contact, make_producer, make_product

pytestmark = pytest.mark.usefixtures("world")


def test_blank_form_is_a_pdf_of_few_pages():
    content = paper.blank_form(make_producer(name="Desa Contoh Satu"))

    assert content.startswith(b"%PDF-")
    assert len(content) < 400_000
    assert b"/Count 2" in content  # one sheet of paper, both sides


@pytest.mark.parametrize("pillar", ["ovop", "osop", "ocop"])
def test_every_pillar_has_a_form_whose_qr_starts_a_product(pillar):
    producer = make_producer(pillar)

    assert paper.start_address(producer).endswith(f"/ruang/produk/baru/?unit={producer.code}")
    assert paper.blank_form(producer).startswith(b"%PDF-")


def test_filled_form_takes_hostile_text_as_text():
    product = make_product(make_producer(), name='#sys.inputs ] } $ "x" \\ `a` *b*')
    product.summary = '#eval("1") <label> @ref /* komentar */\nBaris kedua. \u202e terbalik'
    product.save()

    assert paper.filled_form(reloaded(product)).startswith(b"%PDF-")


def test_filled_form_leaves_the_contact_out_for_those_who_may_not_see_it(monkeypatch):
    product = make_product(make_producer())
    add_contact(product)
    seen = []
    monkeypatch.setattr(paper, "_compile", lambda data: seen.append(data) or b"")

    paper.filled_form(reloaded(product))
    paper.filled_form(reloaded(product), with_contact=False)

    assert [data["contact"]["phone"] for data in seen] == ["0812-3456-7890", ""]


def test_form_is_in_indonesian_whatever_the_screen_speaks(monkeypatch):
    seen = []
    monkeypatch.setattr(paper, "_compile", lambda data: seen.append(data) or b"")

    from django.utils import translation

    with translation.override("en"):
        paper.blank_form(make_producer())

    assert seen[0]["months"][4]["name"] == "Mei"
