"""Reports of the public: filed by anybody, once, within a limit, followed up by number."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.calendar import add_working_days
from registry.models import Complaint
from registry.services.complaints import file_complaint, forget_reporters
from registry.states import COMPLAINT_DUE_DAYS

from .published import publish, set_state

pytestmark = pytest.mark.usefixtures("world")
TYPED = {"reason": "fake", "text": "Isi kemasan tidak sama.", "name": "Pelapor", "phone": "0812 0000 0000"}


@pytest.fixture
def entry():
    return publish()


def send(client, entry, **values):
    data = TYPED | {"key": str(uuid.uuid4())} | values
    return client.post(reverse("complaint_new", args=[entry.code]), data)


def test_a_report_is_taken_without_an_account_and_gets_a_due_day(client, entry):
    response = send(client, entry)

    complaint = Complaint.objects.get()
    assert (complaint.entry, complaint.reason, complaint.reporter_phone) == (entry, "fake", "+6281200000000")
    assert complaint.due_on == add_working_days(timezone.localdate(), COMPLAINT_DUE_DAYS)
    assert len(complaint.number) == 14
    assert complaint.number in client.get(response.url).content.decode()


def test_the_same_form_sent_twice_is_one_report(client, entry):
    key = str(uuid.uuid4())

    first, second = send(client, entry, key=key), send(client, entry, key=key)

    assert first.url == second.url
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("missing", ["reason", "text"])
def test_what_is_missing_is_said_and_the_rest_kept(client, entry, missing):
    response = send(client, entry, **{missing: ""})

    assert response.status_code == 200
    assert response.context["form"].errors[missing]
    assert "Pelapor" in response.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "values", [{"phone": "bukan nomor"}, {"reason": "x"}, {"text": "a\x00b"}, {"text": "a" * 2001}, {"website": "http://x"}]
)
def test_bad_values_are_refused_plainly(client, entry, values):
    assert send(client, entry, **values).status_code == 200
    assert not Complaint.objects.exists()


def test_a_bad_key_does_no_harm(client, entry):
    assert send(client, entry, key="x").status_code == 200
    assert send(client, entry, key="").status_code == 302


def test_a_limit_per_address_keeps_what_was_typed(client, entry, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"complaint": "2/h/ip"}
    codes = [send(client, entry, text=f"Laporan {number}").status_code for number in range(3)]
    last = send(client, entry, text="Tulisan yang panjang")

    assert codes == [302, 302, 429]
    assert "Tulisan yang panjang" in last.content.decode()
    assert Complaint.objects.count() == 2


def test_every_state_of_a_product_can_be_reported(client, entry):
    for state in ("suspended", "withdrawn", "ceased", "paused"):
        set_state(entry, state)
        assert send(client, entry, text=state).status_code == 302


def test_an_unknown_product_cannot_be_reported(client):
    assert client.get("/lapor/NTT-0000-00/").status_code == 404


@pytest.mark.parametrize("write", [str, str.lower, lambda number: number.replace("-", " ")])
def test_a_number_is_followed_up_as_people_write_it(client, entry, write):
    send(client, entry)
    number = Complaint.objects.get().number

    response = client.get(reverse("complaint_status"), {"number": write(number)})

    assert response.context["complaint"].number == number


def test_the_answer_is_read_and_the_reporter_never(client, entry):
    send(client, entry, name="Nama Rahasia")
    complaint = Complaint.objects.get()
    Complaint.objects.update(outcome="answered", answer="Sudah kami periksa.", handled_at=timezone.now())

    page = client.get(reverse("complaint_status"), {"number": complaint.number}).content.decode()

    assert "Sudah kami periksa." in page
    assert "Nama Rahasia" not in page


@pytest.mark.parametrize("number", ["L-000000000000", "x", "%", "", "a\x00", "L" * 500])
def test_an_unknown_number_gets_a_plain_answer(client, number):
    assert client.get(reverse("complaint_status"), {"number": number}).status_code in (200, 404)


def test_reporters_are_forgotten_two_years_after_the_answer(entry):
    values = {"actor": None, "entry": entry, "reason": "fake", "text": "x", "name": "Pelapor", "phone": "+628120000"}
    old, new = (file_complaint(key=uuid.uuid4(), **values) for _ in range(2))
    Complaint.objects.filter(pk=old.pk).update(outcome="answered", handled_at=timezone.now() - dt.timedelta(days=740))
    Complaint.objects.filter(pk=new.pk).update(outcome="answered", handled_at=timezone.now() - dt.timedelta(days=700))

    assert forget_reporters() == 1

    assert Complaint.objects.get(pk=old.pk).reporter_name == ""
    assert Complaint.objects.get(pk=new.pk).reporter_name == "Pelapor"
