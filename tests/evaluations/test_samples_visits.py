"""Samples, their blind numbers, sessions and labels; visits with photos; who may look at them."""

import datetime as dt
import threading
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.permissions import Refused
from accounts.states import Role
from evaluations import sample_labels
from evaluations.errors import NotReady
from evaluations.models import Conflict, Sample, Visit
from evaluations.services import samples, visits
from registry.models import StoredImage
from registry.reference import load_reference
from registry.services import images
from tests.registry.factories import OTHER_REGENCY, make_head, make_image, make_officer, make_producer, make_regions

from .factories import make_entrant, make_instrument, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


def asked(round, actor, count=1):
    rows = [make_entrant(round, f"Kopi {n}", producer=make_producer("ocop")) for n in range(count)]
    samples.ask_samples(actor=actor, round=round, entrants=rows)
    return list(Sample.objects.filter(round=round).order_by("entrant__number"))


def test_blind_numbers_are_by_lot_and_once_in_a_round(province):
    made = make_round(phase="samples")
    rows = asked(made, province, 30)

    numbers = [row.blind_number for row in rows]
    assert len(set(numbers)) == 30
    assert all(100 <= number < 1000 for number in numbers)
    assert numbers != sorted(numbers)
    assert samples.ask_samples(actor=province, round=made, entrants=made.entrants.all()) == 0


def test_many_samples_get_longer_numbers(province):
    made = make_round(phase="samples")

    assert min(samples._blind_numbers(made, 451)) >= 1000
    assert len(set(samples._blind_numbers(made, 5000))) == 5000


def test_a_sample_comes_in_with_its_condition(province):
    made = make_round(phase="samples")
    sample = asked(made, province)[0]
    today = timezone.localdate()

    for day, words in ((today + dt.timedelta(days=1), "Baik"), (today - dt.timedelta(days=1), "Baik"), (today, "  ")):
        with pytest.raises(NotReady):
            samples.receive_sample(actor=province, sample=sample, condition=words, received_on=day)
    done = samples.receive_sample(actor=province, sample=sample, condition="Utuh")
    assert (done.state, done.received_on, done.condition) == ("received", today, "Utuh")
    assert samples.miss_sample(actor=province, sample=sample, reason="Basi").received_on is None
    assert list(made.log.values_list("kind", flat=True)) == ["sample_asked", "sample_received", "sample_missing"]


def test_a_sample_being_judged_stays_received(province):
    made = make_round(phase="samples")
    sample = asked(made, province)[0]
    samples.receive_sample(actor=province, sample=sample, condition="Utuh")
    type(made).objects.filter(pk=made.pk).update(phase="scoring")

    with pytest.raises(NotReady):
        samples.miss_sample(actor=province, sample=sample, reason="Basi")


@pytest.mark.parametrize("phase", ["entry", "rakor", "closed", "established"])
def test_samples_are_handled_in_their_phases_only(province, phase):
    made = make_round(phase=phase)
    entrant = make_entrant(made)
    sample = Sample.objects.create(round=made, entrant=make_entrant(made, producer=make_producer("ocop")), blind_number=111)

    with pytest.raises(NotReady):
        samples.ask_samples(actor=province, round=made, entrants=[entrant])
    with pytest.raises(NotReady):
        samples.receive_sample(actor=province, sample=sample, condition="Utuh")
    with pytest.raises(NotReady):
        samples.plan_session(actor=province, round=made, name="A", place="B", starts_at=timezone.now())


def test_others_and_the_conflicted_handle_no_sample(province):
    made = make_round(phase="samples")
    sample = asked(made, province)[0]

    for actor in (make_officer(), make_reviewer(made), make_reviewer()):
        with pytest.raises(Refused):
            samples.receive_sample(actor=actor, sample=sample, condition="Utuh")
    chair = make_reviewer(made, "chair")
    Conflict.objects.create(round=made, entrant=sample.entrant, user=chair, kind="declared")
    with pytest.raises(Refused):
        samples.receive_sample(actor=chair, sample=sample, condition="Utuh")
    other = make_entrant(made, producer=make_producer("ocop"))
    Conflict.objects.create(round=made, entrant=other, user=chair, kind="declared")
    assert samples.ask_samples(actor=chair, round=made, entrants=[other]) == 0


def test_a_session_takes_received_samples(province):
    made = make_round(phase="samples")
    first, second = asked(made, province, 2)
    samples.receive_sample(actor=province, sample=first, condition="Utuh")

    session = samples.plan_session(
        actor=province, round=made, name="Uji rasa", place="Kupang", starts_at=timezone.now(), samples=[first, second]
    )

    assert [row.pk for row in session.samples.all()] == [first.pk]


def test_labels_carry_numbers_and_no_names(province, monkeypatch):
    made = make_round(phase="samples")
    sample = asked(made, province)[0]
    samples.receive_sample(actor=province, sample=sample, condition="Utuh")
    client = Client()
    client.force_login(province)
    handed = []
    real = sample_labels.typst.compile
    monkeypatch.setattr(
        sample_labels.typst, "compile", lambda *args, **kwargs: handed.append(kwargs["sys_inputs"]["data"]) or real(*args, **kwargs)
    )

    answer = client.get(reverse("sample_labels", args=[made.code]))

    assert answer.content.startswith(b"%PDF")
    assert str(sample.blind_number) in handed[0]
    assert sample.entrant.name not in handed[0]
    assert sample.entrant.producer_name not in handed[0]


def test_the_blind_number_is_not_told_to_reviewers(province):
    made = make_round(phase="samples")
    sample = asked(made, province)[0]
    reviewer = make_reviewer(made)
    make_sheet(sample.entrant, reviewer)
    client = Client()
    client.force_login(reviewer)

    page = client.get(reverse("entrant", args=[made.code, sample.entrant.number])).content.decode()

    assert f">{sample.blind_number}<" not in page
    assert reverse("samples", args=[made.code]) not in page


def test_products_judged_by_a_sample_are_offered(province):
    instrument = make_instrument(published=False)
    criterion = instrument.sections.get(code="C").criteria.first()
    criterion.judged_by = "sample"
    criterion.save()
    made = make_round(phase="samples", instrument=instrument)
    entrant = make_entrant(made)

    assert list(samples.judged_by_sample(made, made.entrants.all())) == [entrant]
    criterion.judged_by = "visit"
    criterion.save()
    assert not samples.judged_by_sample(made, made.entrants.all()).exists()


def test_sample_pages_take_any_input(province):
    made = make_round(phase="samples")
    sample = asked(made, province)[0]
    client = Client()
    client.force_login(province)
    page = reverse("sample", args=[made.code, sample.entrant.number])
    plan = reverse("session_plan", args=[made.code])

    for data in ({}, {"outcome": "x"}, {"outcome": "received", "condition": "\x00"}, {"outcome": "missing", "condition": ""}):
        assert client.post(page, data).status_code == 422
    assert client.post(plan, {"name": "A", "place": "B", "starts_at": "kemarin"}).status_code == 422
    assert client.post(plan, {"name": "A", "place": "B", "starts_at": "2026-12-01T10:00", "samples": ["999"]}).status_code == 422
    client.post(page, {"outcome": "received", "condition": "Utuh"})
    planned = {"name": "A", "place": "B", "starts_at": "2026-12-01T10:00", "samples": [sample.blind_number]}
    assert client.post(plan, planned).status_code == 302
    sample.refresh_from_db()
    assert (sample.state, timezone.localtime(sample.session.starts_at).hour) == ("received", 10)


@pytest.mark.django_db(transaction=True)
def test_two_people_ask_at_once_and_each_product_has_one_number():
    with transaction.atomic():
        make_regions()
        load_reference(years=())
        made = make_round(phase="samples")
        rows = [make_entrant(made, f"Kopi {n}", producer=make_producer("ocop")) for n in range(3)]
    people = [make_officer(Role.PROVINCE_OFFICER, ["53"]) for _index in range(2)]
    start, counts = threading.Barrier(2), []

    def ask(actor):
        try:
            start.wait()
            counts.append(samples.ask_samples(actor=actor, round=made, entrants=rows))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=[actor]) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 3]
    assert Sample.objects.filter(round=made).count() == 3


# --- visits ---------------------------------------------------------------------------------------------------------


def photo(color="red"):
    out = BytesIO()
    Image.new("RGB", (900, 700), color).save(out, "JPEG")
    return SimpleUploadedFile("foto.jpg", out.getvalue(), content_type="image/jpeg")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_an_officer_of_the_area_notes_a_visit_with_photos(world, media):
    entrant = make_entrant(make_round())
    client = Client()
    client.force_login(make_officer())
    address = reverse("visit_note", args=[entrant.round.code, entrant.number])
    data = {"visited_on": timezone.localdate().isoformat(), "findings": "Dapur bersih."}

    assert client.post(address, {**data, "photos": [photo(), photo("blue")]}).status_code == 302
    assert client.post(address, {**data, "photos": [photo()]}).status_code == 302  # sent twice

    visit = Visit.objects.get()
    assert (visit.findings, visit.images.count()) == ("Dapur bersih.", 2)
    assert "Dapur bersih." in client.get(reverse("entrant", args=[entrant.round.code, entrant.number])).content.decode()


def test_what_is_no_visit_is_refused(world, media):
    entrant = make_entrant(make_round())
    client = Client()
    client.force_login(make_officer())
    address = reverse("visit_note", args=[entrant.round.code, entrant.number])
    today = timezone.localdate().isoformat()
    text = SimpleUploadedFile("foto.jpg", b"bukan foto", content_type="image/jpeg")
    wrong = [
        {},
        {"visited_on": "2099-01-01", "findings": "Lihat"},
        {"visited_on": "2020-01-01", "findings": "Lihat"},
        {"visited_on": today, "findings": " "},
        {"visited_on": today, "findings": "Lihat", "photos": [text]},
        {"visited_on": today, "findings": "Lihat", "photos": [photo() for _n in range(7)]},
    ]

    assert [client.post(address, data).status_code for data in wrong] == [422] * 6
    assert not Visit.objects.exists()


def test_visits_belong_to_the_area_and_to_people_without_a_conflict(world):
    entrant = make_entrant(make_round())
    today = timezone.localdate()
    conflicted = make_officer()
    Conflict.objects.create(round=entrant.round, entrant=entrant, user=conflicted, kind="declared")

    for actor in (make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]), make_reviewer(entrant.round, "chair"), conflicted):
        with pytest.raises(Refused):
            visits.note_visit(actor=actor, entrant=entrant, visited_on=today, findings="Lihat")


@pytest.mark.parametrize("phase", ["rakor", "closed", "established"])
def test_no_visit_is_noted_after_scoring(world, phase):
    entrant = make_entrant(make_round(phase=phase))

    with pytest.raises(NotReady):
        visits.note_visit(actor=make_officer(), entrant=entrant, visited_on=timezone.localdate(), findings="Lihat")


def test_photos_of_a_visit_are_seen_by_those_who_follow_the_product(world):
    entrant = make_entrant(make_round(), producer=make_producer())
    officer, reviewer, chair = make_officer(), make_reviewer(entrant.round), make_reviewer(entrant.round, "chair")
    make_sheet(entrant, reviewer)
    visit = Visit.objects.create(entrant=entrant, visited_on=timezone.localdate(), visited_by=officer, findings="Lihat")
    image = make_image()
    visit.images.add(image)
    neighbour = make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY])
    others = [neighbour, make_reviewer(entrant.round), make_reviewer(), make_head(make_producer("ocop"))]

    def sees(user):
        return StoredImage.objects.for_user(user).filter(pk=image.pk).exists()

    assert [sees(user) for user in (officer, reviewer, chair)] == [True] * 3
    assert [sees(user) for user in others] == [False] * 4
    Conflict.objects.create(round=entrant.round, entrant=entrant, user=chair, kind="declared")
    assert not sees(chair)


def test_photos_of_visits_are_kept(world):
    entrant = make_entrant(make_round())
    visit = Visit.objects.create(entrant=entrant, visited_on=timezone.localdate(), visited_by=make_officer(), findings="Lihat")
    kept, loose = make_image(), make_image()
    visit.images.add(kept)

    images.clear_unused(timezone.now() + dt.timedelta(days=60))

    assert StoredImage.objects.filter(pk=kept.pk).exists()
    assert not StoredImage.objects.filter(pk=loose.pk).exists()
