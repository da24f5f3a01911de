"""The whole trip of a product, by services alone: sent, returned, mended, verified, published, revised."""

import pytest

from accounts.states import Role
from registry import workflow
from registry.models import CatalogueEntry, Change, Submission
from registry.services import checks, drafts

from .factories import REGENCY, make_head, make_officer, make_producer, make_product
from .steps import decide, save, send, take

pytestmark = pytest.mark.usefixtures("world")


def test_from_draft_to_catalogue_and_back_again():
    producer = make_producer()
    head, regency = make_head(producer), make_officer()
    province = make_officer(Role.PROVINCE_OFFICER, ["53"])
    product = make_product(producer)

    send(head, product)
    submission = drafts.open_submission(product)
    checks.claim(actor=regency, submission=submission)
    checks.mark_field(actor=regency, submission=submission, field="name", reason="unclear", note="Nama di kemasan?")
    checks.mark_field(actor=regency, submission=submission, field="variants", reason="wrong_figure")
    returned = take(regency, product, "return")
    assert returned.return_due_on is not None

    with pytest.raises(workflow.NotReady):
        send(head, product)
    save(head, product, "about", name="Kopi Contoh Baru")
    checks.answer_flag(actor=head, flag=returned.flags.get(field="variants"), reply="Harga sudah benar.")
    send(head, product)
    decide(regency, product, "verify")
    published = decide(province, product, "publish")

    entry = CatalogueEntry.objects.published().get()
    assert (entry.name, entry.regency_code, entry.price_from) == ("Kopi Contoh Baru", REGENCY, 45000)
    assert published.versions.count() == 2
    assert Change.objects.get().kind == "published"

    save(head, product, "about", name="Kopi Contoh Ketiga")
    assert CatalogueEntry.objects.get().name == "Kopi Contoh Baru"
    send(head, product)
    decide(regency, product, "verify")
    decide(province, product, "publish")
    assert CatalogueEntry.objects.get().name == "Kopi Contoh Ketiga"
    assert sorted(Submission.objects.values_list("state", flat=True)) == ["published", "superseded"]
    assert list(Change.objects.values_list("seq", flat=True)) == [1, 2]
