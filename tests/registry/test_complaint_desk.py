"""Reports about products: whose queue they lie in, who learns what, and what closing them does."""

import datetime as dt
import html

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from registry.errors import Conflict, NotReady
from registry.models import CatalogueEntry, Complaint, Notice
from registry.notices import words
from registry.services.complaints_handling import handle_complaint

from .desk_world import login
from .factories import OTHER_REGENCY, make_head, make_officer, make_producer, make_product
from .steps import publish

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def entry():
    product = make_product(make_producer())
    publish(product, head=make_head(product.producer))
    return CatalogueEntry.objects.get()


@pytest.fixture
def complaint(entry):
    today = timezone.localdate()
    return Complaint.objects.create(
        entry=entry,
        reason="wrong",
        text="Beratnya tidak sesuai.",
        reporter_name="Pelapor Contoh",
        reporter_phone="+6281200000001",
        due_on=today,
    )


def text(response):
    return html.unescape(response.content.decode())


def address(complaint):
    return reverse("complaint", args=[complaint.number])


def body(outcome, **more):
    return {"outcome": outcome, "answer": "Terima kasih, sudah kami periksa.", "to_producer": "Periksa berat bersih.", **more}


@pytest.mark.parametrize(
    ("role", "regions", "queue", "one"),
    [
        (Role.PROVINCE_OFFICER, ["53"], 200, 200),
        (Role.REGENCY_OFFICER, ["53.09"], 200, 200),
        (Role.REGENCY_OFFICER, [OTHER_REGENCY], 200, 404),
        (Role.VIEWER, ["53"], 403, 403),
        (Role.DISTRICT_OFFICER, ["53.09.01"], 403, 403),
    ],
)
def test_officers_of_the_area_alone(client, complaint, role, regions, queue, one):
    login(client, make_officer(role, regions))
    answer = client.get(reverse("complaint_queue"))
    assert answer.status_code == queue
    assert client.get(address(complaint)).status_code == one
    assert client.post(address(complaint), body("answered")).status_code == (302 if one == 200 else one)


def test_the_head_of_the_producer_never_comes_in(client, complaint):
    login(client, make_head(complaint.entry.product.producer))
    assert client.get(address(complaint)).status_code == 403


def test_the_queue_has_a_working_day_clock_and_filters(client, complaint):
    Complaint.objects.update(due_on=timezone.localdate() - dt.timedelta(days=8))
    login(client, make_officer())
    assert "time past" in text(client.get(reverse("complaint_queue")))
    assert complaint.number in text(client.get(reverse("complaint_queue"), {"show": "late"}))
    assert complaint.number not in text(client.get(reverse("complaint_queue"), {"show": "closed"}))
    assert complaint.number not in text(client.get(reverse("complaint_queue"), {"reason": "fake"}))


def test_an_answer_closes_it(client, complaint):
    officer = make_officer()
    login(client, officer)
    assert client.post(address(complaint), body("answered", to_producer="")).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.handled_by) == ("answered", officer)
    assert not Notice.objects.filter(kind="correction_asked").exists()


def test_a_correction_is_asked_without_naming_the_reporter(client, complaint):
    login(client, make_officer())
    client.post(address(complaint), body("correction"))
    notice = Notice.objects.get(kind="correction_asked")
    assert "Periksa berat bersih." in words(notice)
    assert "Pelapor" not in words(notice)
    assert complaint.text not in words(notice)


def test_only_the_province_is_offered_to_suspend(client, complaint):
    login(client, make_officer())
    assert 'value="suspended"' not in text(client.get(address(complaint)))
    assert client.post(address(complaint), body("suspended")).status_code == 422
    with pytest.raises(Refused):
        handle_complaint(actor=make_officer(), complaint=complaint, outcome="suspended", answer="x", to_producer="y")
    complaint.refresh_from_db()
    assert complaint.outcome == ""


def test_a_suspension_hides_the_entry_in_the_same_step(client, complaint):
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    assert client.post(address(complaint), body("suspended")).status_code == 422
    complaint.refresh_from_db()
    assert complaint.outcome == ""

    day = timezone.localdate() + dt.timedelta(days=10)
    assert client.post(address(complaint), body("suspended", review_on=day.isoformat())).status_code == 302
    entry = CatalogueEntry.objects.get()
    assert (entry.state, entry.state_reason, entry.review_on) == ("suspended", "Periksa berat bersih.", day)


def test_a_withdrawal(complaint):
    officer = make_officer(Role.PROVINCE_OFFICER, ["53"])
    handle_complaint(actor=officer, complaint=complaint, outcome="withdrawn", answer="Sudah dicabut.", to_producer="Bukan produk desa.")
    assert CatalogueEntry.objects.get().state == "withdrawn"


def test_the_second_officer_is_told_it_is_closed(client, complaint):
    officer = make_officer()
    handle_complaint(actor=officer, complaint=complaint, outcome="answered", answer="Sudah.")
    with pytest.raises(Conflict):
        handle_complaint(actor=officer, complaint=complaint, outcome="answered", answer="Lagi.")
    assert login(client, officer).post(address(complaint), body("answered")).status_code == 409


def test_words_are_needed(complaint):
    officer = make_officer()
    with pytest.raises(NotReady):
        handle_complaint(actor=officer, complaint=complaint, outcome="answered", answer="  ")
    with pytest.raises(NotReady):
        handle_complaint(actor=officer, complaint=complaint, outcome="correction", answer="Sudah.", to_producer="")


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_at_one_and_three_rows(client, complaint, count, django_assert_num_queries):
    for _index in range(count - 1):
        Complaint.objects.create(entry=complaint.entry, reason="fake", text="Palsu.", due_on=complaint.due_on)
    login(client, make_officer())
    with django_assert_num_queries(9):
        client.get(reverse("complaint_queue"))


# --- the entry's page


def entry_page(entry):
    return reverse("entry_detail", args=[entry.code])


@pytest.mark.parametrize(("role", "regions", "status"), [(Role.VIEWER, ["53"], 200), (Role.REGENCY_OFFICER, [OTHER_REGENCY], 404)])
def test_the_entry_opens_inside_the_area(client, entry, role, regions, status):
    login(client, make_officer(role, regions))
    assert client.get(entry_page(entry)).status_code == status
    assert (entry.code in text(client.get(reverse("entry_list")))) is (status == 200)


def test_the_province_suspends_with_reason_and_day_and_resumes(client, entry):
    login(client, make_officer(Role.PROVINCE_OFFICER, ["53"]))
    day = timezone.localdate() + dt.timedelta(days=7)
    assert client.post(entry_page(entry), {"step": "suspend", "reason": "", "review_on": day.isoformat()}).status_code == 422
    assert client.post(entry_page(entry), {"step": "suspend", "reason": "Izin diragukan", "review_on": ""}).status_code == 422
    assert client.post(entry_page(entry), {"step": "suspend", "reason": "Izin diragukan", "review_on": day.isoformat()}).status_code == 302
    assert client.post(entry_page(entry), {"step": "suspend", "reason": "Lagi", "review_on": day.isoformat()}).status_code == 409
    assert "Izin diragukan" in text(client.get(entry_page(entry)))
    assert client.post(entry_page(entry), {"step": "resume"}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "listed"


def test_others_see_no_buttons_and_are_refused(client, entry):
    login(client, make_officer())
    assert 'name="step"' not in text(client.get(entry_page(entry)))
    assert client.post(entry_page(entry), {"step": "withdraw", "reason": "x"}).status_code == 422
    assert client.post(entry_page(entry), {"step": "nonsense"}).status_code == 422
    entry.refresh_from_db()
    assert entry.state == "listed"
