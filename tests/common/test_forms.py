"""Fields take what people type, show it back readably, and tell assistive technology what is wrong."""

from decimal import Decimal

import pytest
from django import forms

from common.forms import CountField, PlainTextField, QuantityField, RupiahField


class Sample(forms.Form):
    name = PlainTextField(max_length=10, label="Nama", help_text="Seperti pada kemasan.")
    price = RupiahField(label="Harga", help_text="Satu kemasan.")
    members = CountField(label="Anggota", max_value=500, required=False)
    weight = QuantityField(label="Isi", suffix="gram", required=False)
    size = forms.ChoiceField(label="Ukuran", choices=[("s", "Kecil"), ("l", "Besar")], widget=forms.RadioSelect)
    borrowed = forms.BooleanField(label="Dipinjam", required=False)


def filled(**changes):
    return Sample({"name": "Kopi", "price": "45 ribu", "members": "1", "weight": "2,5", "size": "s", **changes})


def test_typed_numbers_become_numbers():
    form = filled()

    assert form.is_valid(), form.errors
    assert form.cleaned_data["price"] == 45000
    assert form.cleaned_data["weight"] == Decimal("2.5")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("price", "empat puluh"), ("members", "501"), ("weight", "1,2345"), ("name", "a\x00b"), ("name", "terlalu panjang"), ("price", "")],
)
def test_a_wrong_answer_is_refused(field, typed):
    form = filled(**{field: typed})

    assert list(form.errors) == [field]


def test_stored_numbers_are_shown_grouped():
    form = Sample(initial={"price": 45000, "weight": Decimal("1250.500")})

    assert 'value="45.000"' in str(form["price"])
    assert 'value="1.250,5"' in str(form["weight"])


def test_unchanged_numbers_are_not_a_change():
    form = Sample({"name": "Kopi", "price": "45.000", "size": "s"}, initial={"name": "Kopi", "price": 45000, "size": "s"})

    assert form.changed_data == []


def test_row_order_and_description():
    html = filled(price="empat puluh")["price"].as_field_group()

    assert html.index("<label") < html.index("_helptext") < html.index("error-message") < html.index("<input")
    assert 'aria-describedby="id_price_helptext id_price_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="empat puluh"' in html
    assert '<div class="input-prefix"><span>Rp</span>' in html


def test_choices_are_a_group_with_a_legend():
    html = filled(size="x")["size"].as_field_group()

    assert "<fieldset" in html
    assert "<legend>Ukuran</legend>" in html
    assert html.count('<label class="choice"') == 2
    assert 'id="id_size_error"' in html


def test_summary_links_to_the_fields():
    html = str(filled(price="x", size="x"))

    assert 'href="#id_price"' in html
    assert 'href="#id_size"' in html
    assert 'id="id_size"' in html
    assert "Ada 2 isian yang perlu diperbaiki" in html
