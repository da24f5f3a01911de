"""Synthetic products: as the portal itself would have made them, marked, the same each time, never in production."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import User
from ovop_portal import seed as seeding
from ovop_portal.seed import NotSeeded, seed
from registry import catalogue, snapshot, steps
from registry.models import CatalogueEntry, Change, FeedCounter, Permit, Producer, Product, SearchWord, Submission, SubmissionVersion
from registry.reference import load_reference
from registry.search import read
from registry.services import checks
from registry.states import OPEN_STATES
from registry.workflow import apply
from tests.registry.factories import make_regions

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def world(db):
    make_regions()
    load_reference()


# What publishing anew changes, and what a state lifted by its own service keeps.
MOVING = {"id", "first_published_at", "published_at", "changed_at", "state", "state_reason", "state_since", "review_on", "revision"}


def columns_of(entry):
    return {field.attname: getattr(entry, field.attname) for field in CatalogueEntry._meta.concrete_fields if field.attname not in MOVING}


def test_every_seeded_entry_is_what_publishing_its_version_makes():
    seed(count=120)
    entries = list(CatalogueEntry.objects.select_related("version__submission").order_by("pk"))
    seeded = [columns_of(entry) for entry in entries]

    CatalogueEntry.objects.update(search_vector="", search_text="", overlay={}, name_key="", months=[], permits_until={})
    rebuilt = [columns_of(rebuild(entry)) for entry in entries]

    assert len(seeded) >= 100
    assert rebuilt == seeded
    assert all(row["search_vector"] for row in seeded)


def rebuild(entry):
    catalogue.publish_version(version=entry.version, at=entry.published_at)
    return CatalogueEntry.objects.get(pk=entry.pk)


def test_versions_hold_what_the_working_copies_say():
    seed(count=60)
    products = {product.pk: product for product in Product.objects.with_parts()}

    versions = list(SubmissionVersion.objects.select_related("submission"))

    assert versions
    for version in versions:
        assert version.snapshot == snapshot.build(products[version.submission.product_id])
        assert version.sha256 == steps.digest(version.snapshot)


def test_everything_is_marked_and_stands_in_a_known_state():
    made = seed(count=200)

    assert made == {"published": 164, "revised": 6, "draft": 12, "submitted": 8, "returned": 4, "verified": 6}
    assert Product.objects.filter(is_synthetic=True, is_demo=True).count() == 200
    assert not Producer.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert CatalogueEntry.objects.filter(is_demo=True).count() == Submission.objects.filter(state="published").count() == 170
    assert Submission.objects.filter(state__in=OPEN_STATES).count() == 36
    assert not Submission.objects.filter(state="submitted", promised_on=None).exists()
    assert not Submission.objects.filter(state="returned", return_due_on=None).exists()


def test_the_change_log_goes_on_without_a_gap():
    FeedCounter.objects.create(last_seq=41)
    seed(count=50)

    numbers = list(Change.objects.order_by("seq").values_list("seq", flat=True))

    assert numbers[0] == 42
    assert numbers == list(range(42, FeedCounter.objects.get().last_seq + 1))
    assert Change.objects.filter(kind="published").count() == CatalogueEntry.objects.count()


def test_the_rows_keep_the_model_rules():
    seed(count=80)

    for model in (Product, Permit, Producer, CatalogueEntry):
        for row in model.objects.all():
            row.full_clean(exclude=["search_vector"])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_same_number_makes_the_same_products():
    first = made_with(number=3)
    again = made_with(number=3)
    other = made_with(number=4)

    assert first == again
    assert first != other


def made_with(number):
    with transaction.atomic():
        seed(count=30, number=number)
        rows = list(Product.objects.order_by("pk").values_list("code", "key", "name", "producer__code", "story", "months"))
        transaction.set_rollback(True)
    return rows


def test_a_seeded_submission_goes_on_through_the_workflow():
    seed(count=60)
    submission = Submission.objects.filter(state="verified").first()
    province = User.objects.get(username="sintetis-provinsi")

    held = checks.claim(actor=province, submission=submission)
    done = apply(actor=province, submission=held, name="publish", expected=held.lock_version)

    assert done.state == "published"
    assert CatalogueEntry.objects.filter(product=done.product, state="listed").exists()


def test_a_misspelled_word_finds_seeded_products():
    seed(count=120)
    assert SearchWord.objects.filter(word="keripik").exists()
    assert "keripik" in read("kripik").near["kripik"]


def test_chunks_make_no_difference(monkeypatch):
    monkeypatch.setattr(seeding, "CHUNK", 7)
    made = seed(count=40)
    assert sum(made.values()) == Product.objects.count() == 40


def test_the_command_makes_them_in_demo_settings(settings, capsys):
    settings.DEMO = True
    call_command("seed", 20)
    assert "20 synthetic products" in capsys.readouterr().out
    assert Product.objects.filter(is_synthetic=True).count() == 20


def test_the_command_refuses_outside_demo_settings():
    with pytest.raises(CommandError, match="demo settings only"):
        call_command("seed", 20)
    assert not Product.objects.exists()


def test_a_second_seed_and_a_wrong_number_are_refused(settings):
    settings.DEMO = True
    call_command("seed", 5)
    with pytest.raises(CommandError, match="there already"):
        call_command("seed", 5)
    with pytest.raises(NotSeeded, match="Between 1 and"):
        seed(count=0)
