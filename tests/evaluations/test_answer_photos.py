"""Photos of answers: kept, and seen by whom the product is given to, the producer and nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.models import EvidenceRequest
from registry.models import StoredImage
from registry.services import images
from tests.registry.factories import make_head, make_producer
from tests.registry.pictures import picture

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = make_round()
    entrant = make_entrant(made, producer=make_producer())
    reviewer, head = make_reviewer(made), make_head(entrant.product.producer)
    make_sheet(entrant, reviewer)
    asked = EvidenceRequest.objects.create(entrant=entrant, asked_by=reviewer, question="Foto nota", due_on=timezone.localdate())
    photo = SimpleUploadedFile("nota.jpg", picture(), content_type="image/jpeg")
    answer = signed_in(head).post(reverse("evaluation_question", args=[asked.key]), {"answer": "", "photos": [photo]})
    assert answer.status_code == 302
    return entrant, reviewer, head, asked


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_photo_alone_is_an_answer_and_is_kept(answered):
    _entrant, _reviewer, _head, asked = answered
    asked.refresh_from_db()
    image = asked.images.get()
    assert asked.answered_at is not None
    assert not images.unnamed().filter(pk=image.pk).exists()


def test_a_photo_is_seen_where_the_product_is_seen(answered):
    entrant, reviewer, head, _asked = answered
    other = make_reviewer(entrant.round)
    seen = {name: StoredImage.objects.for_user(user).exists() for name, user in (("reviewer", reviewer), ("head", head), ("other", other))}
    assert seen == {"reviewer": True, "head": True, "other": False}
    assert not StoredImage.objects.for_user(make_head(make_producer("ocop"))).exists()

    entrant.round.conflicts.create(entrant=entrant, user=reviewer, kind="declared")

    assert not StoredImage.objects.for_user(reviewer).exists()


def test_what_is_no_photo_is_refused_in_words(answered):
    entrant, reviewer, head, _asked = answered
    asked = EvidenceRequest.objects.create(entrant=entrant, asked_by=reviewer, question="Surat", due_on=timezone.localdate())
    file = SimpleUploadedFile("surat.jpg", b"bukan foto", content_type="image/jpeg")
    answer = signed_in(head).post(reverse("evaluation_question", args=[asked.key]), {"answer": "Ini suratnya", "photos": [file]})
    asked.refresh_from_db()
    assert answer.status_code == 422
    assert "Ini suratnya" in answer.content.decode()
    assert asked.answered_at is None


def test_too_many_photos_are_refused(answered):
    entrant, reviewer, head, _asked = answered
    asked = EvidenceRequest.objects.create(entrant=entrant, asked_by=reviewer, question="Foto", due_on=timezone.localdate())
    photos = [SimpleUploadedFile(f"{n}.jpg", picture(size=(40 + n, 40)), content_type="image/jpeg") for n in range(7)]
    assert signed_in(head).post(reverse("evaluation_question", args=[asked.key]), {"answer": "", "photos": photos}).status_code == 422
    assert not asked.images.exists()
