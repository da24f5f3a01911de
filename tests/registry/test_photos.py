"""Photos as services: what is taken in, what is made of it, what is refused with plain words, what happens twice or at once."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.translation import override
from PIL import Image, ImageCms

from accounts.permissions import Refused
from accounts.states import Role
from common import worker
from common.models import Job
from registry import workflow
from registry.errors import Conflict, NotReady
from registry.images import headers, limits, sandbox, storage
from registry.models import Permit, ProductPhoto, StoredImage, VersionImage
from registry.services import drafts, images, photos
from registry.states import MAX_PHOTO_BYTES, MAX_PHOTOS, ImageState
from registry.steps import STEP_BY_KEY, base_version

from . import pictures
from .factories import give, make_head, make_image, make_producer, make_product, make_user
from .pictures import picture, sha, upload


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def product(world):
    product = make_product(make_producer())
    product.photos.all().delete()
    StoredImage.objects.all().delete()
    return product


@pytest.fixture
def head(product):
    return make_head(product.producer)


def add(actor, product, data=None, name="foto.jpg", **more):
    data = picture() if data is None else data
    return photos.add_photo(actor=actor, product=product, key=more.pop("key", uuid.uuid4()), upload=upload(data, name), **more)


def prepared(photo):
    worker.run_due()
    return StoredImage.objects.get(pk=photo.image_id)


def opened(image, size):
    with storage.images().open(storage.size_name(image.sha256, size)) as file:
        return Image.open(io.BytesIO(file.read()))


@pytest.mark.parametrize(
    ("format", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("HEIF", "IMG_0001.HEIC"), ("JPEG", "foto")]
)
def test_each_format_becomes_three_webp_sizes(head, product, format, name):
    photo = add(head, product, picture(format, (1000, 500)), name)
    assert photo.image.state == ImageState.WAITING
    image = prepared(photo)
    assert image.state == ImageState.READY
    assert {key: (size["width"], size["height"]) for key, size in image.sizes.items()} == {
        "l": (1000, 500),
        "m": (800, 400),
        "s": (320, 160),
    }
    assert opened(image, "m").format == "WEBP"
    assert image.sizes["m"]["bytes"] == storage.images().size(storage.size_name(image.sha256, "m"))


def test_received_bytes_are_on_disk_before_the_worker_and_gone_after(head, product, media):
    photo = add(head, product)
    kept = media / storage.received_name(photo.image.sha256)
    assert sha(kept.read_bytes()) == photo.image.sha256
    prepared(photo)
    assert not kept.exists()


def test_orientation_is_applied_and_the_place_is_gone(head, product, media):
    image = prepared(add(head, product, pictures.with_place()))
    large = opened(image, "l")
    assert large.size == (100, 200)
    top, bottom = large.convert("RGB").getpixel((50, 20)), large.convert("RGB").getpixel((50, 180))
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]
    assert not large.getexif()
    assert not {"exif", "icc_profile", "xmp"} & set(large.info)
    assert not any(b"TELEPON-RAHASIA" in file.read_bytes() for file in media.rglob("*") if file.is_file())


def test_wide_colours_are_brought_to_srgb_without_their_profile(head, product):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "icc_profile" not in opened(prepared(add(head, product, picture(icc_profile=profile))), "l").info


def test_transparent_parts_become_white(head, product):
    data = pictures.saved(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG")
    image = prepared(add(head, product, data, "a.png"))
    assert opened(image, "l").convert("RGB").getpixel((30, 30)) == (255, 255, 255)


def test_noise_stays_within_the_weight_of_each_size(head, product):
    image = prepared(add(head, product, pictures.noisy()))
    assert all(image.sizes[name]["bytes"] <= size.budget for name, size in limits.SIZES.items())
    assert limits.SIZES["l"].budget <= 150_000


def test_what_trails_a_jpeg_does_not_survive(head, product, media):
    prepared(add(head, product, picture() + pictures.HTML + b"PK\x03\x04" + bytes(50)))
    left = [file.read_bytes() for file in media.rglob("*") if file.is_file()]
    assert len(left) == 3
    assert not any(b"<script" in data or b"PK\x03\x04" in data for data in left)


NO_PHOTO = "not a photo"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (pictures.SVG, "gambar.svg", NO_PHOTO),
        (pictures.SVG, "gambar.jpg", NO_PHOTO),
        (pictures.HTML, "foto.jpg", NO_PHOTO),
        (picture("GIF"), "foto.gif", NO_PHOTO),
        (picture("GIF"), "foto.jpg", NO_PHOTO),
        (b"%PDF-1.7 " + bytes(200), "foto.jpg", NO_PHOTO),
        (picture("AVIF"), "foto.heic", NO_PHOTO),
        (picture("PNG"), "foto.jpg", "inside it is PNG"),
        (picture(), "foto.html", "inside it is JPEG"),
        (pictures.png_claiming(50_000, 50_000), "bom.png", "too many pixels"),
        (pictures.png_claiming(0, 10), "nol.png", "damaged"),
        (picture()[:20], "foto.jpg", "damaged"),
        (b"\xff\xd8\xff" + bytes(300), "foto.jpg", "damaged"),
        (b"", "foto.jpg", "did not arrive"),
    ],
)
def test_what_is_no_fit_photo_is_refused_at_once_in_plain_words(head, product, media, data, name, words):
    with override("en"), pytest.raises(NotReady) as refused:
        add(head, product, data, name)
    with override("en"):
        assert words in str(refused.value.reason)
    assert not StoredImage.objects.filter(received_bytes=len(data)).exists()
    assert not Job.objects.exists()
    assert not any(media.rglob("*"))


def test_every_format_is_measured_before_decoding():
    for format, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("HEIF", "a.heic")):
        assert headers.inspect(io.BytesIO(picture(format, (640, 480))), name)[1:] == (640, 480)
    lossless = picture("WEBP", (640, 480), lossless=True)
    layered = pictures.saved(Image.new("RGBA", (640, 480), (1, 2, 3, 4)), "WEBP", exif=b"Exif\0\0")
    assert headers.inspect(io.BytesIO(lossless), "")[1:] == headers.inspect(io.BytesIO(layered), "")[1:] == (640, 480)


def test_one_byte_too_many_is_refused(head, product):
    with pytest.raises(NotReady):
        add(head, product, picture() + bytes(MAX_PHOTO_BYTES + 1 - len(picture())))
    assert add(head, product, picture() + bytes(MAX_PHOTO_BYTES - len(picture()))).pk


@pytest.mark.parametrize("data", [pictures.noisy()[:-4000], picture("PNG", (300, 300))[:-60], pictures.png_claiming(5000, 5000)])
def test_a_damaged_photo_stays_for_the_village_to_see_and_remove(head, product, data):
    photo = add(head, product, data, "foto" if data[0] == 0x89 else "foto.jpg")
    image = prepared(photo)
    assert (image.state, image.refusal, image.sizes) == (ImageState.REFUSED, "broken", {})
    assert not Job.objects.exists()
    photos.remove_photo(actor=head, photo=photo)
    assert not product.photos.exists()


def test_a_wrong_hash_is_refused_and_the_right_one_in_capitals_is_not(head, product):
    with pytest.raises(images.BrokenUpload):
        add(head, product, sha256="0" * 64)
    assert add(head, product, sha256=sha(picture()).upper()).image.sha256 == sha(picture())


def test_the_same_bytes_twice_are_one_photo_and_one_image(head, product):
    other = make_product(product.producer, name="Madu")
    first, again, elsewhere = add(head, product), add(head, product), add(head, other)
    assert first == again
    assert elsewhere != first
    assert elsewhere.image == first.image
    assert Job.objects.count() == 1


def test_bytes_already_prepared_are_ready_at_once(head, product, media):
    first = add(head, product)
    prepared(first)
    photos.remove_photo(actor=head, photo=first)
    assert add(head, product).image.state == ImageState.READY
    assert not Job.objects.exists()
    assert not list((media / "private").rglob("*/*/*"))


def test_the_same_key_twice_is_the_same_photo(head, product):
    key = uuid.uuid4()
    assert add(head, product, key=key) == add(head, product, key=key)


def test_a_form_taken_up_again_with_another_picture_is_another_photo(head, product):
    key = uuid.uuid4()
    assert add(head, product, key=key) != add(head, product, picture(color="green"), key=key)
    assert product.photos.count() == 2


def test_a_key_of_another_product_is_a_conflict(head, product):
    key = uuid.uuid4()
    add(head, product, key=key)
    with pytest.raises(Conflict):
        add(head, make_product(product.producer, name="Madu"), key=key)


def test_the_ninth_photo_is_refused_and_a_repeated_eighth_is_not(head, product):
    for number in range(MAX_PHOTOS):
        last = add(head, product, picture(size=(20 + number, 20)))
    with pytest.raises(NotReady):
        add(head, product, picture(size=(99, 20)))
    assert add(head, product, picture(size=(27, 20))) == last
    assert not StoredImage.objects.filter(sha256=sha(picture(size=(99, 20)))).exists()


def test_a_refused_picture_sent_again_is_prepared_again(head, product):
    photo = add(head, product)
    StoredImage.objects.filter(pk=photo.image_id).update(state="refused", refusal="time")
    assert add(head, product) == photo
    assert prepared(photo).state == ImageState.READY


def test_strangers_and_readers_may_not_add(product):
    reader = make_user()
    give(reader, Role.VIEWER, regions=["53"])
    for actor in (make_user(), reader, make_head(make_producer(region="53.05.01.2001"))):
        with pytest.raises(Refused):
            add(actor, product)
    assert not Job.objects.exists()


def test_nothing_is_added_while_the_product_is_on_a_desk(head, product):
    sent = make_product(product.producer, name="Madu")
    submission = drafts.open_submission(sent)
    workflow.apply(actor=head, submission=submission, name="submit", expected=0, declaration=True)
    with pytest.raises(NotReady):
        add(head, sent)


def test_order_description_and_removal(head, product):
    first, second, third = (add(head, product, picture(size=(size, 20))) for size in (20, 30, 40))
    before = base_version(drafts.reloaded(product), STEP_BY_KEY["photos"])
    photos.move_photo(actor=head, photo=third, by=-1)
    photos.move_photo(actor=head, photo=first, by=-1)
    assert list(product.photos.all()) == [first, third, second]
    photos.describe_photo(actor=head, photo=second, kind="maker", alt="  Ibu penenun ")
    second.refresh_from_db()
    assert (second.kind, second.alt) == ("maker", "Ibu penenun")
    assert base_version(drafts.reloaded(product), STEP_BY_KEY["photos"]) != before
    photos.remove_photo(actor=head, photo=third)
    photos.remove_photo(actor=head, photo=third)
    assert list(product.photos.values_list("pk", "position")) == [(first.pk, 0), (second.pk, 1)]
    with pytest.raises(Conflict):
        photos.move_photo(actor=head, photo=third, by=1)


def test_preparing_twice_changes_nothing(head, product):
    photo = add(head, product)
    image = prepared(photo)
    assert images.prepare(image_id=image.pk) is None
    assert StoredImage.objects.get(pk=image.pk).sizes == image.sizes


def test_lost_bytes_are_said_plainly(head, product):
    photo = add(head, product)
    storage.drop_received(photo.image.sha256)
    image = prepared(photo)
    assert (image.state, image.refusal) == (ImageState.REFUSED, "lost")


def test_a_disturbed_machine_is_tried_again(head, product):
    photo = add(head, product)
    with patch.object(limits, "WALL_SECONDS", 0.001):
        worker.run_due()
    photo.image.refresh_from_db()
    job = Job.objects.get()
    assert (photo.image.state, job.state, job.attempts) == (ImageState.WAITING, Job.State.WAITING, 1)
    Job.objects.update(run_after=timezone.now())
    assert prepared(photo).state == ImageState.READY


def test_waiting_images_are_asked_for_again_and_given_up_after_a_day(head, product):
    photo, old = add(head, product), add(head, product, picture(size=(30, 30)))
    Job.objects.all().delete()
    now = timezone.now()
    assert images.follow_up(now + timedelta(minutes=4)) == 0
    StoredImage.objects.filter(pk=old.image_id).update(created_at=now - timedelta(days=2))
    assert images.follow_up(now + timedelta(minutes=6)) == 1
    old.image.refresh_from_db()
    assert old.image.state == ImageState.REFUSED
    assert prepared(photo).state == ImageState.READY


def test_only_images_nobody_names_are_cleared_after_thirty_days(head, product, media):
    gone, kept = add(head, product, picture(size=(30, 30))), add(head, product)
    worker.run_due()
    photos.remove_photo(actor=head, photo=gone)
    scan = make_image()
    Permit.objects.create(producer=product.producer, kind="pirt", number="1", scan=scan)
    sent = make_product(product.producer, name="Madu")
    workflow.apply(actor=head, submission=drafts.open_submission(sent), name="submit", expected=0, declaration=True)
    named = VersionImage.objects.get().image
    sent.photos.all().delete()
    assert images.clear_unused() == 0
    assert images.clear_unused(timezone.now() + timedelta(days=31)) == 1
    assert set(StoredImage.objects.all()) == {kept.image, scan, named}
    assert len([file for file in media.rglob("*") if file.is_file()]) == 3


def test_received_bytes_without_a_waiting_image_are_cleared_after_a_day(head, product):
    storage.keep_received("ab" * 32, io.BytesIO(b"x"))
    waiting = add(head, product)
    assert images.clear_received() == 0
    assert images.clear_received(timezone.now() + timedelta(days=2)) == 1
    assert prepared(waiting).state == ImageState.READY


def test_the_decoder_ends_by_itself_and_leaves_nothing_behind(head, product, tmp_path, monkeypatch):
    import psutil

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with patch.object(limits, "WALL_SECONDS", 0.01), pytest.raises(sandbox.Disturbed):
        sandbox.make_sizes(io.BytesIO(pictures.noisy()), "JPEG")
    with pytest.raises(sandbox.Refused):
        sandbox.make_sizes(io.BytesIO(b"\xff\xd8\xff nothing"), "JPEG")
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_the_decoder_keeps_to_its_memory_and_time(tmp_path):
    """The real process under tighter limits: a picture that needs more is refused, not the machine brought down."""
    import shutil
    from pathlib import Path

    home = tmp_path / "images"
    shutil.copytree(Path(sandbox.__file__).parent, home, ignore=shutil.ignore_patterns("__pycache__"))
    source = io.BytesIO(picture("PNG", (6000, 6000)))
    text = (home / "limits.py").read_text()
    for old, new, reason in (("800 * 1024", "150 * 1024", "memory"), ("CPU_SECONDS = 20", "CPU_SECONDS = 0", "time")):
        (home / "limits.py").write_text(text.replace(old, new))
        source.seek(0)
        with patch.object(sandbox, "_DECODER", str(home / "decode.py")), pytest.raises(sandbox.Refused) as refused:
            sandbox.make_sizes(source, "PNG")
        assert refused.value.reason == reason


@pytest.mark.django_db(transaction=True)
def test_two_connections_with_the_same_bytes_and_a_full_product(media):
    from registry.reference import load_reference

    from .factories import make_regions

    make_regions()
    load_reference(years=())
    producer = make_producer()
    head = make_head(producer)
    one, two = make_product(producer), make_product(producer, name="Madu")
    one.photos.all().delete()

    def at_once(work):
        def closed(value):
            try:
                return work(value)
            except NotReady:
                return None
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(closed, range(4)))

    made = at_once(lambda number: add(head, (one, two)[number % 2]))
    assert len({photo.pk for photo in made}) == 2
    assert StoredImage.objects.filter(sha256=sha(picture())).count() == 1
    for number in range(MAX_PHOTOS - 2):
        ProductPhoto.objects.create(product=one, image=make_image(), position=number + 1)
    made = at_once(lambda number: add(head, one, picture(size=(50 + number, 20))))
    assert len([photo for photo in made if photo]) == 1
    assert one.photos.count() == MAX_PHOTOS
