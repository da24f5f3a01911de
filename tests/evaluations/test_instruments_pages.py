"""The pages of instruments as an editor uses them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from evaluations import instrument_excel, instrument_yaml
from evaluations.instrument_content import content_of
from evaluations.models import Instrument
from evaluations.services import instruments as service
from tests.registry.factories import make_officer

from .instrument_contents import sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


@pytest.fixture
def page(editor, settings):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(editor)
    return client


@pytest.fixture
def draft(editor):
    return service.import_content(actor=editor, content=sound())


def url(name, *more, code="uji", version=1):
    return reverse(name, args=[code, version, *more])


def stands():
    return content_of(Instrument.objects.whole().get(code="uji"))


def fields_of(response) -> dict[str, str]:
    """What a browser would send back of the forms of a page."""
    sent = {"base": response.context["base"]}
    for name in ("form", "unassessable"):
        if name in response.context:
            sent |= _sent(response.context[name])
    for name in ("rows", "levels", "evidence"):
        for form in response.context.get(name) or ():
            sent |= _sent(form)
    for section in getattr(response.context.get("tree"), "sections", ()):
        for form in section.forms():
            sent |= _sent(form)
    return sent


def _sent(form) -> dict[str, str]:
    return {field.html_name: "" if field.value() in (None, False) else field.value() for field in form}


PARTS = [
    ("instrument_settings", []),
    ("instrument_rows", ["bintang"]),
    ("instrument_rows", ["jalur"]),
    ("instrument_rows", ["aturan-jalur"]),
    ("instrument_rows", ["minimum"]),
    ("instrument_section", ["bersama", "A"]),
    ("instrument_criterion", ["bersama", "A", "A1"]),
    ("instrument_criterion", ["tenun-busana", "C", "C1"]),
    ("instrument_points", ["bersama"]),
    ("instrument_points", ["kriya"]),
    ("instrument_points", ["makanan-minuman"]),
]


@pytest.mark.parametrize(("name", "args"), PARTS)
def test_saving_a_form_as_it_stands_changes_nothing(page, draft, name, args):
    address = url(name, *args)

    answer = page.post(address, fields_of(page.get(address)))

    assert answer.status_code == 302
    assert stands() == sound()
    draft.refresh_from_db()
    assert draft.lock_version == 0


@pytest.mark.parametrize(
    ("name", "args", "typed", "place", "value"),
    [
        ("instrument_settings", [], {"name": "Baru"}, ("name",), "Baru"),
        ("instrument_rows", ["bintang"], {"baris-1-from": "45,5"}, ("bands", 1, "from"), "45.5"),
        ("instrument_rows", ["minimum"], {"baris-0-at_least": "21"}, ("minimum_sections", 0, "at_least"), "21"),
        ("instrument_rows", ["aturan-jalur"], {"baris-0-criterion": "A2"}, ("path_rules", 0, "when", "criterion"), "A2"),
        ("instrument_section", ["bersama", "A"], {"points": "61"}, ("sections", 0, "points"), "61"),
        (
            "instrument_criterion",
            ["bersama", "A", "A1"],
            {"tingkat-1-points": "11"},
            ("sections", 0, "criteria", 0, "levels", 1, "points"),
            "11",
        ),
        ("instrument_points", ["kriya"], {"bersama-A-A1-2-points": "12"}, ("sections", 0, "criteria", 0, "levels", 1, "points"), "12"),
    ],
)
def test_a_change_of_each_form_is_saved(page, draft, name, args, typed, place, value):
    address = url(name, *args)

    answer = page.post(address, fields_of(page.get(address)) | typed)

    assert answer.status_code == 302
    found = stands()
    for part in place:
        found = found[part]
    assert found == value


def test_rows_are_added_removed_and_left_out(page, draft):
    address = url("instrument_criterion", "bersama", "A", "A1")
    sent = fields_of(page.get(address))

    page.post(address, sent | {"tingkat-3-points": "5", "tingkat-3-name": "Sedang", "tingkat-2-remove": "1"})

    assert [level["points"] for level in stands()["sections"][0]["criteria"][0]["levels"]] == ["0", "5", "10"]


def test_new_parts_are_written(page, draft):
    page.post(url("instrument_section_new", "kriya"), {"base": 0, "code": "C", "name": "Mutu", "points": "40"})
    address = url("instrument_criterion_new", "kriya", "C")
    sent = fields_of(page.get(address)) | {"code": "C1", "name": "Rapi", "tingkat-0-points": "0", "tingkat-0-name": "Belum"}
    answer = page.post(address, sent | {"tingkat-1-points": "40", "tingkat-1-name": "Rapi"})

    assert answer.status_code == 302
    assert len(stands()["variants"][2]["sections"][0]["criteria"][0]["levels"]) == 2


@pytest.mark.parametrize(
    ("name", "args", "typed", "words"),
    [
        ("instrument_settings", [], {"name": " "}, "is missing"),
        ("instrument_settings", [], {"name": "a\x00b"}, "cannot be shown"),
        ("instrument_settings", [], {"validity_months": "dua"}, "whole number"),
        ("instrument_rows", ["bintang"], {"baris-0-from": "101"}, "between 0 and 100"),
        ("instrument_rows", ["bintang"], {"baris-0-stars": "1"}, "second time"),
        ("instrument_section", ["bersama", "A"], {"code": "a"}, "capital letter"),
        ("instrument_criterion", ["bersama", "A", "A1"], {"code": "A2"}, "second time"),
        ("instrument_criterion", ["bersama", "A", "A1"], {"tingkat-1-points": "x"}, "must be a number"),
        ("instrument_points", ["kriya"], {"bersama-A-points": "1.234"}, "two decimals"),
    ],
)
def test_what_does_not_fit_comes_back_with_words(page, draft, name, args, typed, words):
    address = url(name, *args)

    answer = page.post(address, fields_of(page.get(address)) | typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert stands() == sound()


def test_the_second_editor_sees_both_and_may_save_again(page, draft, editor):
    address = url("instrument_criterion", "bersama", "A", "A1")
    sent = fields_of(page.get(address)) | {"name": "Punya saya"}
    service.edit(actor=editor, instrument=draft, base=0, change=lambda c: {**c, "note": "Lain"})

    answer = page.post(address, sent)

    assert answer.status_code == 409
    assert "Somebody else changed this instrument" in answer.content.decode()
    assert "<del>Bahan</del>" in answer.content.decode()
    assert page.post(address, sent | {"base": answer.context["base"]}).status_code == 302
    assert (stands()["note"], stands()["sections"][0]["criteria"][0]["name"]) == ("Lain", "Punya saya")


@pytest.mark.parametrize("base", ["", "x", "-1", "9" * 30, "١"])
def test_a_base_nobody_was_given_is_a_conflict(page, draft, base):
    sent = fields_of(page.get(url("instrument_settings"))) | {"name": "Baru", "base": base}

    assert page.post(url("instrument_settings"), sent).status_code == 409


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("instrument_rows", ["lain"]),
        ("instrument_section", ["bersama", "Z"]),
        ("instrument_section", ["mesin", "C"]),
        ("instrument_section_new", ["mesin"]),
        ("instrument_criterion", ["bersama", "A", "A9"]),
        ("instrument_points", ["mesin"]),
    ],
)
def test_what_is_not_there_is_not_found(page, draft, name, args):
    assert page.get(url(name, *args)).status_code == 404


def act(page, name, **sent):
    return page.post(url("instrument_act"), {"act": name, "base": 0, "family": "bersama", "section": "A", **sent})


def test_parts_are_moved_and_removed_by_buttons(page, draft):
    act(page, "down", criterion="A1")
    assert [one["code"] for one in stands()["sections"][0]["criteria"]] == ["A2", "A1"]

    act(page, "remove", criterion="A2", base=1)
    assert [one["code"] for one in stands()["sections"][0]["criteria"]] == ["A1"]
    assert act(page, "lain").status_code == 404


def test_publishing_lists_every_problem_with_a_link_to_its_place(page, editor):
    content = sound()
    content["sections"][0]["points"] = "59.99"
    content["bands"][2]["from"] = "1"
    service.import_content(actor=editor, content=content)

    text = page.get(url("instrument_publish")).content.decode()

    for name, *args in (("instrument_rows", "bintang"), ("instrument_section", "bersama", "A"), ("instrument_points", "tenun-busana")):
        assert url(name, *args) in text
    assert "99,99" in text
    page.post(url("instrument_publish"), {"base": 0})
    assert Instrument.objects.get().state == "draft"


def test_the_whole_life_by_pages(page, draft):
    assert page.post(url("instrument_publish"), {"base": 0}).status_code == 302
    assert page.get(url("instrument_settings")).status_code == 302
    act(page, "copy")
    address = url("instrument_settings", version=2)
    page.post(address, fields_of(page.get(address)) | {"name": "Versi dua"})

    text = page.get(url("instrument_difference", version=2)).content.decode()
    assert "<del>Instrumen uji</del>" in text
    assert "<ins>Versi dua</ins>" in text
    page.post(url("instrument_act", version=2), {"act": "discard", "base": 1})
    act(page, "retire")
    assert [one.state for one in Instrument.objects.all()] == ["retired"]


def test_a_proposal_is_called_so_wherever_it_shows(page, draft):
    pages = [reverse("instruments"), url("instrument"), url("instrument_publish"), url("instrument_settings"), url("instrument_difference")]
    for address in pages:
        assert "Proposal</span>" in page.get(address).content.decode(), address


@pytest.mark.parametrize(("ending", "load"), [("yaml", instrument_yaml.load), ("xlsx", instrument_excel.load)])
def test_what_is_given_out_is_taken_back(page, draft, ending, load):
    answer = page.get(url("instrument_export", ending))
    assert load(answer.content) == sound()
    assert f'filename="instrumen-uji-v1.{ending}"' in answer["Content-Disposition"]

    page.post(url("instrument_publish"), {"base": 0})
    page.post(reverse("instrument_import"), {"upload": SimpleUploadedFile("x", answer.content)})

    second = Instrument.objects.whole().get(version=2)
    assert (second.copied_from.version, content_of(second)) == (1, sound())


def test_a_faulty_file_comes_back_with_all_its_faults(page, world):
    content = sound()
    content["sections"][0]["points"] = "59.99"
    upload = SimpleUploadedFile("x.xlsx", instrument_excel.dump(content))

    answer = page.post(reverse("instrument_import"), {"upload": upload})

    assert answer.status_code == 422
    assert answer.content.decode().count("99,99") == 2
    assert "Bagian!D2" in answer.content.decode()
    upload.seek(0)
    assert page.post(reverse("instrument_import"), {"upload": upload, "unfinished": "on"}).status_code == 302


def test_a_file_beside_a_draft_or_far_too_large_is_refused_in_words(page, draft):
    beside = page.post(reverse("instrument_import"), {"upload": SimpleUploadedFile("x", instrument_yaml.dump(sound()))})
    large = page.post(reverse("instrument_import"), {"upload": SimpleUploadedFile("x", b"x" * (10 * 1024 * 1024))})

    assert "being written already" in beside.content.decode()
    assert large.status_code in (400, 413, 422)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_queries(page, editor, count, django_assert_num_queries):
    for number in range(count):
        service.import_content(actor=editor, content=sound(code=f"uji-{number}"))

    with django_assert_num_queries(LIST_QUERIES):
        page.get(reverse("instruments"))


@pytest.mark.parametrize("families", [1, 2])
def test_the_tree_asks_a_constant_number_of_queries(page, editor, families, django_assert_num_queries):
    content = sound()
    content["variants"] = content["variants"][:families]
    service.import_content(actor=editor, content=content)

    with django_assert_num_queries(TREE_QUERIES):
        page.get(url("instrument"))


LIST_QUERIES, TREE_QUERIES = 8, 16
