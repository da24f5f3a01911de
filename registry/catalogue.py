"""Building catalogue entries from approved versions, and the live overlay. The only writer of `CatalogueEntry` content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Exists, OuterRef, Value
from django.utils import timezone

from regions.models import Region

from .feed import record_change
from .models import CatalogueEntry, Category, Contact, Participant, Product, StoredImage, VersionImage
from .search import learn
from .states import HIDDEN_ENTRY_STATES, EntryState, ImageState
from .text import fold

if TYPE_CHECKING:
    from django.db.models.expressions import CombinedExpression

    from .models import Producer, SubmissionVersion

SEARCH_CONFIG = "indonesian"


def publish_version(*, version: SubmissionVersion, at: dt.datetime) -> CatalogueEntry:
    """Make or replace the entry of a product from an approved version and log the change, inside the caller's transaction."""
    content = version.snapshot
    product = Product.objects.select_for_update(of=("self",), no_key=True).select_related("producer").get(pk=version.submission.product_id)
    columns = columns_of(content, product) | {"version": version, "is_demo": product.is_demo, "published_at": at, "changed_at": at}
    entry, created = CatalogueEntry.objects.update_or_create(
        product=product,
        defaults=columns | _state_after(product),
        create_defaults=columns | {"code": product.code, "first_published_at": at},
    )
    refresh_search(entry)
    show_images(entry)
    record_change(kind="published" if created else "revised", subject_kind="product", subject_code=entry.code, payload_hash=version.sha256)
    return entry


def show_images(entry: CatalogueEntry) -> None:
    """Open to the public exactly the images some shown entry names today; close those of this product nobody shows any more.

    A photo used without permission is so out of reach as soon as its product is suspended or revised without it.
    """
    shown_versions = CatalogueEntry.objects.exclude(state__in=HIDDEN_ENTRY_STATES).values("version_id")
    shown = Exists(VersionImage.objects.filter(image=OuterRef("pk"), version_id__in=shown_versions))
    own = StoredImage.objects.filter(versions__version__submission__product=entry.product_id)
    opened = own.filter(shown, state=ImageState.READY, published_at=None).values("pk")
    closed = own.filter(~shown, published_at__isnull=False).values("pk")
    StoredImage.objects.filter(pk__in=[row["pk"] for row in opened]).update(published_at=timezone.now())
    StoredImage.objects.filter(pk__in=[row["pk"] for row in closed]).update(published_at=None)


def _state_after(product: Product) -> dict[str, Any]:
    """A reopened product that was withdrawn is shown again; a suspension or pause stays until it is lifted by its own service."""
    entry = CatalogueEntry.objects.filter(product=product).only("state").first()
    if entry is not None and entry.state in (EntryState.WITHDRAWN, EntryState.CEASED):
        return {"state": EntryState.LISTED, "state_reason": "", "state_since": timezone.now(), "review_on": None}
    return {}


def columns_of(content: dict[str, Any], product: Product) -> dict[str, Any]:
    """The filter columns and payload of an entry: the frozen content, and the producer's code and place of today.

    A region may have given way to another between sending and publishing.
    """
    category = Category.objects.select_related("parent").get(slug=content["category"])
    region = Region.objects.get(pk=product.producer.region_id)
    contact, partners = _locked_contact(content), _agreed_partners(product.pk)
    return build_columns(content, product.producer, category=category, region=region, contact=contact, partners=partners)


def build_columns(
    content: dict[str, Any],
    producer: Producer,
    *,
    category: Category,
    region: Region,
    contact: Contact | None,
    partners: Iterable[Participant] = (),
) -> dict[str, Any]:
    """The same without a query, for those who have the rows at hand; `contact` only while the person agrees to be shown."""
    code = region.code
    return {
        "producer_code": producer.code,
        "pillar": producer.pillar,
        "region_code": code,
        "regency_code": code[:5],
        "district_code": code[:8] if len(code) >= 8 else "",
        "category": category.slug,
        "category_group": (category.parent or category).slug,
        "name": content["name"],
        "name_key": fold(content["name"])[:150],
        "months": content["months"],
        "permit_kinds": sorted({permit["kind"] for permit in content["permits"]}),
        "permits_until": permits_until(content),
        "required_permits_until": required_until(content, category),
        "price_from": min((variant["price"] for variant in content["variants"] if variant["price"]), default=None),
        "chain_steps": [stage["step"] for stage in content["chain"]],
        "capacity_peak": content["capacity"]["peak"],
        "capacity_unit": content["capacity"]["unit"],
        "is_flagship": content["is_flagship"],
        "payload": content,
        "overlay": build_overlay(category, region, contact, partners),
        "search_text": _search_text(content, category, region),
    }


NO_END = "9999-12-31"


def permits_until(content: dict[str, Any]) -> dict[str, str]:
    """The last valid day (ISO) of each kind of permit that was shown; of several of one kind the one that lasts longest."""
    days: dict[str, str] = {}
    for permit in content["permits"]:
        days[permit["kind"]] = max(days.get(permit["kind"], ""), permit["expires_on"] or NO_END)
    return days


def required_until(content: dict[str, Any], category: Category) -> dt.date | None:
    """The last day on which every compulsory permit that was shown is valid; None when nothing expires."""
    ends = [
        dt.date.fromisoformat(permit["expires_on"])
        for permit in content["permits"]
        if permit["expires_on"] and permit["kind"] in category.required_permits
    ]
    return min(ends, default=None)


def overlay_of(entry: CatalogueEntry, category: Category) -> dict[str, Any]:
    """What stays live besides the frozen content: names of places and category, contact and partners who agree today."""
    region = Region.objects.get(pk=entry.region_code)
    return build_overlay(category, region, _agreed_contact(entry.payload), _agreed_partners(entry.product_id))


def _agreed_partners(product_pk: int) -> Iterable[Participant]:
    return Participant.objects.agreed().filter(product=product_pk).with_partner()


def _agreed_contact(content: dict[str, Any]) -> Contact | None:
    return Contact.objects.agreed().filter(pk=content["contact"]).first() if content["contact"] else None


def _locked_contact(content: dict[str, Any]) -> Contact | None:
    """The same under lock: a consent withdrawn while an entry is written waits, then finds that entry and empties it."""
    rows = Contact.objects.select_for_update(of=("self",), no_key=True)
    contact = rows.filter(pk=content["contact"]).first() if content["contact"] else None
    return contact if contact is not None and contact.is_public else None


def build_overlay(category: Category, region: Region, contact: Contact | None, partners: Iterable[Participant] = ()) -> dict[str, Any]:
    """`overlay_of` without a query; `contact` only while the person agrees to be shown, `partners` once their heads agree."""
    return {
        "place": region.full_name,
        "category": {"id": category.name_id, "en": category.name_en},
        "is_food": category.is_food,
        "required_permits": category.required_permits,
        "useful_permits": category.useful_permits,
        "contact": {"name": contact.name, "phone": contact.phone} if contact else None,
        "partners": [_partner(part) for part in partners],
    }


def _partner(part: Participant) -> dict[str, str]:
    producer = part.producer
    return {"role": part.role, "code": producer.code, "name": producer.name, "pillar": producer.pillar, "place": producer.region.full_name}


def refresh_overlay(entry: CatalogueEntry, *, kind: str) -> CatalogueEntry:
    """Take today's names and consent into an entry and log the change, inside the caller's transaction."""
    category = Category.objects.get(slug=entry.category)
    entry.overlay = entry.overlay | overlay_of(entry, category)
    entry.changed_at = timezone.now()
    entry.save(update_fields=["overlay", "changed_at"])
    record_change(kind=kind, subject_kind="product", subject_code=entry.code)
    return entry


def _search_text(content: dict[str, Any], category: Category, region: Region) -> str:
    words = [content["name"], content["producer"]["name"], category.name_id, region.full_name, (content["maker"] or {}).get("name", "")]
    return fold(" ".join(words))


def search_texts(content: dict[str, Any], search_text: str) -> dict[str, str]:
    """The folded texts of an entry by weight: name first, then who and where, then the words about it."""
    return {
        "A": fold(content["name"]),
        "B": search_text,
        "C": fold(f"{content['summary']} {content['raw_material']}"),
        "D": fold(content["story"]),
    }


def refresh_search(entry: CatalogueEntry) -> None:
    """Write the full-text vector of one entry and remember its words."""
    texts = search_texts(entry.payload, entry.search_text)
    vector: SearchVector | CombinedExpression | None = None
    for weight, text in texts.items():
        part = SearchVector(Value(text), config=SEARCH_CONFIG, weight=weight)
        vector = part if vector is None else vector + part
    CatalogueEntry.objects.filter(pk=entry.pk).update(search_vector=vector)
    learn(" ".join(texts.values()))
