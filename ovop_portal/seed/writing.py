"""Writing a chunk of made products: working copies, submissions with versions and events, catalogue entries, changes."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, cast

from django.db.models import F
from django.utils import timezone

from registry import calendar, catalogue, representation, search, snapshot, steps
from registry.codes import ALPHABET
from registry.desks import rule_for
from registry.models import (
    CatalogueEntry,
    ChainStage,
    Change,
    CheckerRule,
    FeedCounter,
    FieldFlag,
    Permit,
    Product,
    ProductPhoto,
    ProductVariant,
    Representation,
    StoredImage,
    Submission,
    SubmissionEvent,
    SubmissionVersion,
    VersionImage,
)
from registry.states import DECLARATION_VERSION, PUBLISH_PROMISE_DAYS, RETURN_DUE_DAYS

from .copying import copy, copy_entries, reserve
from .people import Officer, Offices
from .products import PUBLISHED_STATES, Row, State

Rows = list[dict[str, Any]]


class Writer:
    """Writes chunks of products; keeps what every chunk asks again (rules, working days, words of the search)."""

    def __init__(self, rng: random.Random, offices: Offices):
        self.rng = rng
        self.offices = offices
        self.rules = list(CheckerRule.objects.all())
        self.words: set[str] = set()
        self.numbers: set[str] = set()
        self.days: dict[tuple[dt.date, int], dt.date] = {}

    def write(self, chunk: list[Row]) -> None:
        self._number(chunk)
        self._copy_parts(chunk)
        submissions = [self._submission(product) for product in chunk]
        submissions += [self._revision(product) for product in chunk if product.state is State.REVISED]
        copy(Submission, submissions)
        sent = [product for product in chunk if product.state is not State.DRAFT]
        copy(SubmissionVersion, (self._version(product) for product in sent))
        copy(VersionImage, self._version_images(sent))
        copy(FieldFlag, self._flags(sent))
        copy(SubmissionEvent, self._events(chunk))
        self._publish([product for product in chunk if product.state in PUBLISHED_STATES])

    def finish(self) -> None:
        """What is written once, at the end: the words a misspelled search is read against."""
        search.learn(" ".join(self.words))

    # ---- working copies

    def _number(self, chunk: list[Row]) -> None:
        """Give keys to the rows others name, and freeze what was sent, now that the rows are known by their keys."""
        images = [photo.image for product in chunk for photo in product.photos]
        permits = [permit for product in chunk for permit in product.permits]
        revised = [product for product in chunk if product.state is State.REVISED]
        published = [product for product in chunk if product.state in PUBLISHED_STATES]
        for model, rows, name in (
            (Product, chunk, "id"),
            (Submission, chunk, "submission_id"),
            (Submission, revised, "revision_id"),
            (SubmissionVersion, chunk, "version_id"),
            (CatalogueEntry, published, "entry_id"),
            (StoredImage, images, "id"),
            (Permit, permits, "id"),
        ):
            for key, row in enumerate(rows, start=reserve(model, len(rows))):
                setattr(row, name, key)
        for product in chunk:
            product.content = snapshot.build(cast("Product", product))  # a Row has all a snapshot reads
            product.rule = rule_for(product.producer, self.rules)
            product.checker = self.offices.checker(product.unit, product.rule.role, product.rule.office)
            product.publisher = self.offices.province

    def _copy_parts(self, chunk: list[Row]) -> None:
        copy(StoredImage, (self._image(product, photo.image) for product in chunk for photo in product.photos))
        copy(Product, (vars(product) | {"created_at": product.times["opened"], "edited_at": self._last(product)} for product in chunk))
        copy(ProductVariant, self._parts(chunk, "variants"))
        copy(ChainStage, self._parts(chunk, "chain"))
        copy(ProductPhoto, (row | {"image_id": row["image"].id} for row in self._parts(chunk, "photos")))
        copy(Permit, (vars(permit) for product in chunk for permit in product.permits))
        covered = ({"permit_id": permit.id, "product_id": product.id} for product in chunk for permit in product.permits)
        copy(Permit.products.through, covered)

    @staticmethod
    def _parts(chunk: list[Row], name: str) -> Rows:
        return [vars(row) | {"product_id": product.id} for product in chunk for row in getattr(product, name)]

    @staticmethod
    def _image(product: Row, image: Row) -> dict[str, Any]:
        return vars(image) | {
            "uploaded_by_id": product.unit.head.pk,
            "created_at": product.times["opened"],
            "published_at": product.times.get("published"),
        }

    @staticmethod
    def _last(product: Row) -> dt.datetime:
        return max(product.times.values())

    # ---- submissions

    def _submission_number(self) -> str:
        while True:
            number = "P-" + "".join(self.rng.choices(ALPHABET[:31], k=8))
            if number not in self.numbers:
                self.numbers.add(number)
                return number

    def _submission(self, product: Row) -> dict[str, Any]:
        """The trip of a product so far, with the clock of the desk it lies on."""
        times, state = product.times, product.state
        row = {
            "id": product.submission_id,
            "number": self._submission_number(),
            "product_id": product.id,
            "state": "published" if state in PUBLISHED_STATES else state.value,
            "lock_version": len(times) - 1,
            "opened_at": times["opened"],
            "changed_at": self._last(product),
        }
        if state is not State.DRAFT:
            row |= self._sent(product)
        return row | self._clock(product)

    @staticmethod
    def _sent(product: Row) -> dict[str, Any]:
        times, province = product.times, product.publisher.user.pk
        return {
            "current_version_id": product.version_id,
            "desk_role": product.rule.role,
            "desk_office": product.rule.office,
            "submitted_by_id": product.unit.head.pk,
            "submitted_at": times["submitted"],
            "verified_by_id": product.checker.user.pk if "verified" in times else None,
            "published_by_id": province if "published" in times else None,
        }

    def _clock(self, product: Row) -> dict[str, Any]:
        times, rule = product.times, product.rule
        if product.state is State.SUBMITTED:
            start = times["submitted"]
            promised, takeover = self._after(start, rule.promise_days), self._after(start, rule.takeover_days)
            return {"clock_started_at": start, "promised_on": promised, "takeover_on": takeover}
        if product.state is State.VERIFIED:
            return {"clock_started_at": times["verified"], "promised_on": self._after(times["verified"], PUBLISH_PROMISE_DAYS)}
        if product.state is State.RETURNED:
            return {"return_due_on": self._after(times["returned"], RETURN_DUE_DAYS)}
        return {}

    def _after(self, at: dt.datetime, days: int) -> dt.date:
        key = (timezone.localdate(at), days)
        if key not in self.days:
            self.days[key] = calendar.add_working_days(*key)
        return self.days[key]

    def _revision(self, product: Row) -> dict[str, Any]:
        """The next trip of a product that is shown: opened, not sent."""
        at = self._last(product) + dt.timedelta(hours=1)
        number = self._submission_number()
        return {"id": product.revision_id, "number": number, "product_id": product.id, "state": "draft", "opened_at": at, "changed_at": at}

    @staticmethod
    def _version(product: Row) -> dict[str, Any]:
        product.sha256 = steps.digest(product.content)
        return {
            "id": product.version_id,
            "submission_id": product.submission_id,
            "number": 1,
            "snapshot": product.content,
            "sha256": product.sha256,
            "declaration_version": DECLARATION_VERSION,
            "sent_by_id": product.unit.head.pk,
            "mandate_id": product.unit.mandate.pk,
            "sent_at": product.times["submitted"],
        }

    @staticmethod
    def _version_images(sent: list[Row]) -> Rows:
        return [{"version_id": product.version_id, "image_id": photo.image.id} for product in sent for photo in product.photos]

    @staticmethod
    def _flags(sent: list[Row]) -> Rows:
        return [
            {
                "submission_id": product.submission_id,
                "version_id": product.version_id,
                "field": "summary",
                "reason": "unclear",
                "note": "Sebutkan isi dan cara memakainya.",
                "raised_by_id": product.checker.user.pk,
                "raised_at": product.times["returned"],
                "sent_at": product.times["returned"],
            }
            for product in sent
            if product.state is State.RETURNED
        ]

    def _events(self, chunk: list[Row]) -> Rows:
        return [event for product in chunk for event in self._history(product)]

    def _history(self, product: Row) -> Rows:
        """What happened to a product's first trip, in order."""
        head = Officer(product.unit.head, product.unit.mandate)
        rows = [self._event(product, "start", head, product.times["opened"], detail={"on_behalf": False}, version_id=None)]
        before = "draft"
        for state, name, who, detail in (
            ("submitted", "submit", head, {"on_behalf": False}),
            ("returned", "return", product.checker, {"flags": ["summary"]}),
            ("verified", "verify", product.checker, {"takeover": False}),
            ("published", "publish", product.publisher, {}),
        ):
            if state in product.times:
                rows.append(self._event(product, name, who, product.times[state], detail=detail, from_state=before, to_state=state))
                before = state
        if before == "published" and product.entry.step:
            rows.append(self._entry_event(product, head))
        return rows

    def _entry_event(self, product: Row, head: Officer) -> dict[str, Any]:
        entry = product.entry
        who = product.publisher if entry.words else head
        review = entry.words.get("review_on")
        detail = {"entry_from": "listed", "entry_to": entry.state, "review_on": review and review.isoformat()}
        comment = entry.words.get("state_reason", "")
        return self._event(product, entry.step, who, self._settled(product), detail=detail, comment=comment)

    @staticmethod
    def _event(product: Row, name: str, who: Officer, at: dt.datetime, **values: Any) -> dict[str, Any]:
        row = {"submission_id": product.submission_id, "actor_id": who.user.pk, "mandate_id": who.mandate.pk, "transition": name}
        return row | {"version_id": product.version_id, "at": at} | values

    # ---- the public's side

    def _publish(self, published: list[Row]) -> None:
        changes = [self._change(product, "published") | {"payload_hash": product.sha256} for product in published]
        changes += [self._change(product, product.entry.step) for product in published if product.entry.step]
        FeedCounter.objects.get_or_create(pk=1)
        FeedCounter.objects.update(last_seq=F("last_seq") + len(changes))
        first = FeedCounter.objects.get().last_seq - len(changes) + 1
        numbered = [change | {"seq": seq} for seq, change in enumerate(changes, start=first)]
        revisions = {change["subject_code"]: change["seq"] for change in numbered}
        entries = [self._entry(product) | {"revision": revisions[product.code]} for product in published]
        told = [self._told(entry) for entry in entries]
        copy_entries(CatalogueEntry, entries)
        copy(Representation, told)
        copy(Change, numbered)

    @staticmethod
    def _told(entry: dict[str, Any]) -> dict[str, Any]:
        """What partners get of it; numbers of the row that is written next."""
        row = representation.row_of(CatalogueEntry(**{name: value for name, value in entry.items() if name != "search_texts"}))
        return {"entry_id": row.entry_id, "form": row.form, "text_id": row.text_id, "text_en": row.text_en}

    def _entry(self, product: Row) -> dict[str, Any]:
        unit, at = product.unit, product.times["published"]
        contact = unit.contact if unit.contact and unit.contact.is_public else None
        columns = catalogue.build_columns(product.content, unit.producer, category=product.category, region=unit.region, contact=contact)
        texts = catalogue.search_texts(product.content, columns["search_text"])
        self.words.update(" ".join(texts.values()).split())
        shown = {"first_published_at": at, "published_at": at, "changed_at": at, "is_demo": True}
        keys = {"id": product.entry_id, "product_id": product.id, "version_id": product.version_id, "code": product.code}
        state = {"state": product.entry.state, "state_since": self._settled(product)} | product.entry.words
        return columns | shown | keys | state | {"search_texts": texts}

    @staticmethod
    def _settled(product: Row) -> dt.datetime:
        """When the entry came into its state: an hour after publication where it is not simply shown."""
        return product.times["published"] + dt.timedelta(hours=1 if product.entry.step else 0)

    @staticmethod
    def _change(product: Row, kind: str) -> dict[str, Any]:
        return {"kind": kind, "subject_kind": "product", "subject_code": product.code}
