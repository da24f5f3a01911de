"""The workspace: who may open which page, what the first page says, and that it stays light."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from registry import overview
from registry.models import Notice, Product
from registry.next_step import next_step
from registry.services import checks, drafts, entries

from . import steps
from .factories import (
    OTHER_REGENCY,
    SIBLING_VILLAGE,
    add_contact,
    give,
    make_head,
    make_image,
    make_officer,
    make_producer,
    make_product,
    make_user,
)

pytestmark = pytest.mark.usefixtures("world")


def entered(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def give_back(product, regency=None, **marks):
    """Sent, then returned with these fields marked."""
    regency = regency or make_officer(office_name="Dinas PMD Contoh")
    head = make_head(product.producer)
    steps.send(head, product)
    submission = drafts.open_submission(product)
    checks.claim(actor=regency, submission=submission)
    for field, note in marks.items():
        checks.mark_field(actor=regency, submission=submission, field=field, reason="wrong_figure", note=note)
    return head, steps.take(regency, product, "return", comment="" if marks else "Mohon lengkapi.")


def pages_of(product) -> list[str]:
    code = product.code
    keys = ("about", "maker", "photos", "price", "story", "chain", "season", "permits")
    return [
        *[reverse("product_step", args=[code, key]) for key in keys],
        reverse("workspace_product", args=[code]),
        reverse("product_send", args=[code]),
        reverse("permit_new", args=[code]),
        reverse("product_paper", args=[code]),
    ]


# --- who may open what ----------------------------------------------------------------------------------------------


@pytest.fixture
def product():
    return make_product(make_producer(name="Desa Contoh Satu"))


def person(kind: str, product):
    """One person of each kind, seen from one product of a village."""
    producer = product.producer
    units = {"head": Role.PRODUCER_HEAD, "operator": Role.PRODUCER_OPERATOR, "companion": Role.COMPANION}
    if kind in units:
        user = make_user()
        give(user, units[kind], producer=producer)
        return user
    if kind in ("school in the same village", "second school"):
        return make_head(make_producer("osop", producer.region_id))
    if kind == "community in the same village":
        return make_head(make_producer("ocop", producer.region_id))
    if kind == "sibling village":
        return make_head(make_producer(region=SIBLING_VILLAGE))
    if kind == "regency officer":
        return make_officer()
    if kind == "officer of another regency":
        return make_officer(regions=[OTHER_REGENCY])
    if kind == "education officer":
        return make_officer(Role.EDUCATION_OFFICER, ["53.09"], pillar="osop")
    roles = {
        "district officer": (Role.DISTRICT_OFFICER, ["53.09.01"]),
        "viewer": (Role.VIEWER, ["53"]),
        "admin": (Role.SYSTEM_ADMIN, ["53"]),
    }
    return make_officer(*roles[kind])


MATRIX = [
    ("head", 200),
    ("operator", 200),
    ("companion", 200),
    ("regency officer", 200),
    ("school in the same village", 404),
    ("community in the same village", 404),
    ("sibling village", 404),
    ("officer of another regency", 404),
    ("education officer", 404),
    ("district officer", 403),
    ("viewer", 403),
    ("admin", 403),
]


@pytest.mark.parametrize(("kind", "status"), MATRIX)
def test_pages_of_a_product_answer_to_its_people_only(product, kind, status):
    client = entered(person(kind, product))

    answers = {url: client.get(url).status_code for url in pages_of(product)}

    paper = reverse("product_paper", args=[product.code])
    expected = dict.fromkeys(answers, status)
    if status == 403:  # those who may read producers may also print the form; the system administrator reads none
        expected[paper] = 403 if kind == "admin" else 200
    assert answers == expected


def test_two_schools_of_one_village_never_see_each_other():
    mine, other = make_product(make_producer("osop"), "Buku Satu"), make_product(make_producer("osop"), "Buku Dua")
    client = entered(make_head(mine.producer))

    assert client.get(reverse("workspace_product", args=[mine.code])).status_code == 200
    assert {client.get(url).status_code for url in pages_of(other)} == {404}
    assert b"Buku Dua" not in client.get(reverse("workspace_home")).content


def test_writing_to_another_unit_is_not_found(product):
    client = entered(person("school in the same village", product))

    for url in (*pages_of(product)[:8], reverse("product_send", args=[product.code]), reverse("product_act", args=[product.code])):
        assert client.post(url, {"name": "Lain", "act": "cancel", "version": "0"}).status_code == 404, url
    assert client.post(f"{reverse('product_start')}?unit={product.producer.code}", {"key": uuid.uuid4(), "name": "x"}).status_code == 404
    assert client.post(reverse("producer_profile", args=[product.producer.code]), {"base": 0, "about": "x"}).status_code == 404
    product.refresh_from_db()
    assert product.name == "Kopi Contoh"


def test_visitors_are_led_to_the_sign_in_and_scripts_are_told(product):
    client = Client()

    for url in [*pages_of(product), reverse("workspace_home"), reverse("workspace_notices"), reverse("product_start")]:
        assert client.get(url).status_code == 302, url
    told = client.post(pages_of(product)[0], {"name": "x"}, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (401, {"login": reverse("account_login")})


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(product):
    answer = Client().post(pages_of(product)[0], {"name": "Kopi yang baru ditulis", "summary": "Kalimat panjang."})

    assert answer.status_code == 401
    assert "Kopi yang baru ditulis" in answer.content.decode()


# --- the first page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_same_number_of_queries(count, django_assert_num_queries):
    producer = make_producer()
    products = [make_product(producer, f"Kopi {number}") for number in range(count)]
    for one in products:
        give_back(one, variants="Mohon periksa.")
    client = entered(make_head(producer))
    client.get(reverse("workspace_home"))

    with django_assert_num_queries(18):  # one for products in rounds
        client.get(reverse("workspace_home"))


def test_returned_product_comes_first_with_the_parts_named():
    producer = make_producer()
    make_product(producer, "Teh Contoh")
    returned = make_product(producer, "Kopi Contoh")
    head, _submission = give_back(returned, variants="Apakah 45.000?", name="Sesuai kemasan?")

    page = entered(head).get(reverse("workspace_home")).content.decode()

    assert "Perbaiki 2 bagian pada Kopi Contoh" in page
    assert "Ukuran dan harga" in page
    assert "Dinas PMD Contoh" in page
    assert page.count('class="next-step"') == 1


def test_next_step_is_to_start_to_write_or_to_send():
    producer = make_producer()
    head = make_head(producer)

    def title() -> str:
        rows = overview.with_story(Product.objects.for_user(head))
        return next_step(overview.lines_of(head, rows), [producer], head).title

    assert "Mulai produk pertama" in title()
    drafts.start_product(actor=head, producer=producer, key=uuid.uuid4(), name="Kopi")
    assert "Lanjutkan Kopi" in title()
    make_product(producer, "Madu")
    assert "Kirim Madu" in title()


def test_everything_sent_means_nothing_to_do():
    product = make_product(make_producer())
    head = make_head(product.producer)
    steps.send(head, product)

    page = entered(head).get(reverse("workspace_home")).content.decode()

    assert 'class="next-step"' not in page
    assert "Batalkan kiriman" in page


def test_recall_is_offered_only_while_nobody_is_checking():
    product = make_product(make_producer())
    head = make_head(product.producer)
    steps.send(head, product)
    checks.claim(actor=make_officer(), submission=drafts.open_submission(product))

    assert "Batalkan kiriman" not in entered(head).get(reverse("workspace_home")).content.decode()


def test_a_companion_sees_units_apart_and_on_whose_behalf():
    first, second = make_producer(name="Desa Contoh Satu"), make_producer(region=SIBLING_VILLAGE, name="Desa Contoh Dua")
    mine = make_product(first, "Kopi")
    companion = make_user()
    give(companion, Role.COMPANION, producer=first)
    give(companion, Role.COMPANION, producer=second)
    client = entered(companion)

    home = client.get(reverse("workspace_home")).content.decode()
    step = client.get(reverse("product_step", args=[mine.code, "about"])).content.decode()

    assert "Desa Contoh Satu" in home
    assert "Desa Contoh Dua" in home
    assert "Atas nama <b>Desa Contoh Satu</b>" in step
    assert "Atas nama" not in entered(make_head(first)).get(reverse("product_step", args=[mine.code, "about"])).content.decode()


@pytest.mark.parametrize(("hour", "words"), [(6, "Selamat pagi"), (12, "Selamat siang"), (16, "Selamat sore"), (20, "Selamat malam")])
def test_greeting_follows_the_hour_of_wita(monkeypatch, hour, words):
    at = dt.datetime(2026, 11, 24, hour, 5, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "now", lambda: at)
    head = make_head(make_producer(), starts_on=dt.date(2026, 1, 1))

    assert f"{words}, Bapak/Ibu" in entered(head).get(reverse("workspace_home")).content.decode()


def test_texts_follow_the_pillar():
    words = {"ovop": "Produk desa Anda", "osop": "Produk sekolah Anda", "ocop": "Produk komunitas Anda"}
    for pillar, heading in words.items():
        product = make_product(make_producer(pillar))
        assert heading in entered(make_head(product.producer)).get(reverse("workspace_home")).content.decode()


def test_an_officer_searches_only_the_own_area():
    make_producer(name="Desa Contoh Satu")
    make_producer(region="53.05.01.2001", name="Desa Contoh Tiga")
    client = entered(make_officer())

    page = client.get(reverse("workspace_home"), {"q": "Desa Contoh"}).content.decode()

    assert "Desa Contoh Satu" in page
    assert "Desa Contoh Tiga" not in page


def test_help_names_the_companion_else_the_office():
    producer = make_producer()
    head = make_head(producer)
    make_officer(office_name="Dinas PMD Contoh")
    client = entered(head)
    assert "Dinas PMD Contoh" in client.get(reverse("workspace_help")).content.decode()

    companion = make_user(display_name="Pendamping (contoh)", phone="+6281111111111")
    give(companion, Role.COMPANION, producer=producer)

    page = client.get(reverse("workspace_help")).content.decode()
    assert "Pendamping (contoh)" in page
    assert "https://wa.me/6281111111111" in page


def test_notices_are_marked_as_read_only_for_oneself():
    product = make_product(make_producer())
    head, other = make_head(product.producer), make_user()
    for user in (head, other):
        Notice.objects.create(user=user, kind="publish", detail={"product": "Kopi", "producer": "Desa"}, path="/ruang/")

    entered(head).post(reverse("workspace_notices"))

    assert Notice.objects.filter(user=head, read_at=None).count() == 0
    assert Notice.objects.filter(user=other, read_at=None).count() == 1


# --- a product's page and its acts ------------------------------------------------------------------------------------


def act(client, product, name, **data):
    submission = drafts.open_submission(product)
    version = submission.lock_version if submission else ""
    return client.post(reverse("product_act", args=[product.code]), {"act": name, "version": version, **data}, follow=True)


def test_recall_twice_ends_in_the_same_place():
    product = make_product(make_producer())
    client = entered(make_head(product.producer))
    steps.send(make_head(product.producer), product)

    assert act(client, product, "recall").status_code == 200
    assert act(client, product, "recall").status_code == 200

    assert drafts.open_submission(product).state == "draft"


def test_history_names_offices_and_no_people():
    product = make_product(make_producer())
    officer = make_officer(office_name="Dinas PMD Contoh")
    officer.display_name = "Nama Petugas Rahasia"
    officer.save()
    head, _submission = give_back(product, officer, variants="Mohon periksa.")

    page = entered(head).get(reverse("workspace_product", args=[product.code])).content.decode()

    assert "Dinas PMD Contoh" in page
    assert "Nama Petugas Rahasia" not in page


def test_published_product_shows_its_public_page_and_pauses():
    product = make_product(make_producer())
    head = make_head(product.producer)
    steps.publish(product, head=head)
    client = entered(head)

    page = client.get(reverse("workspace_product", args=[product.code])).content.decode()
    assert f"/produk/{product.code}/" in page
    act(client, product, "pause")
    act(client, product, "pause")

    assert Product.objects.get(pk=product.pk).entry.state == "paused"


def test_an_operator_neither_pauses_nor_chooses_the_flagship():
    product = make_product(make_producer())
    steps.publish(product)
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=product.producer)
    client = entered(operator)

    act(client, product, "pause")
    act(client, product, "flagship")

    fresh = Product.objects.get(pk=product.pk)
    assert (fresh.entry.state, fresh.is_flagship) == ("listed", False)


def test_a_withdrawn_product_shows_the_reason_and_opens_again_under_its_code():
    product = make_product(make_producer())
    head, province = make_head(product.producer), make_officer(Role.PROVINCE_OFFICER, ["53"])
    steps.publish(product, head=head)
    entries.change_entry(actor=province, entry=product.entry, name="withdraw", reason="Bukan buatan desa ini.")
    client = entered(head)

    assert "Bukan buatan desa ini." in client.get(reverse("workspace_product", args=[product.code])).content.decode()
    act(client, product, "reopen")

    assert drafts.open_submission(product).state == "draft"


def test_the_head_sees_who_sent_on_behalf_and_objects():
    product = make_product(make_producer())
    companion = make_user()
    give(companion, Role.COMPANION, producer=product.producer, may_send=True)
    steps.send(companion, product)
    client = entered(make_head(product.producer))

    page = client.get(reverse("workspace_product", args=[product.code])).content.decode()
    assert "Pendamping" in page
    act(client, product, "object", words="Harganya bukan itu.")

    assert drafts.open_submission(product).objection == "Harganya bukan itu."


# --- weight and markup ------------------------------------------------------------------------------------------------

ROOT = Path(settings.BASE_DIR)
_SCRIPT = re.compile(r'src="/static/(js/[^"]+)"')


def weight(page: str) -> tuple[int, int, int]:
    """Bytes of the page, the styles and the scripts, compressed."""
    scripts = sum(len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in _SCRIPT.findall(page))
    return len(gzip.compress(page.encode())), len(gzip.compress((ROOT / "static/css/dist/site.css").read_bytes())), scripts


def test_every_page_fits_a_slow_network():
    producer = make_producer()
    products = [make_product(producer, f"Kopi Contoh {number}") for number in range(8)]
    head, _submission = give_back(products[0], variants="Mohon periksa.", name="Sesuai kemasan?")
    client = entered(head)
    home = [reverse(name) for name in ("workspace_home", "workspace_products", "workspace_help", "workspace_notices")]
    urls = [
        *home,
        *pages_of(products[1])[:-1],
        reverse("product_fix", args=[products[0].code]),
        reverse("producer_profile", args=[producer.code]),
    ]

    for url in urls:
        answer = client.get(url)
        page, styles, scripts = weight(answer.content.decode())
        assert answer.status_code == 200, url
        assert styles <= 15 * 1024
        assert scripts <= 30 * 1024, url
        assert page + styles + scripts <= 60 * 1024, url


def test_pages_hold_nothing_inline():
    product = make_product(make_producer())
    add_contact(product)
    make_image()
    client = entered(make_head(product.producer))

    for url in pages_of(product)[:-1]:
        page = client.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", page), url
