"""What the public reads of an entry: cards, shares of the value chain, places in short. Pure reads of payload and overlay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy

from accounts.states import Pillar
from common.formatting import date_long, date_short, phone, rupiah
from common.site import site

from .awards import NAME, Award, award_of
from .models import CatalogueEntry
from .permits import PermitRow, expired_required, permit_rows
from .pictures import image_url
from .presentation import amount, choice, display, month_name
from .search import NOTHING, Search
from .states import ChainPlace, ChainStep, EntryState, MeasureUnit, ParticipantRole, PermitKind

# What a page may still tell of an entry that is not shown: not its photos, prices or story.
HIDDEN = (EntryState.SUSPENDED, EntryState.WITHDRAWN)


@dataclass(frozen=True)
class Card:
    """One product in a list."""

    url: str
    name: SafeString | str
    pillar: str
    place: SafeString | str
    price: str
    per: str
    is_priced: bool
    src: str
    is_paused: bool
    award: Award | None = None


def place_parts(full_name: str) -> list[str]:
    """The parts of a region's full name, without the province."""
    return [part for part in full_name.split(", ") if part and not part.startswith("Provinsi ")]


def short_place(entry: CatalogueEntry) -> str:
    """Where from, on one line: the village and its regency, or the school or community and its regency."""
    parts = place_parts(entry.overlay.get("place", ""))
    regency = parts[-1].removeprefix("Kabupaten ") if parts else ""
    first = parts[0] if entry.pillar == Pillar.OVOP and len(parts) > 1 else entry.payload["producer"]["name"]
    return f"{first}, {regency}" if regency and first != regency else first


def card(entry: CatalogueEntry, search: Search = NOTHING) -> Card:
    """The card of an entry, with the words that were searched for marked."""
    price, per = price_words(entry)
    name, place = entry.name, short_place(entry)
    return Card(
        url=reverse("product", args=[entry.code]),
        name=search.mark(name) if search else name,
        pillar=entry.pillar,
        place=search.mark(place) if search else place,
        price=price,
        per=per,
        is_priced=entry.price_from is not None,
        src=cover(entry),
        is_paused=entry.state == EntryState.PAUSED,
        award=award_of(entry),
    )


def price_words(entry: CatalogueEntry) -> tuple[str, str]:
    """The lowest price and what one gets for it; "ask for the price" where none is told."""
    if entry.price_from is None:
        return gettext("Ask for the price"), ""
    variant = next((row for row in entry.payload["variants"] if row["price"] == entry.price_from), None)
    return rupiah(entry.price_from), per_words(variant) if variant else ""


def per_words(variant: dict[str, Any]) -> str:
    """What the price is for: "250 g", "lembar"."""
    if variant["net_content"] in (None, "1"):
        return choice(MeasureUnit, variant["unit"])
    return amount(variant["net_content"], variant["unit"])


def cover(entry: CatalogueEntry, kind: str = "") -> str:
    """The address of the small first photo, of one kind if named; empty where there is none."""
    photos = entry.payload["photos"]
    chosen = [photo for photo in photos if photo["kind"] == kind] if kind else photos
    return image_url(chosen[0], "s", private=False) if chosen else ""


@dataclass(frozen=True)
class Share:
    """One step of the value chain: the percent of the final price that is added in it, after `before` percent; None if not told."""

    step: str
    title: str
    place: str
    note: str
    added: int | None = None
    before: int = 0

    @property
    def is_village(self) -> bool:
        return self.place == ChainPlace.VILLAGE

    @property
    def place_words(self) -> str:
        return choice(ChainPlace, self.place)


def shares(payload: dict[str, Any]) -> list[Share]:
    """The steps told, with their shares only where the producer agrees and every price is told and none falls."""
    steps = payload["chain"]
    percents = whole_percents(payload) if payload["shares_public"] else []
    rows, before = [], 0
    for index, row in enumerate(steps):
        added = percents[index] if percents else None
        rows.append(Share(row["step"], choice(ChainStep, row["step"]), row["place"], row["note"], added, before))
        before += added or 0
    return rows


def whole_percents(payload: dict[str, Any]) -> list[int]:
    """The share of each step in whole percent that add up to 100 (largest remainder); empty where prices do not allow it."""
    prices = [row["price_after"] for row in payload["chain"]]
    if not prices or any(price is None for price in prices) or not prices[-1]:
        return []
    added = [price - former for price, former in zip(prices, [0, *prices], strict=False)]
    if min(added) < 0:
        return []
    exact = [100 * part / prices[-1] for part in added]
    whole = [int(part) for part in exact]
    by_rest = sorted(range(len(exact)), key=lambda index: whole[index] - exact[index])
    for index in by_rest[: 100 - sum(whole)]:
        whole[index] += 1
    return whole


def staying(rows: list[Share], place: str = ChainPlace.VILLAGE) -> int | None:
    """Percent of the final price that is added in the village (or another place); None where shares are not told."""
    if not rows or rows[0].added is None:
        return None
    return sum(row.added or 0 for row in rows if row.place == place)


def permits_of(entry: CatalogueEntry) -> list[PermitRow]:
    """Permits with their validity today, compulsory ones that are missing, and what is not needed."""
    live = entry.overlay
    return permit_rows(
        entry.payload["permits"],
        required=live.get("required_permits", ()),
        useful=live.get("useful_permits", ()),
        is_food=live.get("is_food", False),
    )


def permits_held(entry: CatalogueEntry) -> list[PermitRow]:
    """The permits of an entry with their validity today, without those it lacks."""
    return [row for row in permits_of(entry) if row.permit]


def expired_permits(entry: CatalogueEntry, today: dt.date | None = None) -> list[PermitRow]:
    """The compulsory permits that are expired today; any of them takes the green seal away."""
    return expired_required(entry.payload["permits"], required=entry.overlay.get("required_permits", ()), today=today)


def category_name(entry: CatalogueEntry) -> str:
    names = entry.overlay.get("category") or {}
    return names.get("en" if (get_language() or "").startswith("en") else "id", "")


def words(entry: CatalogueEntry, name: str) -> list[str]:
    """One field of the approved content in words."""
    return display(name, entry.payload.get(name)).lines


PARTNER_WORDS: dict[str, Promise] = {
    ParticipantRole.OWNER: gettext_lazy("Also owned by"),
    ParticipantRole.MAKER: gettext_lazy("Also made by"),
    ParticipantRole.SUPPLIER: gettext_lazy("Raw material from"),
}


def partners(entry: CatalogueEntry) -> list[tuple[Promise, list[str]]]:
    """The other producers whose heads agreed to be named, by role; the regency is told where it is another one."""
    home = place_parts(entry.overlay.get("place", ""))[-1:]
    found: dict[str, list[str]] = {}
    for row in entry.overlay.get("partners", ()):
        there = place_parts(row["place"])[-1:]
        found.setdefault(row["role"], []).append(row["name"] if there == home else ", ".join((row["name"], *there)))
    return [(words, found[role]) for role, words in PARTNER_WORDS.items() if role in found]


def season(months: list[int]) -> str:
    """The months of production in words, neighbours as one run; empty where not told."""
    if len(months) == 12:
        return gettext("All year")
    runs: list[list[int]] = []
    for month in sorted(months):
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    if len(runs) > 1 and runs[0][0] == 1 and runs[-1][-1] == 12:
        runs[0] = runs.pop() + runs[0]
    return ", ".join(month_name(run[0]) if len(run) == 1 else f"{month_name(run[0])}–{month_name(run[-1])}" for run in runs)


def page_address(entry: CatalogueEntry) -> str:
    return f"{site()}{reverse('product', args=[entry.code])}"


def check_address(code: str) -> str:
    """What the QR holds: the short address of the check."""
    return f"{site()}{reverse('check', args=[code])}"


def qr(code: str) -> SafeString:
    """The QR of a product's check as an inline picture; drawn from the code alone."""
    picture = segno.make(check_address(code), error="m", micro=False)
    label = gettext("QR code of product %(code)s") % {"code": code}
    svg = picture.svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=0, dark="#161d42", title=label)
    return mark_safe(svg)  # noqa: S308 - drawn by the library; the label is a code of ours


def ask_address(entry: CatalogueEntry) -> str:
    """WhatsApp to the contact who agreed, with a first sentence; empty where nobody did."""
    contact = entry.overlay.get("contact") or {}
    number = (contact.get("phone") or "").lstrip("+")
    text = gettext("Good day, I would like to ask about %(name)s: %(address)s") % {"name": entry.name, "address": page_address(entry)}
    return f"https://wa.me/{number}?text={quote(text)}" if number else ""


def share_address(entry: CatalogueEntry) -> str:
    """WhatsApp to anybody, with the name, the place and the address of the page."""
    return f"https://wa.me/?text={quote(f'{entry.name}, {short_place(entry)}: {page_address(entry)}')}"


def source_of(entry: CatalogueEntry) -> dict[str, str] | None:
    """Where a demonstration product was reported, and when; None for what its producer sent."""
    address = entry.payload.get("source_url", "")
    if not address:
        return None
    day = entry.payload.get("source_day")
    return {
        "address": address,
        "name": urlsplit(address).netloc.removeprefix("www."),
        "day": date_long(dt.date.fromisoformat(day)) if day else "",
    }


def contact_of(entry: CatalogueEntry) -> dict[str, str] | None:
    contact = entry.overlay.get("contact")
    return contact and {"name": contact["name"], "phone": phone(contact["phone"])}


def structured(entry: CatalogueEntry) -> dict[str, Any]:
    """The product as schema.org/Product."""
    payload = entry.payload
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": entry.name,
        "description": payload["summary"],
        "sku": entry.code,
        "url": page_address(entry),
        "category": category_name(entry),
        "image": [f"{site()}{image_url(photo, 'l', private=False)}" for photo in payload["photos"]],
        "countryOfOrigin": {"@type": "Country", "name": "ID"},
        "manufacturer": {"@type": "Organization", "name": maker_name(entry), "address": entry.overlay.get("place", "")},
    }
    offers = [_offer(variant) for variant in payload["variants"] if variant["price"]]
    award = award_of(entry)
    data |= {"award": f"{NAME} {award.year}: {award.stars}/5"} if award and not award.is_expired else {}
    return data | ({"offers": offers} if offers and entry.state != EntryState.CEASED else {})


def _offer(variant: dict[str, Any]) -> dict[str, Any]:
    name = ", ".join(filter(None, (variant["label"], per_words(variant))))
    return {"@type": "Offer", "name": name, "price": str(variant["price"]), "priceCurrency": "IDR"}


def maker_name(entry: CatalogueEntry) -> str:
    """Who makes it: the enterprise, or else the producer itself."""
    return (entry.payload["maker"] or {}).get("name") or entry.payload["producer"]["name"]


@dataclass(frozen=True)
class Answer:
    """The answer to "is this registered?": the look of the seal, its icon, its title and one sentence."""

    kind: str
    icon: str
    title: str | Promise
    text: str

    @property
    def is_good(self) -> bool:
        return not self.kind


def answer(entry: CatalogueEntry) -> Answer:
    """What the check says of an entry today. The green seal goes by itself on the day after a compulsory permit ends."""
    since = {"day": date_short(entry.state_since)}
    if entry.state == EntryState.WITHDRAWN:
        text = gettext("The registration was withdrawn on %(day)s. Do not buy because of this code.") % since
        return Answer("is-revoked", "stop", gettext("Withdrawn"), text)
    if entry.state == EntryState.SUSPENDED:
        text = gettext("Since %(day)s, until the check is finished. The product is not shown in the search.") % since
        return Answer("is-warning", "pause", gettext("Suspended"), text)
    if entry.state == EntryState.CEASED:
        text = gettext("The maker stopped making it on %(day)s. Old goods may still be on sale.") % since
        return Answer("is-ended", "info", gettext("No longer made"), text)
    expired = expired_permits(entry)
    if expired:
        return Answer("is-warning", "clock", gettext("Registered, compulsory permit expired"), _expired_words(expired))
    return _registered(entry)


def _registered(entry: CatalogueEntry) -> Answer:
    first = gettext("Registered since %(day)s.") % {"day": date_short(entry.first_published_at)}
    if entry.state == EntryState.PAUSED:
        paused = gettext("The maker has paused it.")
        return Answer("is-ended", "pause", gettext("Registered, not made at the moment"), f"{first} {paused}")
    return Answer("", "seal", gettext("Registered"), " ".join(filter(None, (first, _permit_words(entry)))))


def _permit_words(entry: CatalogueEntry) -> str:
    """What stands with the compulsory permits, none of which is expired: all there, or which are not recorded."""
    required = set(entry.overlay.get("required_permits", ()))
    missing = required - {permit["kind"] for permit in entry.payload["permits"]}
    if missing:
        return gettext("Not recorded yet: %(permits)s.") % {"permits": ", ".join(choice(PermitKind, kind) for kind in sorted(missing))}
    return gettext("The compulsory permits are valid.") if required else ""


def _expired_words(rows: list[PermitRow]) -> str:
    parts = [
        gettext("%(permit)s expired on %(day)s.")
        % {"permit": row.label, "day": date_short(dt.date.fromisoformat(row.permit["expires_on"]))}
        for row in rows
        if isinstance(row.permit, dict)
    ]
    return " ".join([*parts, gettext("Ask for a new permit before you buy.")])


def checked_at() -> dt.datetime:
    """The moment an answer is given."""
    return timezone.now()
