"""Takes the reported products through the portal's own services, each to the state its row names."""

from __future__ import annotations

import csv
import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from communities.models import CommunityProfile
from regions.models import Region
from registry import jobs, workflow
from registry.codes import new_register_number
from registry.models import Producer, Product, Submission
from registry.services import checks, drafts, participants, permits, photos
from registry.steps import STEP_BY_KEY, base_version
from registry.text import fold
from schools.models import SchoolProfile
from villages.models import VillageProfile

from .accounts import Accounts
from .pictures import draw

FILE = Path(__file__).parent / "products.csv"
# Rows of the compiled list of 50 that name no producer, or none that can be placed in a region; they are left out.
LEFT_OUT = 26
Row = dict[str, str]


def rows() -> list[Row]:
    """The reported products, one a row, with source and day."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def make_producer(pillar: str, region: str, name: str, kind: str = "") -> Producer:
    """A demonstration producer at the most exact place its source names."""
    place = Region.objects.get(pk=region)
    # No source gives an NPSN, so a school goes by a register number until an officer enters it.
    code = place.pk if pillar == "ovop" else new_register_number()
    producer = Producer.objects.create(
        pillar=pillar, region=place, name=name, code=code, search_text=fold(f"{name} {place.full_name}"), is_demo=True
    )
    if pillar == "ovop":
        VillageProfile.objects.create(producer=producer)
    elif pillar == "osop":
        SchoolProfile.objects.create(producer=producer, level=kind, ownership=SchoolProfile.Ownership.STATE)
    else:
        CommunityProfile.objects.create(producer=producer, kind=kind)
    return producer


def open_submission(product: Product) -> Submission:
    """The submission being written or checked, which a demonstration product has until it is published."""
    submission = drafts.open_submission(product)
    if submission is None:
        raise Submission.DoesNotExist(product.code)
    return submission


class Loader:
    """Writes, sends and decides the demonstration products with the demonstration accounts."""

    def __init__(self, accounts: Accounts, offices: dict[str, User]):
        self.accounts = accounts
        self.offices = offices
        self.producers: dict[str, Producer] = {}
        self.heads: dict[int, User] = {}
        self.regencies: dict[str, User] = {}

    def producer(self, row: Row) -> Producer:
        if row["producer"] not in self.producers:
            producer = make_producer(row["pillar"], row["region"], row["producer"], row["kind"])
            self.producers[row["producer"]] = producer
            self.heads[producer.pk] = self.accounts.head(producer)
        return self.producers[row["producer"]]

    def regency(self, code: str) -> User:
        if code not in self.regencies:
            self.regencies[code] = self.accounts.regency(Region.objects.get(pk=code))
        return self.regencies[code]

    def checker(self, producer: Producer) -> User:
        return self.offices["education"] if producer.pillar == "osop" else self.regency(producer.region_id[:5])

    def load(self, row: Row) -> Product:
        """One product from its first word to the state of its row."""
        producer = self.producer(row)
        head = self.heads[producer.pk]
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"{row['source']}#{row['product']}")
        product = drafts.start_product(actor=head, producer=producer, key=key, name=row["product"])
        reported = dt.date.fromisoformat(row["reported_on"]) if row["reported_on"] else None
        Product.objects.filter(pk=product.pk).update(is_demo=True, source_url=row["source"], source_day=reported)
        for step, values in self.steps(row).items():
            self.save(head, product, step, values)
        self.add_parts(head, product, row)
        self.advance(product, head, row["state"])
        return product

    @staticmethod
    def steps(row: Row) -> dict[str, dict]:
        """What the source says, step by step; what it does not say stays unknown, so the price is on request."""
        return {
            "about": {"name": row["product"], "category": row["category"], "summary": row["summary"]},
            "maker": {"maker": {"name": row["maker"], "legal_form": row["legal_form"]}},
            "price": {"variants": [{"unit": "pack", "price": None}], "price_on_request": True},
            "chain": {"raw_material": row["raw_material"]},
        }

    @staticmethod
    def save(head: User, product: Product, step: str, values: dict) -> None:
        base = base_version(drafts.reloaded(product), STEP_BY_KEY[step])
        drafts.save_step(actor=head, product=product, step=step, base=base, values=values)

    def add_parts(self, head: User, product: Product, row: Row) -> None:
        upload = SimpleUploadedFile("contoh.png", draw(row["category"], row["product"]), "image/png")
        alt = f"Gambar contoh untuk {row['product']}"
        photo = photos.add_photo(actor=head, product=product, key=uuid.uuid4(), upload=upload, alt=alt)
        jobs.prepare_image(photo.image_id)
        if row["permit_kind"]:
            values = {
                "kind": row["permit_kind"],
                "number": row["permit_number"],
                "holder": "collective",
                "collective": row["permit_holder"],
            }
            permits.save_permit(actor=head, product=product, values=values)
        for number, code in enumerate(filter(None, row["participants"].split(";"))):
            self.add_participant(head, product, code, agrees=number == 0 or row["state"] == "published")

    def add_participant(self, head: User, product: Product, code: str, *, agrees: bool) -> None:
        """A village that makes it too; what is not published leaves a question open for the head of one village."""
        other = self.partner(code)
        part = participants.invite_participant(actor=head, product=product, producer=other, role="maker")
        if agrees:
            participants.answer_participation(actor=self.heads[other.pk], participant=part, agree=True)

    def partner(self, code: str) -> Producer:
        name = f"Desa {Region.objects.get(pk=code).name}"
        if name not in self.producers:
            self.producers[name] = make_producer("ovop", code, name)
            self.heads[self.producers[name].pk] = self.accounts.head(self.producers[name])
        return self.producers[name]

    def advance(self, product: Product, head: User, state: str) -> None:
        """Take the product along the workflow to `state`."""
        checker, province = self.checker(product.producer), self.offices["province"]
        way: dict[str, list[Callable[[], object]]] = {
            "draft": [],
            "submitted": [lambda: self.step(head, product, "submit", declaration=True)],
            "returned": [
                lambda: self.step(head, product, "submit", declaration=True),
                lambda: self.send_back(checker, product),
            ],
            "verified": [
                lambda: self.step(head, product, "submit", declaration=True),
                lambda: self.step(checker, product, "verify"),
            ],
        }
        way["published"] = [*way["verified"], lambda: self.step(province, product, "publish")]
        for act in way[state]:
            act()

    def send_back(self, checker: User, product: Product) -> None:
        submission = checks.claim(actor=checker, submission=open_submission(product))
        note = "Sebutkan rasa apa saja yang dibuat."
        checks.mark_field(actor=checker, submission=submission, field="summary", reason="unclear", note=note)
        photo = submission.sent_version.snapshot["photos"][0]["sha256"]
        note = "Ganti dengan foto produk yang sebenarnya."
        checks.mark_field(actor=checker, submission=submission, field=f"photo:{photo}", reason="photo_wrong", note=note)
        self.step(checker, product, "return")

    @staticmethod
    def step(actor: User, product: Product, name: str, **detail: Any) -> None:
        submission = open_submission(product)
        if name not in ("submit", "return"):
            submission = checks.claim(actor=actor, submission=submission)
        workflow.apply(actor=actor, submission=submission, name=name, expected=submission.lock_version, **detail)
