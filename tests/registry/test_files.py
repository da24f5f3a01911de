"""Who may see which file, under which headers, and the door through which photos come in."""

import json
import uuid

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from common import worker
from registry import pictures as addresses
from registry.images import storage
from registry.models import StoredImage
from registry.services import photos

from .factories import (
    OTHER_REGENCY,
    OTHER_VILLAGE,
    VILLAGE,
    give,
    make_head,
    make_image,
    make_officer,
    make_producer,
    make_product,
    make_user,
)
from .pictures import picture, sha, upload

pytestmark = pytest.mark.usefixtures("world")
BACK = "/kembali/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def school():
    return make_producer("osop", VILLAGE)


@pytest.fixture
def product(school):
    product = make_product(school)
    product.photos.all().delete()
    return product


@pytest.fixture
def image(school, product):
    head = make_head(school)
    photos.add_photo(actor=head, product=product, key=uuid.uuid4(), upload=upload(picture(size=(900, 600))))
    worker.run_due()
    return StoredImage.objects.get(sha256=sha(picture(size=(900, 600))))


def private(sha256, size="m"):
    return reverse("image_private", args=[sha256, size])


def public(sha256, size="m"):
    return reverse("photo", args=[sha256, size])


def status(client, user, url):
    client.logout()
    if user:
        client.force_login(user)
    response = client.get(url)
    b"".join(response.streaming_content) if response.streaming else None  # read to its end, so that the file is closed
    return response.status_code


def test_who_sees_an_unpublished_photo(client, school, image):
    same_village_school = make_producer("osop", VILLAGE)
    companion, district, viewer = make_user(), make_user(), make_user()
    give(companion, Role.COMPANION, producer=school)
    give(district, Role.DISTRICT_OFFICER, regions=["53.09.01"])
    give(viewer, Role.VIEWER, regions=["53"])
    matrix = [
        (make_head(school), 200),
        (companion, 200),
        (make_officer(), 200),
        (make_officer(Role.PROVINCE_OFFICER, ["53"]), 200),
        (district, 200),
        (viewer, 200),
        (make_head(same_village_school), 404),
        (make_head(make_producer("ovop", VILLAGE)), 404),
        (make_head(make_producer("osop", OTHER_VILLAGE)), 404),
        (make_officer(regions=[OTHER_REGENCY]), 404),
        (make_officer(Role.SYSTEM_ADMIN, ["53"]), 404),
        (make_user(), 404),
        (None, 404),
    ]
    assert [status(client, user, private(image.sha256)) for user, _want in matrix] == [want for _user, want in matrix]
    assert {status(client, user, public(image.sha256)) for user, _want in matrix} == {404}


def test_a_published_photo_is_open_for_good(client, image, django_assert_num_queries):
    StoredImage.objects.update(published_at=timezone.now())
    for size in "sml":
        with django_assert_num_queries(1):
            response = client.get(public(image.sha256, size))
        data = b"".join(response.streaming_content)
        assert len(data) == image.sizes[size]["bytes"]
        assert sha(data) == image.sizes[size]["sha256"]
        assert response["Content-Type"] == "image/webp"
        assert data[8:12] == b"WEBP"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response
    assert status(client, None, private(image.sha256)) == 404


def test_headers_of_a_private_file(client, school, image):
    client.force_login(make_head(school))
    response = client.get(private(image.sha256))
    assert response["Cache-Control"].startswith("private")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    b"".join(response.streaming_content)


def test_nginx_is_told_the_file_and_sends_it(client, settings, school, image):
    settings.USE_X_ACCEL = True
    client.force_login(make_head(school))
    response = client.get(private(image.sha256, "s"))
    assert response["X-Accel-Redirect"] == f"/_media/{storage.size_name(image.sha256, 's')}"
    assert response.content == b""
    assert response["Cache-Control"].startswith("private")


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_neutral_picture_stands_in(client, school, image, state):
    StoredImage.objects.update(state=state)
    client.force_login(make_head(school))
    response = client.get(private(image.sha256))
    assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (200, "image/svg+xml", "private, no-store")


@pytest.mark.parametrize(
    "tail", ["x.webp", "-m.webp", f"{'a' * 64}-m.webp", f"{'a' * 64}-xl.webp", f"{'A' * 64}-m.webp", "..%2f..%2fetc-m.webp"]
)
def test_unknown_addresses_are_not_found(client, tail):
    client.force_login(make_officer(Role.PROVINCE_OFFICER, ["53"]))
    assert client.get(f"/foto/{tail}").status_code == client.get(f"/berkas/gambar/{tail}").status_code == 404


def test_a_file_missing_from_the_store_is_not_found(client, school, product):
    lost = make_image(published_at=timezone.now())
    assert client.get(public(lost.sha256)).status_code == 404


def test_addresses_of_images(product):
    hidden, shown = make_image(), make_image(published_at=timezone.now())
    assert addresses.image_url(hidden, "s") == private(hidden.sha256, "s")
    assert addresses.image_url(shown) == public(shown.sha256)
    assert addresses.image_url({"sha256": hidden.sha256}) == addresses.image_url(hidden.sha256) == public(hidden.sha256)
    assert addresses.image_url({"sha256": hidden.sha256}, private=True) == private(hidden.sha256)
    page = Template("{% load registry_ui %}{% photo_url p 's' %} {% photo_srcset p %}").render(Context({"p": {"sha256": shown.sha256}}))
    assert page.startswith(public(shown.sha256, "s"))
    assert f"{public(shown.sha256, 'l')} 1600w" in page


# --- the door photos come in by --------------------------------------------------------------------------------------

JSON = {"headers": {"accept": "application/json"}}


def post(client, product, data=None, **more):
    form = {"photo": upload(picture() if data is None else data), "key": str(uuid.uuid4()), "next": BACK, **more.pop("form", {})}
    return client.post(reverse("photo_upload", args=[product.code]), form, **more)


def test_the_script_hears_what_the_server_holds(client, school, product):
    client.force_login(make_head(school))
    body = post(client, product, form={"sha256": sha(picture()), "alt": "Kain", "kind": "pack"}, **JSON).json()
    assert body["held"] == [sha(picture())] == [body["sha256"]]
    assert body["room"] == 7
    assert "Kain" in body["list"]
    assert "data-photo-list" in body["list"]
    assert body["token"]
    assert client.get(reverse("photo_upload", args=[product.code]), **JSON).json()["held"] == body["held"]
    photo = product.photos.get()
    assert (photo.alt, photo.kind) == ("Kain", "pack")


def test_refusals_to_the_script_say_why_and_whether_to_send_again(client, school, product):
    client.force_login(make_head(school))
    broken = post(client, product, form={"sha256": "0" * 64}, **JSON)
    unfit = post(client, product, b"<svg/>", **JSON)
    odd = post(client, product, form={"kind": "lain"}, **JSON)
    long = post(client, product, form={"alt": "x" * 201}, **JSON)
    assert [(answer.status_code, answer.json()["again"]) for answer in (broken, unfit, odd, long)] == [
        (422, True),
        (422, False),
        (400, False),
        (400, False),
    ]
    assert all(answer.json()["message"] for answer in (broken, unfit, odd))
    assert client.post(reverse("photo_upload", args=[product.code]), {}, **JSON).status_code == 400
    assert not product.photos.exists()


def test_an_ended_session_is_told_apart_and_keeps_nothing(client, product):
    answer = post(client, product, **JSON)
    assert answer.status_code == 401
    assert answer.json()["login"] == reverse("account_login")
    assert post(client, product).status_code == 401  # the page that keeps what was typed
    assert not product.photos.exists()


def test_who_may_send_photos(client, school, product):
    viewer = make_user()
    give(viewer, Role.VIEWER, regions=["53"])
    for user, want in (
        (make_head(make_producer("osop", VILLAGE)), 404),
        (make_officer(regions=[OTHER_REGENCY]), 404),
        (viewer, 404),
        (make_officer(), 200),
        (make_head(school), 200),
    ):
        client.force_login(user)
        assert post(client, product, **JSON).status_code == want
    assert post(client, make_product(make_producer("ovop", OTHER_VILLAGE)), **JSON).status_code == 404


def test_without_script_the_form_comes_back_with_words(client, school, product):
    client.force_login(make_head(school))
    good = post(client, product)
    assert (good.status_code, good["Location"]) == (302, BACK)
    bad = post(client, product, b"GIF89a" + bytes(50))
    assert (bad.status_code, bad["Location"]) == (302, BACK)
    assert [message.level_tag for message in bad.wsgi_request._messages][-1] == "error"
    away = post(client, product, form={"next": "https://example.org/"})
    assert away["Location"] == reverse("product_step", args=[product.code, "photos"])
    assert product.photos.count() == 1


def test_photos_are_moved_described_and_removed(client, school, product):
    client.force_login(make_head(school))
    for size in (20, 30):
        post(client, product, picture(size=(size, 20)))
    first, second = product.photos.all()

    def act(photo, name, **form):
        return client.post(reverse("photo_act", args=[product.code, photo.key]), {"act": name, "next": BACK, **form})

    act(second, "up")
    assert list(product.photos.all()) == [second, first]
    act(second, "down")
    act(first, "describe", alt="Penenun", kind="maker")
    assert product.photos.first().alt == "Penenun"
    assert [act(first, "remove").status_code for _twice in range(2)] == [302, 302]
    assert list(product.photos.all()) == [second]
    assert act(first, "up").status_code == 404
    other = make_product(make_producer("osop", VILLAGE))
    assert client.post(reverse("photo_act", args=[other.code, other.photos.get().key]), {"act": "remove"}).status_code == 404
    assert (
        client.post(reverse("photo_act", args=[product.code, other.photos.get().key]), {"act": "remove", "next": BACK}).status_code == 302
    )
    assert other.photos.count() == 1


def test_a_request_far_too_large_is_refused_before_it_is_read(client, school, product, monkeypatch):
    client.force_login(make_head(school))
    monkeypatch.setattr("registry.images.upload.MAX_REQUEST_BYTES", 1000)
    answer = post(client, product, bytes(5000))
    assert answer.status_code == 413
    assert not product.photos.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three_photos(client, school, product, count, django_assert_num_queries):
    client.force_login(make_head(school))
    for number in range(count):
        post(client, product, picture(size=(20 + number, 20)))
    with django_assert_num_queries(5):
        body = client.get(reverse("photo_upload", args=[product.code]), **JSON).content
    assert len(json.loads(body)["held"]) == count
