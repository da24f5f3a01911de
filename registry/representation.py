"""How partners read a product: exactly what its public page shows, by public keys, without anything that depends on the day.

Whether a permit or star is valid today follows from its days; so what a mirror holds stays equal to what we would send
until the product's `revision` changes. It is made once for each revision, in both languages (`write`), and sent as it stands
(docs/adr/0014); addresses are stored without the host.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, override

from common.site import site

from .images.limits import SIZES
from .models import CatalogueEntry, Representation
from .showcase import category_name, shares, staying
from .states import PermitKind

Row = dict[str, Any]
# Raise it whenever the form below changes: what is stored is then made anew (registry.jobs.renew_representations).
FORM = 1
# Stands for the address of the portal in what is stored; JSON holds no such byte.
SITE = "\x01"
_HASH = "0" * 64
_CODE = "KODE-PRODUK"


def moment(value: Any) -> str | None:
    """RFC 3339 with the offset of WITA."""
    return localtime(value).isoformat(timespec="seconds") if value else None


@lru_cache
def _photo_pattern() -> tuple[tuple[str, str], ...]:
    return tuple((size, SITE + reverse("photo", args=[_HASH, size])) for size in SIZES)


@lru_cache
def _page_pattern(name: str) -> str:
    return SITE + reverse(name, args=[_CODE])


def page(name: str, code: str) -> str:
    """The address of a public page that is named by one code, without the host."""
    return _page_pattern(name).replace(_CODE, code)


def address(name: str, code: str) -> str:
    """The same with the host, for answers that are made anew."""
    return page(name, code).replace(SITE, site())


def product(entry: CatalogueEntry) -> Row:
    """The whole representation of a shown product."""
    content, live = entry.payload, entry.overlay
    return {
        **summary(entry),
        "summary": content["summary"],
        "story": content["story"],
        "place_note": content["place_note"],
        "maker": _maker(content),
        "variants": [_variant(row) for row in content["variants"]],
        "price_on_request": content["price_on_request"],
        "raw_material": {
            "name": content["raw_material"],
            "origin": content["raw_material_origin"],
            "replaces_import": content["replaces_import"],
        },
        "value_chain": value_chain(content),
        "months": content["months"],
        "capacity": content["capacity"],
        "photos": photos(content),
        "permits": permits(entry),
        "stars": stars(entry),
        "contact": live["contact"],
        "partners": [{key: row[key] for key in ("role", "code", "name", "pillar")} for row in live["partners"]],
        "source": {"url": content["source_url"], "reported_on": content["source_day"]} if content["source_url"] else None,
    }


def summary(entry: CatalogueEntry) -> Row:
    """What names a product and says where it stands: also told of one that is no longer in the catalogue."""
    live = entry.overlay
    return {
        "code": entry.code,
        "revision": entry.revision,
        "state": entry.state,
        "page": page("product", entry.code),
        "pillar": entry.pillar,
        "name": entry.name,
        "is_flagship": entry.is_flagship,
        "is_demo": entry.is_demo,
        "category": {"slug": entry.category, "group": entry.category_group, "name": category_name(entry)},
        "region": {"code": entry.region_code, "regency": entry.regency_code, "name": live.get("place", "")},
        "producer": {"code": entry.producer_code, "name": entry.payload["producer"]["name"], "page": page("producer", entry.producer_code)},
        "first_published_at": moment(entry.first_published_at),
        "published_at": moment(entry.published_at),
        "changed_at": moment(entry.changed_at),
    }


_SUMMARY = (
    *("code", "revision", "state", "page", "pillar", "name", "is_flagship", "is_demo", "category", "region", "producer"),
    *("first_published_at", "published_at", "changed_at"),
)
SUMMARY_FIELDS = frozenset(_SUMMARY)
FIELDS = (
    *_SUMMARY,
    *("summary", "story", "place_note", "maker", "variants", "price_on_request"),
    *("raw_material", "value_chain", "months", "capacity", "photos", "permits", "stars", "contact", "partners", "source"),
)


def language() -> str:
    """The language of the answer, of the two that are stored."""
    return "en" if (get_language() or "").startswith("en") else "id"


def _maker(content: Row) -> Row | None:
    maker = content["maker"]
    return maker and {"name": maker["name"], "legal_form": maker["legal_form"]}


def _variant(row: Row) -> Row:
    return {key: row[key] for key in ("key", "label", "net_content", "unit", "price", "barcode")}


def value_chain(content: Row) -> Row:
    """The steps told; percents of the final price only where the producer agrees to show them, never rupiah."""
    told = shares(content)
    steps = [{"step": row.step, "place": row.place, "note": row.note, "share_percent": row.added} for row in told]
    return {"steps": steps, "stays_in_village_percent": staying(told)}


def photos(content: Row) -> list[Row]:
    """The photos in their order with the addresses of all sizes; an address never shows another picture."""
    return [
        {"sha256": row["sha256"], "kind": row["kind"], "alt": row["alt"]}
        | {size: pattern.replace(_HASH, row["sha256"]) for size, pattern in _photo_pattern()}
        for row in content["photos"]
    ]


def permits(entry: CatalogueEntry) -> list[Row]:
    """The permits as the public sees them; valid through their last day (WITA)."""
    required = set(entry.overlay.get("required_permits", ()))
    return [
        {key: row[key] for key in ("kind", "number", "issuer", "issued_on", "expires_on", "collective")}
        | {"label": _permit_labels(language())[row["kind"]], "is_compulsory": row["kind"] in required}
        for row in entry.payload["permits"]
    ]


@lru_cache
def _permit_labels(code: str) -> dict[str, str]:
    return {kind.value: str(kind.label) for kind in PermitKind}


def stars(entry: CatalogueEntry) -> Row | None:
    """Bintang OVOP NTT as they were given; expired after `valid_until` (WITA). None without any or once revoked."""
    if not entry.stars or entry.stars_until is None:
        return None
    told = entry.award
    return {
        "number": entry.stars,
        "valid_until": entry.stars_until.isoformat(),
        "year": told.get("year"),
        "decree": told.get("decree", ""),
    }


def write(entries: Iterable[CatalogueEntry]) -> None:
    """Store the texts of these entries as they stand, inside the caller's transaction."""
    Representation.objects.bulk_create(
        [row_of(entry) for entry in entries], update_conflicts=True, unique_fields=["entry"], update_fields=["form", "text_id", "text_en"]
    )


def row_of(entry: CatalogueEntry) -> Representation:
    """What is stored of an entry."""
    texts = {}
    for code in ("id", "en"):
        with override(code):
            texts[f"text_{code}"] = _compact(product(entry))
    return Representation(entry=entry, form=FORM, **texts)


def _compact(row: Row) -> str:
    # The placeholder is no character of JSON text: it goes in after the text is made.
    return orjson.dumps(row).decode().replace("\\u0001", SITE)


def text_of(entry: CatalogueEntry) -> str:
    """The text of an entry in the language of the answer."""
    text: str = getattr(entry.representation, f"text_{language()}")
    return text


def told(text: str) -> orjson.Fragment:
    """A stored text as a part of an answer, with the address of this portal."""
    return orjson.Fragment(text.replace(SITE, site()).encode())


def told_in_turn(texts: Iterable[str]) -> orjson.Fragment:
    """Stored texts as a list of an answer."""
    return told(f"[{','.join(texts)}]")


def read(text: str) -> Row:
    """A stored text as values."""
    row: Row = orjson.loads(text.replace(SITE, site()))
    return row


def renew_all() -> int:
    """Make anew every text of an older form, batch by batch; returns how many were made."""
    made = 0
    while batch := renew():
        made += batch
    return made


def renew(*, most: int = 2000) -> int:
    """Make anew the texts of an older form; returns how many were made."""
    with transaction.atomic():
        rows = CatalogueEntry.objects.select_for_update(of=("self",)).exclude(representation__form=FORM)
        old = list(rows.order_by("pk")[:most])
        write(old)
    return len(old)
