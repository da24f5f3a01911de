"""Two connections at once: one wins, the other is told; numbers follow the commits."""

import threading
import uuid

import pytest
from django.db import connection, connections, transaction

from accounts.models import User
from registry import workflow
from registry.errors import Conflict, NotReady, RegistryError
from registry.feed import record_change
from registry.models import CatalogueEntry, Change, Notice, Participant, Product, Submission, SubmissionVersion
from registry.reference import load_reference
from registry.services import checks, drafts, participants
from registry.steps import STEP_BY_KEY, base_version

from . import published
from .factories import SIBLING_VILLAGE, make_head, make_officer, make_producer, make_product, make_regions
from .steps import send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _world():
    make_regions()
    load_reference(years=())


def at_once(*acts):
    """Run the acts in threads of their own connection, started together; answers results or exceptions in order."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        start.wait()
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_decisions_at_once_one_wins():
    product = make_product(make_producer())
    submission = send(make_head(product.producer), product)
    officer = make_officer()
    submission = checks.claim(actor=officer, submission=submission)

    def decision(name, **detail):
        return lambda: workflow.apply(actor=officer, submission=submission, name=name, expected=submission.lock_version, **detail)

    results = at_once(decision("verify"), decision("reject", comment="Bukan produk desa ini."))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Submission"]
    assert Submission.objects.get().events.exclude(from_state="").count() == 2


def test_two_sends_at_once_make_one_version():
    product = make_product(make_producer())
    head = make_head(product.producer)
    submission = drafts.open_submission(product)

    def act():
        return workflow.apply(actor=head, submission=submission, name="submit", expected=0, declaration=True)

    results = at_once(act, act, act)
    assert sum(isinstance(result, Submission) for result in results) == 1
    assert all(isinstance(result, Submission | Conflict) for result in results)
    assert SubmissionVersion.objects.count() == 1


def test_two_claims_at_once_one_holds():
    product = make_product(make_producer())
    submission = send(make_head(product.producer), product)
    one, two = make_officer(), make_officer()
    results = at_once(*(lambda user=user: checks.claim(actor=user, submission=submission) for user in (one, two)))
    assert sum(isinstance(result, Submission) for result in results) == 1


def test_the_same_start_sent_twice_at_once_is_one_product():
    producer = make_producer()
    head, key = make_head(producer), uuid.uuid4()
    results = at_once(*[lambda: drafts.start_product(actor=head, producer=producer, key=key)] * 3)
    assert {result.pk for result in results} == {Product.objects.get().pk}


def test_two_devices_on_one_step_never_overwrite_in_silence():
    product = make_product(make_producer())
    head = make_head(product.producer)
    base = base_version(drafts.reloaded(product), STEP_BY_KEY["about"])

    def device(name):
        return lambda: drafts.save_step(actor=head, product=product, step="about", base=base, values={"name": name})

    results = at_once(device("Kopi A"), device("Kopi B"))
    winner = next(result for result in results if isinstance(result, Product))
    loser = next(result for result in results if isinstance(result, Conflict))
    assert Product.objects.get().name == winner.name
    assert loser.typed["name"] != winner.name
    assert loser.current["name"] == winner.name


def test_saving_beside_sending_is_never_half_done():
    product = make_product(make_producer())
    head = make_head(product.producer)
    submission = drafts.open_submission(product)
    base = base_version(drafts.reloaded(product), STEP_BY_KEY["about"])
    results = at_once(
        lambda: workflow.apply(actor=head, submission=submission, name="submit", expected=0, declaration=True),
        lambda: drafts.save_step(actor=head, product=product, step="about", base=base, values={"name": "Kopi Lain"}),
    )
    sent = SubmissionVersion.objects.get().snapshot["name"]
    assert isinstance(results[0], Submission)
    assert isinstance(results[1], Product | NotReady)
    assert sent == Product.objects.get().name


def test_the_feed_numbers_follow_the_commits():
    """Who gets the next number sees what was committed under the one before."""
    seen, first_has_number = [], threading.Event()

    def slow():
        with transaction.atomic():
            record_change(kind="region_split", subject_kind="region", subject_code="A")
            first_has_number.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")

    def fast():
        first_has_number.wait(10)
        with transaction.atomic():
            record_change(kind="region_split", subject_kind="region", subject_code="B")
            seen.extend(Change.objects.order_by("seq").values_list("subject_code", flat=True))

    at_once(slow, fast)
    assert seen == ["A", "B"]
    assert list(Change.objects.values_list("seq", "subject_code")) == [(1, "A"), (2, "B")]


def test_a_refused_transaction_leaves_no_gap_in_the_feed():
    def undone():
        with transaction.atomic():
            record_change(kind="region_split", subject_kind="region", subject_code="A")
            raise RegistryError("batal")

    with pytest.raises(RegistryError, match="batal"):
        undone()
    with transaction.atomic():
        assert record_change(kind="region_split", subject_kind="region", subject_code="B").seq == 1


def test_two_questions_at_once_are_one():
    product, partner = make_product(make_producer()), make_producer(region=SIBLING_VILLAGE)
    owner, head = make_head(product.producer), make_head(partner)

    def act():
        return participants.invite_participant(actor=owner, product=product, producer=partner, role="maker")

    results = at_once(act, act, act)
    assert len({result.pk for result in results}) == Participant.objects.count() == Notice.objects.filter(user=head).count() == 1


def asked_part() -> tuple[Participant, User, User]:
    """A part in a shown product that waits for its answer, who asked, and the head who answers."""
    product, partner = make_product(make_producer()), make_producer(region=SIBLING_VILLAGE)
    with transaction.atomic():
        published.publish(product)
    owner, head = make_head(product.producer), make_head(partner)
    return participants.invite_participant(actor=owner, product=product, producer=partner, role="maker"), owner, head


def test_two_answers_at_once_one_counts_and_the_public_page_agrees_with_it():
    part, _owner, head = asked_part()

    def answer(agree):
        return lambda: participants.answer_participation(actor=head, participant=part, agree=agree)

    results = at_once(answer(True), answer(False))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Participant"]
    part.refresh_from_db()
    assert bool(CatalogueEntry.objects.get().overlay["partners"]) == part.is_agreed


def test_an_agreement_beside_an_end_leaves_no_name_behind():
    part, owner, head = asked_part()

    at_once(
        lambda: participants.answer_participation(actor=head, participant=part, agree=True),
        lambda: participants.end_participation(actor=owner, participant=part),
    )
    assert not Participant.objects.current().exists()
    assert CatalogueEntry.objects.get().overlay["partners"] == []
