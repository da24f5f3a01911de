"""Choosing a region: the field without JavaScript, and the list of places for those who have it."""

from __future__ import annotations

import json

import pytest
from django import forms
from django.urls import reverse

from regions.forms import RegionField
from regions.models import Region

pytestmark = pytest.mark.django_db
WARD = "Kelurahan Oesao, Kecamatan Kupang Timur, Kabupaten Kupang"


class PlaceForm(forms.Form):
    place = RegionField(level=4)


@pytest.mark.parametrize("text", [WARD, "53.01.06.1004", "kel. oesao, kec. kupang timur, kab. kupang", f"  {WARD.upper()} "])
def test_a_full_name_or_code_is_accepted(text):
    form = PlaceForm({"place": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["place"] == Region.objects.get(pk="53.01.06.1004")


def test_an_ambiguous_text_offers_choices_and_keeps_what_was_typed():
    form = PlaceForm({"place": "Oesao"})
    assert not form.is_valid()
    page = form.as_p()
    assert 'value="Oesao"' in page
    assert 'type="radio" name="place_choice" value="53.01.06.1004"' in page
    assert 'value="53.01.06.2015"' in page
    assert WARD in page


def test_the_chosen_radio_counts_while_the_text_is_the_same():
    data = {"place": "Oesao", "place_asked": "Oesao", "place_choice": "53.01.06.2015"}
    form = PlaceForm(data)
    assert form.is_valid()
    assert form.cleaned_data["place"].kind == "village"
    retyped = PlaceForm({**data, "place": "Beiwali"})
    assert not retyped.is_valid()
    assert "53.09.02" not in retyped.fields["place"].widget.asked


@pytest.mark.parametrize("text", ["53.09", "53.99.99.9999", "zzqqxx", "\x00", "<b>", "x" * 9000])
def test_a_text_that_is_no_region_of_the_level_is_refused(text):
    form = PlaceForm({"place": text})
    assert not form.is_valid()
    assert "<b>" not in form.as_p()


def test_only_regions_of_the_given_rows_are_accepted_and_offered():
    class Narrow(forms.Form):
        place = RegionField(queryset=Region.objects.within("53.01"))

    assert not Narrow({"place": "53.09"}).is_valid()
    form = Narrow({"place": "Bajawa"})
    assert not form.is_valid()
    assert all(region.code.startswith("53.01") for region in form.fields["place"].widget.offered)


def test_two_forms_do_not_share_their_choices():
    first = PlaceForm({"place": "Oesao"})
    first.is_valid()
    assert PlaceForm().fields["place"].widget.offered == []


def test_a_region_or_its_code_is_shown_as_full_name():
    assert WARD in PlaceForm(initial={"place": "53.01.06.1004"}).as_p()
    assert WARD in PlaceForm(initial={"place": Region.objects.get(pk="53.01.06.1004")}).as_p()


def test_an_unchanged_region_is_no_change():
    form = PlaceForm({"place": WARD}, initial={"place": "53.01.06.1004"})
    assert not form.has_changed()


@pytest.mark.parametrize(("typed", "rows"), [("Beiwali", 1), ("Oesao", 3)])
def test_the_list_of_places_takes_one_query(client, typed, rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get(reverse("region_search"), {"q": typed, "level": "4"})
    found = json.loads(answer.content)
    assert rows <= len(found) <= 10
    assert set(found[0]) == {"code", "full_name"}


@pytest.mark.parametrize(
    "query",
    [{}, {"q": ""}, {"q": "\x00"}, {"q": "x", "level": "9"}, {"q": "x", "level": "a"}, {"q": "oesao", "within": "\x00"}, {"q": "y" * 5000}],
)
def test_the_list_of_places_answers_anything(client, query):
    assert client.get(reverse("region_search"), query).status_code == 200


def test_the_list_of_places_is_for_reading(client):
    assert client.post(reverse("region_search")).status_code == 405
