"""The A4 forms of a product, blank or with what is known, for writing by hand and signing. Always in Indonesian."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import segno
import typst
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common.formatting import date_short, number, phone, rupiah
from common.site import site

from .forms.send import DECLARATION
from .models import Category, Producer, Product
from .presentation import choice, month_name
from .states import CONSENT_VERSION, DECLARATION_VERSION, ChainPlace, ChainStep, LegalForm, MeasureUnit, PermitKind

TEMPLATE = Path(__file__).parent / "typst" / "form.typ"
ROWS_FOR_HAND = 3
COLUMNS = 3
Data = dict[str, Any]


def start_address(producer: Producer) -> str:
    """Where the QR of the form leads: starting a product of this producer."""
    return f"{site()}{reverse('product_start')}?unit={producer.code}"


def blank_form(producer: Producer) -> bytes:
    """The empty form of a producer as a PDF."""
    with translation.override("id"):
        return _compile(_frame(producer) | _content(Product(producer=producer), None, is_saved=False))


def filled_form(product: Product, *, with_contact: bool = True) -> bytes:
    """The form of a product with what stands in the working copy as a PDF; load the product with `with_parts()`."""
    with translation.override("id"):
        contact = product.contact if with_contact else None
        return _compile(_frame(product.producer) | _content(product, contact, is_saved=True))


def _compile(data: Data) -> bytes:
    return typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})


def _frame(producer: Producer) -> Data:
    """What is the same in every form of a producer."""
    return {
        "producer": producer.name,
        "code": producer.code,
        "place": producer.region.full_name,
        "qr": _qr(start_address(producer)),
        "words": _words(),
        "categories": _categories(),
        "declaration": [str(line) for line in DECLARATION],
        "declaration_version": DECLARATION_VERSION,
        "consent_version": CONSENT_VERSION,
    }


def _qr(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, dark="#000", xmldecl=False)
    return out.getvalue().decode()


def _categories() -> list[list[Data]]:
    """Groups with their categories, in three columns of about the same length and in their order."""
    groups: dict[str, list[str]] = {}
    for category in Category.objects.offered():
        if category.parent:
            groups.setdefault(category.parent.name, []).append(category.name)
    rows = [{"name": name, "leaves": leaves} for name, leaves in groups.items()]
    share = sum(len(row["leaves"]) + 1 for row in rows) / COLUMNS
    columns: list[list[Data]] = [[] for _column in range(COLUMNS)]
    done = 0
    for row in rows:
        length = len(row["leaves"]) + 1
        columns[min(int((done + length / 2) // share), COLUMNS - 1)].append(row)
        done += length
    return columns


def _content(product: Product, contact: Any, *, is_saved: bool) -> Data:
    maker = product.enterprise
    return {
        "name": product.name,
        "category": product.category.name if product.category else "",
        "summary": product.summary,
        "place_note": product.place_note,
        "maker": _maker(maker),
        "legal_forms": [{"name": str(words), "on": bool(maker and maker.legal_form == key)} for key, words in LegalForm.choices],
        "contact": _contact(contact),
        "variants": _variants(product if is_saved else None),
        "on_request": product.price_on_request,
        "story": product.story,
        "raw_material": product.raw_material,
        "raw_material_origin": product.raw_material_origin,
        "chain": _chain(product if is_saved else None),
        "months": [{"name": month_name(month)[:3], "on": month in product.months} for month in range(1, 13)],
        "peak": _figure(product.capacity_peak),
        "lean": _figure(product.capacity_lean),
        "capacity_unit": choice(MeasureUnit, product.capacity_unit),
        "permits": _permits(product if is_saved else None),
    }


def _figure(value: Decimal | int | None) -> str:
    return "" if value is None else number(value)


def _maker(maker: Any) -> Data:
    names = {"name": "name", "nib": "nib"}
    figures = {"year": "founded_year", "members": "members", "women": "women", "disabled": "disabled"}
    texts = {key: getattr(maker, name, "") for key, name in names.items()}
    counts = {key: "" if getattr(maker, name, None) is None else str(getattr(maker, name)) for key, name in figures.items()}
    return texts | counts


def _contact(contact: Any) -> Data:
    if contact is None:
        return {"name": "", "phone": "", "agrees": False}
    return {"name": contact.name, "phone": phone(contact.phone), "agrees": contact.is_public}


def _variants(product: Product | None) -> list[Data]:
    kept = [variant for variant in product.variants.all() if variant.is_active] if product else []
    rows = [{"label": v.label, "content": _figure(v.net_content), "unit": v.get_unit_display(), "price": rupiah(v.price)} for v in kept]
    empty = {"label": "", "content": "", "unit": "", "price": ""}
    return rows + [empty] * max(ROWS_FOR_HAND - len(rows), 1)


def _chain(product: Product | None) -> list[Data]:
    known = {stage.step: stage for stage in product.chain.all()} if product else {}
    return [_step(step, known.get(step.value)) for step in ChainStep]


def _step(step: ChainStep, stage: Any) -> Data:
    places = [{"name": str(words), "on": bool(stage and stage.place == key)} for key, words in ChainPlace.choices]
    return {"name": str(step.label), "price": rupiah(stage.price_after) if stage else "", "places": places}


def _permits(product: Product | None) -> list[Data]:
    rows = [
        {"kind": choice(PermitKind, p.kind), "number": p.number, "issuer": p.issuer, "until": date_short(p.expires_on)}
        for p in (list(product.permits.all()) if product else [])
    ]
    empty = {"kind": "", "number": "", "issuer": "", "until": ""}
    return rows + [empty] * max(ROWS_FOR_HAND - len(rows), 1)


def _words() -> dict[str, str]:
    """Every fixed word of the sheet."""
    return {
        "title": _("Form of a flagship product"),
        "lead": _("Write clearly with a pen. A companion or officer can enter it in the portal."),
        "qr": _("Enter online"),
        "page": _("Page"),
        "about": _("About the product"),
        "name": _("Name of the product"),
        "name_hint": _("as it stands on the pack"),
        "category": _("Category"),
        "category_hint": _("tick one"),
        "summary": _("About the product"),
        "summary_hint": _("at least two sentences"),
        "maker": _("Maker and place"),
        "maker_name": _("Name of the maker"),
        "place_note": _("Hamlet or place"),
        "legal_form": _("Legal form"),
        "year": _("Since (year)"),
        "members": _("Members"),
        "women": _("Women"),
        "disabled": _("With disability"),
        "contact": _("Name of the contact"),
        "phone": _("WhatsApp or phone"),
        "consent": _("I agree that my name and number are shown to everybody. I can take this back at any time."),
        "signature": _("Signature:"),
        "price": _("Size and price"),
        "size_name": _("Name of the size"),
        "content": _("Content"),
        "unit": _("Unit"),
        "price_rp": _("Price (Rp)"),
        "on_request": _("Price: ask. The price differs."),
        "later": _("May follow later"),
        "story": _("The story of the product"),
        "story_hint": _("who makes it, since when, how, and from what"),
        "raw": _("Main raw material"),
        "origin": _("Where does it come from?"),
        "chain": _("From raw material to the buyer"),
        "chain_hint": _("what one pack is worth after each step"),
        "step": _("Step"),
        "price_after": _("Price after it (Rp)"),
        "where": _("Where?"),
        "months": _("In which months is it made?"),
        "peak": _("A month in season"),
        "lean": _("A month out of season"),
        "permits": _("Permits"),
        "permits_hint": _("P-IRT, halal, brand and others, if there are any"),
        "kind": _("Kind"),
        "number": _("Number"),
        "issuer": _("Issued by"),
        "until": _("Valid until"),
        "declaration": _("Declaration"),
        "version": _("Wording:"),
        "place_day": _("Place and date"),
        "photos": _("Please photograph with a phone: the product, its pack, how it is made, and the maker."),
        "head": _("Head of the village, school or community"),
        "stamp": _("Name, signature and stamp"),
    }
