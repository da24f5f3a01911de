"""How complete a product is and what the next best step is: computed here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import snapshot

if TYPE_CHECKING:
    from .models import Product

MIN_SUMMARY_SENTENCES = 2


@dataclass(frozen=True)
class Need:
    """One thing that is asked: where it is written, whether sending waits for it, how much it counts, is it there."""

    field: str
    step: str
    words: str | Promise
    required: bool
    weight: int
    met: bool


@dataclass(frozen=True)
class Completeness:
    """The whole answer; `percent` weighs all needs, sending asks only for the required ones."""

    needs: tuple[Need, ...]

    @property
    def percent(self) -> int:
        total = sum(need.weight for need in self.needs)
        return sum(need.weight for need in self.needs if need.met) * 100 // total

    @property
    def missing(self) -> list[Need]:
        """What sending still waits for."""
        return [need for need in self.needs if need.required and not need.met]

    @property
    def can_be_sent(self) -> bool:
        return not self.missing

    @property
    def next_step(self) -> Need | None:
        """The next best thing to add: required first, then what counts most."""
        open_needs = [need for need in self.needs if not need.met]
        return min(open_needs, key=lambda need: (not need.required, -need.weight), default=None)


def sentences(text: str) -> int:
    """How many sentences a text has, counted by full stops, question or exclamation marks, or line ends."""
    marks = text.replace("!", ".").replace("?", ".").replace("\n", ".")
    return sum(1 for sentence in marks.split(".") if len(sentence.split()) >= 2)


def _has_price(data: dict[str, Any]) -> bool:
    variants = data["variants"]
    return bool(variants) and (data["price_on_request"] or all(variant["price"] for variant in variants))


def of_snapshot(data: dict[str, Any], *, required_permits: list[str]) -> Completeness:
    """Completeness of a product in the shape of a snapshot; compulsory permits are those of its category."""
    kinds = {permit["kind"] for permit in data["permits"]}
    shown = {photo["kind"] for photo in data["photos"]}

    def need(field: str, step: str, words: str | Promise, weight: int, met: object, *, required: bool = False) -> Need:
        return Need(field, step, words, required, weight, bool(met))

    needs = (
        need("name", "about", _("Name of the product"), 10, data["name"].strip(), required=True),
        need("category", "about", _("Category"), 10, data["category"], required=True),
        need(
            "summary", "about", _("Two sentences about the product"), 10, sentences(data["summary"]) >= MIN_SUMMARY_SENTENCES, required=True
        ),
        need("maker", "maker", _("Who makes it"), 10, data["maker"], required=True),
        need("photos", "photos", _("At least one photo"), 15, data["photos"], required=True),
        need("variants", "price", _("Size and price, or “price on request”"), 10, _has_price(data), required=True),
        need("contact", "maker", _("A contact buyers may call"), 5, data["contact"]),
        need("photos", "photos", _("A photo of the pack"), 4, "pack" in shown),
        need("photos", "photos", _("A photo of the maker"), 4, "maker" in shown),
        need("story", "story", _("The story of the product"), 6, data["story"].strip()),
        need("chain", "chain", _("Raw material and value chain"), 6, data["raw_material"] and data["chain"]),
        need("capacity", "season", _("Months and capacity"), 6, data["months"] and data["capacity"]["peak"]),
        need("permits", "permits", _("Compulsory permits"), 4, set(required_permits) <= kinds),
    )
    return Completeness(needs)


def of_product(product: Product) -> Completeness:
    """Completeness of a working copy; load it with `with_parts()`."""
    required = product.category.required_permits if product.category else []
    return of_snapshot(snapshot.build(product), required_permits=required)
