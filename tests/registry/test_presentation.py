"""How the fields of a snapshot read: every visible field has a label and words."""

import datetime as dt

import pytest
from django.utils.translation import override

from registry import permits, presentation, snapshot
from registry.models import Permit, Product

from .factories import add_contact, make_producer, make_product

pytestmark = pytest.mark.usefixtures("world")


def content(**fields):
    product = make_product(make_producer("osop", level="smk"), **fields)
    add_contact(product)
    permit = Permit.objects.create(producer=product.producer, kind="pirt", number="P-1", expires_on=dt.date(2026, 1, 31))
    permit.products.add(product)
    return snapshot.build(Product.objects.with_parts().get(pk=product.pk))


def test_every_visible_field_has_a_label_and_a_value_in_words():
    with override("en"):
        for field, value in snapshot.visible_fields(content(months=[1, 2], capacity_peak="12.50", capacity_unit="kg")):
            assert presentation.label(field, value)
            assert isinstance(presentation.display(field, value), presentation.Shown)


def test_values_are_written_as_people_read_them():
    with override("en"):
        shown = {
            f: presentation.display(f, v).lines
            for f, v in snapshot.visible_fields(content(months=[1, 3], capacity_peak="12.50", capacity_unit="kg"))
        }
    assert shown["variants"] == ["250 g: Rp\u00a045.000"]
    assert shown["months"] == ["January, March"]
    assert shown["capacity"] == ["In season: 12,5 kg a month"]
    assert shown["contact"][:2] == ["Narahubung Contoh", "0812-3456-7890"]
    assert "Level: SMK" in shown["producer"]


def test_a_permit_is_judged_on_the_day_it_is_read():
    field, value = next((f, v) for f, v in snapshot.visible_fields(content()) if f.startswith("permit:"))
    assert presentation.label(field, value) == "P-IRT"
    assert permits.validity(value, dt.date(2026, 1, 31)).is_expired is False
    assert permits.validity(value, dt.date(2026, 2, 1)).is_expired is True


@pytest.mark.parametrize(
    ("ends", "line"),
    [("", "No end date"), ("2020-01-31", "Expired since 31 Jan 2020"), ("2999-01-31", "Valid until 31 Jan 2999")],
)
def test_a_permit_ends_with_what_today_says_of_it(ends, line):
    value = {"kind": "pirt", "number": "P-1", "issuer": "Dinas", "collective": "", "expires_on": ends}
    with override("en"):
        shown = presentation.display("permit:1", value)
    assert shown.lines == ["P-IRT P-1", "Dinas", line]
    assert shown.permit.is_expired is (ends == "2020-01-31")


def test_what_is_not_there_is_empty():
    assert presentation.display("story", "").is_empty
    assert presentation.display("photo:abc", None).is_empty
    assert presentation.display("months", []).is_empty
