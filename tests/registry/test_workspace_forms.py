"""Writing a product in the workspace: by a script and without one, on two devices, with hostile and half-typed text."""

from __future__ import annotations

import re
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.states import Role
from registry.models import Contact, Enterprise, Permit, Producer, Product, ProductVariant, StoredImage
from registry.services import drafts
from registry.services.producers import profile_base
from registry.steps import STEP_BY_KEY, base_version

from . import steps
from .factories import SIBLING_VILLAGE, add_contact, give, make_head, make_officer, make_producer, make_product, make_user
from .test_workspace import entered, give_back

pytestmark = pytest.mark.usefixtures("world")
JSON = {"Accept": "application/json"}


@pytest.fixture
def product():
    return make_product(make_producer(name="Desa Contoh Satu"))


@pytest.fixture
def client(product):
    return entered(make_head(product.producer))


def address(product, key: str) -> str:
    return reverse("product_step", args=[product.code, key])


def base_of(product, key: str) -> dict[str, str]:
    return {f"base-{key}": base_version(drafts.reloaded(product), STEP_BY_KEY[key])}


def about(product, **values) -> dict:
    return {"name": product.name, "category": "kopi-teh-kakao", "summary": product.summary, **base_of(product, "about"), **values}


def price(product, **values) -> dict:
    variant = product.variants.get()
    row = {"key": variant.key, "net_content": "250", "unit": "g", "price": "45.000", "label": "", "barcode": ""} | values
    return {f"variants-0-{name}": value for name, value in row.items()} | base_of(product, "price")


# --- starting ---------------------------------------------------------------------------------------------------------


def test_starting_twice_with_one_key_makes_one_product():
    producer = make_producer()
    client = entered(make_head(producer))
    sent = {"key": uuid.uuid4(), "name": "Madu Hutan"}

    first = client.post(reverse("product_start"), sent)
    second = client.post(reverse("product_start"), sent)

    assert first["Location"] == second["Location"] == reverse("product_step", args=[Product.objects.get().code, "about"])


def test_a_key_used_for_another_producer_is_refused(product):
    other = make_producer(region=SIBLING_VILLAGE)
    answer = entered(make_head(other)).post(reverse("product_start"), {"key": product.key, "name": "Madu"})

    assert answer.status_code == 422
    assert not other.products.exists()


def test_names_nearly_the_same_are_told_while_one_types_and_never_refused(product):
    other = make_producer(region=SIBLING_VILLAGE, name="Desa Contoh Dua")
    client = entered(make_head(other))

    told = client.get(reverse("product_similar"), {"name": "Kopi Contooh"}).json()["similar"]
    started = client.post(reverse("product_start"), {"key": uuid.uuid4(), "name": "Kopi Contooh"}, follow=True)

    assert [row["name"] for row in told] == ["Kopi Contoh"]
    assert "Ada produk dengan nama hampir sama" in started.content.decode()
    assert Product.objects.filter(producer=other, name="Kopi Contooh").exists()


def test_names_of_another_regency_are_not_told(product):
    far = make_producer(region="53.05.01.2001")

    assert entered(make_head(far)).get(reverse("product_similar"), {"name": "Kopi Contoh"}).json() == {"similar": []}


def test_names_are_not_asked_for_another_unit(product):
    stranger = entered(make_head(make_producer(region=SIBLING_VILLAGE)))

    assert stranger.get(reverse("product_similar"), {"name": "Kopi", "unit": product.producer.code}).status_code == 404


def test_who_writes_for_several_units_is_asked_for_whom():
    companion = make_user()
    for region in (None, SIBLING_VILLAGE):
        give(companion, Role.COMPANION, producer=make_producer(**({"region": region} if region else {})))

    page = entered(companion).get(reverse("product_start")).content.decode()

    assert page.count("?unit=") == 2


# --- saving -----------------------------------------------------------------------------------------------------------


def test_the_ordinary_button_saves_and_goes_on(client, product):
    answer = client.post(address(product, "about"), about(product, name="Kopi Baru"))

    assert answer["Location"] == address(product, "maker")
    assert Product.objects.get(pk=product.pk).name == "Kopi Baru"


def test_autosave_says_when_and_gives_the_next_base(client, product):
    answer = client.post(address(product, "about"), about(product, name="Kopi Baru"), headers=JSON).json()

    assert answer["saved"].startswith("Tersimpan ")
    assert answer["bases"] == base_of(product, "about")


def test_the_same_save_twice_gives_the_same_answer(client, product):
    sent = about(product, name="Kopi Baru")

    first = client.post(address(product, "about"), sent, headers=JSON)
    second = client.post(address(product, "about"), sent, headers=JSON)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["bases"] == second.json()["bases"]


def test_what_cannot_be_read_stays_while_its_neighbours_are_saved(client, product):
    sent = price(product, price="empat puluh ribu", net_content="500")

    script = client.post(address(product, "price"), sent, headers=JSON)
    page = client.post(address(product, "price"), {**sent, **base_of(product, "price")})

    variant = product.variants.get()
    assert "variants-0-price" not in script.json()["shown"]
    assert script.json()["errors"] == {"variants-0-price": ["Tulis dengan angka saja. Contoh: 25000"]}
    assert (variant.net_content, variant.price) == (500, 45000)
    assert page.status_code == 422
    assert 'value="empat puluh ribu"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [("1.500.000", 1500000), ("Rp 25.000", 25000), ("25 ribu", 25000), ("1,5 juta", 1500000), ("25rb", 25000), ("45000", 45000)],
)
def test_prices_as_people_type_them_are_shown_back(client, product, typed, rupiah):
    answer = client.post(address(product, "price"), price(product, price=typed), headers=JSON).json()

    assert product.variants.get().price == rupiah
    assert answer["shown"]["variants-0-price"] == f"{rupiah:,}".replace(",", ".")


def test_a_number_with_two_readings_is_refused_with_an_example(client, product):
    errors = client.post(address(product, "price"), price(product, price="1.500,5"), headers=JSON).json()["errors"]

    assert "Contoh" in errors["variants-0-price"][0]


def test_a_wrong_phone_keeps_the_stored_one_and_saves_the_name(client, product):
    contact = add_contact(product, name="Lama", phone="+6281234567890")
    sent = {"maker-name": "Kelompok Contoh", "contact-name": "Narahubung Baru", "contact-phone": "12", **base_of(product, "maker")}

    answer = client.post(address(product, "maker"), sent, headers=JSON).json()

    contact.refresh_from_db()
    assert "contact-phone" in answer["errors"]
    assert (contact.name, contact.phone) == ("Narahubung Baru", "+6281234567890")


@pytest.mark.parametrize("typed", ["0812 3456 7890", "62812-3456-7890", "+6281234567890"])
def test_phones_are_normalised_and_consent_is_kept_with_its_wording(client, product, typed):
    sent = {"maker-name": "Kelompok Contoh", "contact-name": "Orang (contoh)", "contact-phone": typed, "contact-consent": "on"}
    client.post(address(product, "maker"), sent | base_of(product, "maker"), headers=JSON)

    contact = Product.objects.get(pk=product.pk).contact
    assert (contact.phone, contact.is_public) == ("+6281234567890", True)
    assert contact.consent_version


def test_a_companion_enters_the_contact_of_the_paper(product):
    add_contact(product, name="Orang Lama", phone="+6281234567890")
    companion = make_user()
    give(companion, Role.COMPANION, producer=product.producer)
    client = entered(companion)

    assert "Orang Lama" in client.get(address(product, "maker")).content.decode()
    sent = {"maker-name": "Kelompok Contoh", "contact-name": "Orang Baru", "contact-phone": "081299999999", **base_of(product, "maker")}
    client.post(address(product, "maker"), sent)

    assert Contact.objects.get().name == "Orang Baru"


@pytest.mark.parametrize("role", [Role.PROVINCE_OFFICER, Role.VIEWER, Role.TRADE_OFFICER])
def test_who_may_not_write_sees_no_contact_in_the_workspace(product, role):
    add_contact(product, name="Orang Rahasia", phone="+6281234567890")
    reader = make_user()
    give(reader, role, regions=["53"])
    answer = entered(reader).get(address(product, "maker"))
    assert answer.status_code == 403
    assert "Orang Rahasia" not in answer.content.decode()


def test_correcting_the_makers_name_makes_no_second_maker(client, product):
    for name in ("Kelompok", "Kelompok Tani", "Kelompok Tani Maju"):
        client.post(address(product, "maker"), {"maker-name": name, "maker-members": "12", **base_of(product, "maker")}, headers=JSON)

    assert list(Enterprise.objects.values_list("name", "members")) == [("Kelompok Tani Maju", 12)]


def test_meeting_another_maker_by_name_overwrites_nothing(client, product):
    known = Enterprise.objects.create(producer=product.producer, name="Koperasi Contoh", members=40, legal_form="cooperative")
    make_product(product.producer, "Teh")

    client.post(address(product, "maker"), {"maker-name": "Koperasi Contoh", "maker-members": "3", **base_of(product, "maker")})

    known.refresh_from_db()
    assert (known.members, Product.objects.get(pk=product.pk).enterprise) == (40, known)


def test_a_maker_of_another_producer_is_not_taken(client, product):
    strange = Enterprise.objects.create(producer=make_producer(region=SIBLING_VILLAGE), name="Orang Lain")
    sent = {"maker-known": str(strange.pk), "maker-name": "Kelompok Contoh", **base_of(product, "maker")}

    client.post(address(product, "maker"), sent)

    assert Product.objects.get(pk=product.pk).enterprise.producer == product.producer
    strange.refresh_from_db()
    assert strange.name == "Orang Lain"


def test_more_women_than_members_is_said_at_the_field(client, product):
    sent = {"maker-name": "Kelompok Contoh", "maker-members": "5", "maker-women": "6", **base_of(product, "maker")}

    errors = client.post(address(product, "maker"), sent, headers=JSON).json()["errors"]

    assert list(errors) == ["maker-women"]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_row_sent_twice_is_one_row(client, product):
    key = uuid.uuid4()
    sent = price(product) | {"variants-1-key": key, "variants-1-net_content": "1", "variants-1-unit": "kg", "variants-1-price": "150 ribu"}

    client.post(address(product, "price"), sent, headers=JSON)
    again = client.post(address(product, "price"), sent, headers=JSON)

    assert again.status_code == 200
    assert product.variants.filter(is_active=True).count() == 2
    assert ProductVariant.objects.get(key=key).price == 150000


def test_rows_are_added_and_removed_without_scripts(client, product):
    added = client.post(address(product, "price"), price(product) | {"add_row": "1"}, follow=True)
    assert 'name="variants-1-unit"' in added.content.decode()

    key = uuid.uuid4()
    row = {"variants-1-key": key, "variants-1-net_content": "1", "variants-1-unit": "kg"}
    client.post(address(product, "price"), price(product) | row)
    client.post(address(product, "price"), price_of_two(product) | {"remove_row": "0"})

    assert list(product.variants.filter(is_active=True).values_list("key", flat=True)) == [key]


def price_of_two(product) -> dict:
    rows = enumerate(product.variants.filter(is_active=True))
    sent = {f"variants-{at}-{name}": getattr(row, name) or "" for at, row in rows for name in ("key", "unit")}
    return sent | base_of(product, "price")


def test_the_key_of_another_units_row_changes_nothing_there(client, product):
    strange = make_product(make_producer(region=SIBLING_VILLAGE)).variants.get()

    client.post(address(product, "price"), price(product, key=strange.key, price="1"), headers=JSON)

    strange.refresh_from_db()
    assert strange.price == 45000


def test_chain_shows_the_shares_of_each_place(client, product):
    sent = {
        "raw_material": "Buah kopi merah",
        "chain-harvest-price_after": "20.000",
        "chain-harvest-place": "village",
        "chain-sell-price_after": "25.000",
        "chain-sell-place": "outside",
        **base_of(product, "chain"),
    }
    client.post(address(product, "chain"), sent)
    page = client.get(address(product, "chain")).content.decode()

    assert ">80%<" in page
    assert ">20%<" in page


def test_half_a_chain_row_is_asked_for_and_the_stored_one_stays(client, product):
    whole = {"chain-sell-price_after": "25.000", "chain-sell-place": "ntt"}
    client.post(address(product, "chain"), whole | base_of(product, "chain"))

    answer = client.post(
        address(product, "chain"), {"chain-sell-price_after": "mahal", "chain-sell-place": "ntt", **base_of(product, "chain")}, headers=JSON
    )

    assert "chain-sell-price_after" in answer.json()["errors"]
    assert product.chain.get().price_after == 25000


def test_season_keeps_months_and_quantities(client, product):
    sent = {"months": ["12", "6"], "capacity-peak": "1.500", "capacity-lean": "12,5", "capacity-unit": "kg", **base_of(product, "season")}

    client.post(address(product, "season"), sent)

    fresh = Product.objects.get(pk=product.pk)
    assert (fresh.months, fresh.capacity_peak, float(fresh.capacity_lean)) == ([6, 12], 1500, 12.5)


# --- two devices ------------------------------------------------------------------------------------------------------


def test_two_devices_get_both_texts_and_lose_none(client, product):
    mine = about(product, name="Tulisan Saya")
    steps.save(make_head(product.producer), product, "about", name="Tulisan Lain")

    script = client.post(address(product, "about"), mine, headers=JSON)
    page = client.post(address(product, "about"), mine)

    row = script.json()["differences"][0]
    assert (script.status_code, row["stored"], row["typed"]) == (409, ["Tulisan Lain"], ["Tulisan Saya"])
    text = page.content.decode()
    assert page.status_code == 409
    assert 'value="Tulisan Saya"' in text
    assert "Tulisan Lain" in text
    assert "Pakai yang sudah tersimpan" in text
    assert Product.objects.get(pk=product.pk).name == "Tulisan Lain"


@pytest.mark.parametrize(("choice", "stands"), [("mine", "Tulisan Saya"), ("theirs", "Tulisan Lain")])
def test_the_choice_decides_and_the_rest_of_the_step_is_saved(client, product, choice, stands):
    steps.save(make_head(product.producer), product, "about", name="Tulisan Lain")
    sent = about(product, name="Tulisan Saya", summary="Kalimat satu. Kalimat dua yang baru.") | {"choice-name": choice}

    client.post(address(product, "about"), sent)

    fresh = Product.objects.get(pk=product.pk)
    assert (fresh.name, fresh.summary) == (stands, "Kalimat satu. Kalimat dua yang baru.")


def test_two_devices_writing_one_phone_number_notice(client, product):
    add_contact(product, name="Orang", phone="+6281234567890")
    old = base_of(product, "maker")
    other = {"maker-name": "Kelompok Contoh", "contact-name": "Orang", "contact-phone": "081111111111", **old}
    entered(make_head(product.producer)).post(address(product, "maker"), other)

    answer = client.post(address(product, "maker"), other | {"contact-phone": "082222222222"}, headers=JSON)

    assert answer.status_code == 409
    assert [row["key"] for row in answer.json()["differences"]] == ["contact"]


def test_rows_in_conflict_are_shown_in_words(client, product):
    old = price(product, price="50.000")
    variant = product.variants.get()
    steps.save(make_head(product.producer), product, "price", variants=[{"key": str(variant.key), "unit": "g", "price": 60000}])

    row = client.post(address(product, "price"), old, headers=JSON).json()["differences"][0]

    assert "60.000" in row["stored"][0]
    assert "50.000" in row["typed"][0]


def test_nothing_is_written_while_it_lies_on_a_desk(client, product):
    steps.send(make_head(product.producer), product)

    script = client.post(address(product, "about"), about(product, name="Terlambat"), headers=JSON)
    page = client.post(address(product, "about"), about(product, name="Terlambat"))

    assert (script.status_code, page.status_code) == (409, 422)
    assert "Terlambat" in page.content.decode()
    assert client.get(address(product, "about")).status_code == 302
    assert Product.objects.get(pk=product.pk).name == "Kopi Contoh"


# --- bad input --------------------------------------------------------------------------------------------------------


def test_ten_megabytes_of_text_get_a_plain_page(client, product):
    answer = client.post(address(product, "story"), {"story": "a" * 10 * 1024 * 1024})

    assert answer.status_code == 413


def test_a_text_too_long_stays_and_says_by_how_much(client, product):
    answer = client.post(address(product, "story"), {"story": "a" * 4100, **base_of(product, "story")})

    assert answer.status_code == 422
    assert "a" * 4100 in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Kopi \U0001f331 enak", "Kopi \U0001f331 enak"), ("Kopi\u202e hitam", "Kopi hitam"), ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0")],
)
def test_strange_characters_are_kept_or_cleaned(client, product, typed, kept):
    client.post(address(product, "about"), about(product, name=typed))

    assert Product.objects.get(pk=product.pk).name == kept


def test_a_nul_is_refused_in_words(client, product):
    answer = client.post(address(product, "about"), about(product, name="Kopi\x00"), headers=JSON)

    assert "name" in answer.json()["errors"]
    assert client.get(reverse("product_similar"), {"name": "Kopi\x00"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/ruang/produk/NTT-0000-00/",
        "/ruang/produk/%00/",
        "/ruang/produk/x'--/tentang/",
        "/ruang/profil/53.99/",
        "/ruang/produk/baru/?unit=%00",
    ],
)
def test_unknown_codes_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_markup_is_shown_as_text(client, product):
    client.post(address(product, "about"), about(product, name="<script>alert(1)</script>"))

    for url in (reverse("workspace_home"), address(product, "about"), reverse("product_send", args=[product.code])):
        assert "<script>alert" not in client.get(url).content.decode()


# --- permits ----------------------------------------------------------------------------------------------------------


def permit(**values) -> dict:
    return {"kind": "pirt", "number": "2065309010001-27", "holder": "producer", "expires_on": "31-12-2030", **values}


def test_a_permit_is_added_changed_and_taken_off(client, product):
    client.post(reverse("permit_new", args=[product.code]), permit())
    row = Permit.objects.get()
    url = reverse("permit_edit", args=[product.code, row.key])

    client.post(url, permit(issuer="Dinas Kesehatan Contoh"))
    assert "Dinas Kesehatan Contoh" in client.get(address(product, "permits")).content.decode()
    client.post(url, {"remove": "1"})

    assert not product.permits.exists()


def test_a_permit_of_another_unit_is_not_found(client, product):
    other = make_producer(region=SIBLING_VILLAGE)
    strange = Permit.objects.create(producer=other, kind="pirt", number="1")
    url = reverse("permit_edit", args=[product.code, strange.key])

    assert client.get(url).status_code == 404
    assert client.post(url, permit(number="2")).status_code == 404
    strange.refresh_from_db()
    assert strange.number == "1"


def test_days_out_of_order_are_said_at_the_field(client, product):
    answer = client.post(reverse("permit_new", args=[product.code]), permit(issued_on="2031-01-01"))

    assert answer.status_code == 422
    assert not Permit.objects.exists()


# --- sending ----------------------------------------------------------------------------------------------------------


def send_url(product) -> str:
    return reverse("product_send", args=[product.code])


def version(product) -> dict:
    return {"version": drafts.open_submission(product).lock_version}


def test_sending_twice_says_it_was_sent(client, product):
    sent = {"declaration": "on", **version(product)}

    first = client.post(send_url(product), sent, follow=True)
    second = client.post(send_url(product), sent, follow=True)

    assert (first.status_code, second.status_code) == (200, 200)
    assert "Terkirim." in second.content.decode()
    assert drafts.open_submission(product).versions.count() == 1


def test_without_the_declaration_nothing_is_sent(client, product):
    answer = client.post(send_url(product), version(product))

    assert answer.status_code == 422
    assert "Centang pernyataan" in answer.content.decode()
    assert drafts.open_submission(product).state == "draft"


def test_what_is_missing_is_listed_with_the_way_there(client, product):
    product.photos.all().delete()

    page = client.get(send_url(product)).content.decode()

    assert address(product, "photos") in page
    assert 'name="declaration"' not in page


def test_an_operator_without_leave_is_told_why(product):
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=product.producer)
    client = entered(operator)

    assert "belum mengizinkan" in client.get(send_url(product)).content.decode()
    assert client.post(send_url(product), {"declaration": "on", **version(product)}).status_code == 422


def test_a_companion_needs_the_signed_sheet(product):
    companion = make_user()
    give(companion, Role.COMPANION, producer=product.producer)
    client = entered(companion)

    assert 'name="evidence"' in client.get(send_url(product)).content.decode()
    answer = client.post(send_url(product), {"declaration": "on", **version(product)})

    assert answer.status_code == 422
    assert drafts.open_submission(product).state == "draft"


def test_a_companion_sends_with_the_signed_sheet_and_the_head_sees_it(product):
    companion = make_user()
    give(companion, Role.COMPANION, producer=product.producer)
    picture = BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "JPEG")
    sheet = SimpleUploadedFile("lembar.jpg", picture.getvalue(), "image/jpeg")

    answer = entered(companion).post(send_url(product), {"declaration": "on", "evidence": sheet, **version(product)})

    submission = drafts.open_submission(product)
    assert answer.status_code == 302
    assert (submission.state, submission.on_behalf, submission.evidence_id is not None) == ("submitted", True, True)
    page = entered(make_head(product.producer)).get(reverse("workspace_product", args=[product.code])).content.decode()
    assert "Dikirim oleh: Pendamping" in page
    assert "tanda tangan" in page


# --- correction -------------------------------------------------------------------------------------------------------


def fix_data(product, submission, **values) -> dict:
    return {"version": submission.lock_version, "declaration": "on", **values}


def test_only_the_flagged_parts_are_asked(product):
    head, _submission = give_back(product, name="Nama di kemasan?", variants="Apakah 45.000?")

    page = entered(head).get(reverse("product_fix", args=[product.code])).content.decode()

    assert 'name="name"' in page
    assert 'name="variants-0-price"' in page
    assert 'name="summary"' not in page
    assert "Apakah 45.000?" in page
    assert "Angka tampaknya keliru" in page


def test_mending_and_answering_is_sent_in_one_go(product):
    head, submission = give_back(product, name="Nama di kemasan?", variants="Apakah 45.000?")
    flag = submission.flags.get(field="variants")
    sent = fix_data(
        product,
        submission,
        name="Kopi Baru",
        **base_of(product, "about"),
        **price(product),
        **{f"keep-{flag.pk}": "on", f"reply-{flag.pk}": "Harga memang 45.000."},
    )

    answer = entered(head).post(reverse("product_fix", args=[product.code]), sent)

    fresh = drafts.open_submission(product)
    assert answer.status_code == 302
    assert (fresh.state, fresh.versions.count()) == ("submitted", 2)
    assert Product.objects.get(pk=product.pk).name == "Kopi Baru"
    flag.refresh_from_db()
    assert flag.reply == "Harga memang 45.000."


def test_an_unanswered_part_keeps_it_here_with_everything_typed(product):
    head, submission = give_back(product, name="Nama di kemasan?", variants="Apakah 45.000?")
    sent = fix_data(product, submission, name="Kopi Baru", **base_of(product, "about"), **price(product))

    answer = entered(head).post(reverse("product_fix", args=[product.code]), sent)

    assert answer.status_code == 422
    assert 'value="Kopi Baru"' in answer.content.decode()
    assert drafts.open_submission(product).state == "returned"


def test_a_correction_is_saved_while_one_types_without_being_sent(product):
    head, submission = give_back(product, name="Nama di kemasan?")
    sent = fix_data(product, submission, name="Kopi Baru", **base_of(product, "about"))

    answer = entered(head).post(reverse("product_fix", args=[product.code]), sent, headers=JSON)

    assert answer.json()["bases"] == base_of(product, "about")
    assert drafts.open_submission(product).state == "returned"
    assert Product.objects.get(pk=product.pk).name == "Kopi Baru"


def test_the_reply_to_a_flag_of_another_product_is_ignored(product):
    head, submission = give_back(product, name="Nama di kemasan?")
    other = make_product(make_producer(region=SIBLING_VILLAGE))
    _other_head, strange = give_back(other, name="Nama?")
    flag = strange.flags.get()

    sent = fix_data(
        product, submission, name="Kopi Baru", **base_of(product, "about"), **{f"keep-{flag.pk}": "on", f"reply-{flag.pk}": "x"}
    )
    entered(head).post(reverse("product_fix", args=[product.code]), sent)

    flag.refresh_from_db()
    assert flag.reply == ""


# --- profile ----------------------------------------------------------------------------------------------------------


def profile(producer, **values) -> dict:
    """The profile form of a village as it was opened now, with these values typed."""
    producer = Producer.objects.get(pk=producer.pk)
    return {"about": "", "bumdes_name": "", "kopdes_name": "", "website": "", "base-profile": profile_base(producer), **values}


def profile_url(producer) -> str:
    return reverse("producer_profile", args=[producer.code])


def test_the_profile_is_saved_and_not_yet_public():
    producer = make_producer()
    client = entered(make_head(producer))

    client.post(profile_url(producer), profile(producer, about="Desa di lereng gunung.", bumdes_name="BUM Desa Contoh"))

    producer = Producer.objects.get()
    assert (producer.about, producer.village_profile.bumdes_name) == ("Desa di lereng gunung.", "BUM Desa Contoh")


def test_the_profile_is_saved_while_one_types_under_the_next_base():
    producer = make_producer()
    client = entered(make_head(producer))
    first = client.post(profile_url(producer), profile(producer, about="Desa", website="contoh.desa.id"), headers=JSON).json()

    second = client.post(profile_url(producer), {"about": "Desa kami", "base-profile": first["bases"]["base-profile"]}, headers=JSON)

    assert re.fullmatch(r"Tersimpan \d\d\.\d\d", first["saved"])
    assert first["shown"]["website"] == "https://contoh.desa.id"
    assert second.status_code == 200
    assert Producer.objects.get().about == "Desa kami"


def test_what_cannot_be_read_in_a_profile_stays_while_its_neighbours_are_saved():
    producer = make_producer()
    client = entered(make_head(producer))
    typed = profile(producer, about="Desa di lereng gunung.", website="bukan alamat")

    told = client.post(profile_url(producer), typed, headers=JSON).json()
    page = client.post(profile_url(producer), profile(producer, about="Desa di pantai.", website="bukan alamat"))

    assert list(told["errors"]) == ["website"]
    assert page.status_code == 422
    assert 'value="bukan alamat"' in page.content.decode()
    assert Producer.objects.get().about == "Desa di pantai."


def test_two_devices_on_one_profile_lose_nothing():
    producer = make_producer()
    client = entered(make_head(producer))
    opened = profile(producer)
    client.post(profile_url(producer), opened | {"about": "Pertama."})

    answer = client.post(profile_url(producer), opened | {"about": "Kedua."})
    script = client.post(profile_url(producer), opened | {"about": "Kedua."}, headers=JSON)
    again = client.post(profile_url(producer), opened | {"about": "Pertama."})

    text = answer.content.decode()
    assert (answer.status_code, script.status_code, again.status_code) == (409, 409, 302)
    assert "Pertama." in text
    assert re.search(r"<textarea[^>]*>\s*Kedua\.</textarea>", text)
    assert 'name="choice-about" value="theirs"' in text
    assert script.json()["differences"] == [{"key": "about", "label": "Tentang kami", "stored": ["Pertama."], "typed": ["Kedua."]}]
    assert script.json()["bases"] == {"base-profile": profile_base(Producer.objects.get())}


@pytest.mark.parametrize(("choice", "stands"), [("mine", "Kedua."), ("theirs", "Pertama.")])
def test_the_choice_decides_in_a_profile_and_the_rest_is_saved(choice, stands):
    producer = make_producer()
    client = entered(make_head(producer))
    client.post(profile_url(producer), profile(producer, about="Pertama."))

    client.post(profile_url(producer), profile(producer, about="Kedua.", bumdes_name="BUM Desa", **{"choice-about": choice}))

    producer = Producer.objects.get()
    assert (producer.about, producer.village_profile.bumdes_name) == (stands, "BUM Desa")


def test_a_choice_of_words_is_shown_in_words_on_both_sides():
    producer = make_producer("ocop")
    client = entered(make_head(producer))
    opened = {"about": "", "kind": "church", "parent_body": "", "members": "", "base-profile": profile_base(producer)}
    client.post(profile_url(producer), opened | {"members": "1.200"})

    rows = client.post(profile_url(producer), opened | {"kind": "youth", "members": ""}, headers=JSON).json()["differences"]

    assert [(row["key"], row["stored"], row["typed"]) for row in rows] == [
        ("kind", ["Gereja atau kelompok keagamaan"], ["Pemuda"]),
        ("members", ["1.200"], ["Kosong"]),
    ]


def test_the_profile_page_carries_the_script_of_the_steps():
    producer = make_producer()
    text = entered(make_head(producer)).get(profile_url(producer)).content.decode()

    assert "js/autosave" in text
    assert "data-autosave>" in text
    assert "data-autosave-status" in text


def test_a_school_head_does_not_change_the_level_that_decides_the_desk():
    producer = make_producer("osop", level="smk")
    typed = {"about": "", "level": "sd", "npsn": "99999999", "ownership": "state", "departments": "Tata boga"}

    entered(make_head(producer)).post(profile_url(producer), typed | {"base-profile": profile_base(producer)})

    producer.school_profile.refresh_from_db()
    assert (producer.school_profile.level, producer.school_profile.departments) == ("smk", "Tata boga")


def test_an_officer_writes_products_but_no_profile(product):
    client = entered(make_officer())

    assert client.get(address(product, "about")).status_code == 200
    assert client.get(reverse("producer_profile", args=[product.producer.code])).status_code == 403


def test_the_sign_in_keeps_csrf(product):
    """A form without a token is refused and keeps what was typed."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_head(product.producer))

    answer = strict.post(address(product, "about"), {"name": "Kopi yang ditulis"})

    assert answer.status_code == 403
    assert "Kopi yang ditulis" in answer.content.decode()


# --- what the eye found -----------------------------------------------------------------------------------------------


def test_a_hidden_control_has_no_label(client, product):
    text = client.get(address(product, "maker")).content.decode()

    assert re.search(r'type="hidden" name="contact-agreed_name"', text)
    assert "Agreed name" not in text


def test_an_empty_answer_is_told_in_our_words(client, product):
    text = client.post(f"{reverse('product_start')}?unit={product.producer.code}", {"key": uuid.uuid4(), "name": ""}).content.decode()

    assert "Bagian ini belum diisi." in text


def test_a_label_that_asks_gets_no_colon_after_its_question_mark(client, product):
    make_producer(region=SIBLING_VILLAGE, name="Desa Contoh Dua")
    text = client.post(reverse("product_participants", args=[product.code]) + "?q=contoh+dua", {}).content.decode()

    assert re.search(r"Apa peran mereka\?\s+Pilih peran mereka\.", text)


def test_a_photo_being_prepared_is_marked_and_its_picture_is_asked_for_again(client, product):
    photo = product.photos.get()
    StoredImage.objects.filter(pk=photo.image_id).update(state="waiting")
    waiting = client.get(address(product, "photos")).content.decode()
    StoredImage.objects.filter(pk=photo.image_id).update(state="ready")
    ready = client.get(address(product, "photos")).content.decode()

    assert "data-waiting" in waiting
    assert "-s.webp?waiting" in waiting
    assert "data-waiting" not in ready
    assert "?waiting" not in ready


def test_a_refused_sending_is_called_not_sent(product):
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=product.producer)
    version = drafts.open_submission(product).lock_version
    text = entered(operator).post(reverse("product_send", args=[product.code]), {"declaration": "on", "version": version}).content.decode()

    assert "Belum dikirim</h2>" in text
