"""One synthetic product after another: its working copy, what was sent of it, and what became of that."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import random
import uuid
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts.states import Pillar
from registry.codes import product_code
from registry.models import Category
from registry.states import ChainPlace, ChainStep, PermitKind
from registry.text import fold

from . import words
from .people import Offices, Unit, body


class State(enum.Enum):
    """How far a product has come; `REVISED` is published and being changed again."""

    PUBLISHED = "published"
    REVISED = "revised"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"


PUBLISHED_STATES = (State.PUBLISHED, State.REVISED)

# Out of a hundred products.
SHARES = {
    State.PUBLISHED: 82,
    State.REVISED: 3,
    State.DRAFT: 6,
    State.SUBMITTED: 4,
    State.RETURNED: 2,
    State.VERIFIED: 3,
}


def choose_states(rng: random.Random, count: int) -> list[State]:
    """The states of `count` products in the shares above (the rest published), in a mixed order."""
    states = [state for state, share in SHARES.items() for _one in range(count * share // 100)]
    states += [State.PUBLISHED] * (count - len(states))
    rng.shuffle(states)
    return states


class Many(list):
    """Rows of a product that are not written yet, read as registry/snapshot.py reads the written ones."""

    def all(self) -> Many:
        return self


class Row(SimpleNamespace):
    """A row not written yet: the attributes of its model, and the rows it points to where a snapshot reads them."""


class Maker:
    """Makes products one by one from one source of chance; everything follows from it and the day."""

    def __init__(self, rng: random.Random, units: list[Unit], offices: Offices, taken: set[str], count: int):
        self.rng = rng
        self.units = units
        self.offices = offices
        self.now = timezone.now().replace(microsecond=0)
        self.today = timezone.localdate()
        self.categories = {each.slug: each for each in Category.objects.select_related("parent")}
        numbers = rng.sample(range(31**5), count + len(taken))
        codes = (product_code(body(each)) for each in numbers)
        self.codes = [code for code in codes if code not in taken][:count]
        self.kinds = {pillar: self._weighed(pillar) for pillar in Pillar.values}

    def _weighed(self, pillar: str) -> list[words.Kind]:
        weights = words.WEIGHTS[pillar]
        return [kind for kind in words.KINDS if kind.category in self.categories for _one in range(weights.get(kind.category, 2))]

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def make(self, index: int, state: State) -> Row:
        """The product of this index: every producer gets a first one before any gets a second."""
        is_first = index < len(self.units)
        unit = self.units[index] if is_first else self.rng.choice(self.units)
        product = self._working_copy(index, unit, is_first and self.rng.random() < 0.8)
        product.state = state
        product.times = self._times(state)
        product.entry = self._entry()
        return product

    def _entry(self) -> Row:
        """What became of the entry after publication, where there is one: the step, the state and its words."""
        step = self.rng.choices(("", "pause", "cease", "suspend", "withdraw"), (970, 15, 6, 5, 4))[0]
        state = {"pause": "paused", "cease": "ceased", "suspend": "suspended", "withdraw": "withdrawn"}.get(step, "listed")
        words_of: dict[str, Any] = {"state_reason": "Contoh: data diperiksa ulang."} if step in ("suspend", "withdraw") else {}
        if step == "suspend":
            words_of["review_on"] = self.today + dt.timedelta(days=30)
        return Row(step=step, state=state, words=words_of)

    def _working_copy(self, index: int, unit: Unit, is_flagship: bool) -> Row:
        rng = self.rng
        kind = rng.choice(self.kinds[unit.producer.pillar])
        base, raw = rng.choice(kind.goods)
        place = self._place(unit)
        name = " ".join(filter(None, (base, rng.choice(kind.extras), place)))[:120]
        maker = rng.choice(unit.makers)
        told = {"name": name, "maker": maker.name, "raw": raw or "bahan setempat", "place": place}
        is_whole = rng.random() < 0.7
        product = Row(
            key=self.key(),
            code=self.codes[index],
            unit=unit,
            producer=unit.producer,
            producer_id=unit.producer.pk,
            enterprise=maker,
            enterprise_id=maker.pk,
            contact_id=unit.contact.pk if unit.contact else None,
            category=self.categories[kind.category],
            category_id=self.categories[kind.category].pk,
            name=name,
            name_key=fold(name),
            place_note=f"Dusun {rng.randint(1, 4)}" if rng.random() < 0.5 else "",
            summary=rng.choice(words.SUMMARIES).format(**told),
            story=self._story(told) if is_whole else "",
            raw_material=raw,
            raw_material_origin=f"Kebun warga {unit.region.name}"[:200] if raw else "",
            replaces_import="",
            shares_public=rng.random() < 0.5,
            price_on_request=rng.random() < 0.12,
            months=self._months(),
            capacity_peak=Decimal(rng.randint(2, 60) * 10) if is_whole else None,
            capacity_lean=Decimal(rng.randint(1, 10)) if is_whole else None,
            capacity_unit=kind.sizes[0][1] if is_whole else "",
            is_flagship=is_flagship,
            is_demo=True,
            is_synthetic=True,
            source_url="",
            source_day=None,
            created_by_id=unit.head.pk,
        )
        product.variants = self._variants(kind, on_request=product.price_on_request)
        product.chain = self._chain(product) if is_whole else Many()
        product.photos = self._photos(name)
        product.permits = self._permits(product)
        return product

    def _place(self, unit: Unit) -> str:
        """What a name says of the place: the village or school's district, or one level above it."""
        own, *above = unit.region.full_name.split(", ")
        return self.rng.choice([own, own, *above[:1]]).split(" ", 1)[-1]

    def _story(self, told: dict[str, str]) -> str:
        return " ".join(self.rng.sample(words.STORIES, self.rng.randint(3, 8))).format(**told)

    def _months(self) -> list[int]:
        start, length = self.rng.randint(1, 12), self.rng.choice((12, 12, 12, 3, 4, 6, 8, 0))
        return sorted((start + step - 1) % 12 + 1 for step in range(length))

    def _variants(self, kind: words.Kind, *, on_request: bool) -> Many:
        sizes = self.rng.sample(kind.sizes, self.rng.randint(1, len(kind.sizes)))
        low, high = kind.prices
        price = self.rng.randint(low // 500, high // 500) * 500
        return Many(
            Row(
                key=self.key(),
                label="",
                net_content=Decimal(size),
                unit=unit,
                price=None if on_request else price * (place + 1),
                barcode="",
                is_active=True,
                position=place,
            )
            for place, (size, unit) in enumerate(sizes)
        )

    def _chain(self, product: Row) -> Many:
        """Steps of the value chain, each worth more than the one before it, up to the first price."""
        end = product.variants[0].price or 50_000
        steps = sorted(self.rng.sample(range(5), self.rng.randint(2, 4)))
        values = ChainStep.values
        return Many(
            Row(step=values[step], price_after=end * (place + 1) // len(steps), place=self._chain_place(), note="")
            for place, step in enumerate(steps)
        )

    def _chain_place(self) -> str:
        return self.rng.choices((ChainPlace.VILLAGE.value, ChainPlace.NTT.value, ChainPlace.OUTSIDE.value), (7, 2, 1))[0]

    def _photos(self, name: str) -> Many:
        """Ready images without files behind them: pages, lists and rights are measured, not pictures."""
        kinds = ("product", "pack", "maker", "process")[: self.rng.choice((1, 1, 2, 2, 3, 4))]
        return Many(
            Row(
                key=self.key(),
                image=self._image(),
                kind=kind,
                alt=words.ALT_WORDS[kind].format(name=name),
                position=place,
            )
            for place, kind in enumerate(kinds)
        )

    def _image(self) -> Row:
        sha256 = hashlib.sha256(self.rng.randbytes(16)).hexdigest()
        sizes = {
            name: {"sha256": sha256, "bytes": side * 90, "width": side, "height": side * 3 // 4}
            for name, side in (("l", 1600), ("m", 800), ("s", 320))
        }
        return Row(sha256=sha256, received_bytes=900_000, state="ready", sizes=sizes, refusal="")

    def _permits(self, product: Row) -> Many:
        """Compulsory permits of the category for three in five, others now and then; some are expired."""
        category = product.category
        kinds = [kind for kind in category.required_permits if self.rng.random() < 0.6]
        kinds += [kind for kind in category.useful_permits if self.rng.random() < 0.15]
        return Many(self._permit(product, kind) for kind in sorted(kinds))

    def _permit(self, product: Row, kind: str) -> Row:
        issued = self.today - dt.timedelta(days=self.rng.randint(30, 2200))
        ends = kind not in (PermitKind.HALAL, PermitKind.GI)
        return Row(
            key=self.key(),
            producer_id=product.producer_id,
            enterprise_id=product.enterprise_id,
            collective="",
            kind=kind,
            number=f"CONTOH-{product.code}",
            issuer="Dinas (contoh)",
            issued_on=issued,
            expires_on=issued + dt.timedelta(days=5 * 365) if ends else None,
        )

    def _times(self, state: State) -> dict[str, dt.datetime]:
        """When the product was started, sent, checked and published; what has not happened is left out."""
        happened = {
            State.DRAFT: ("opened",),
            State.SUBMITTED: ("opened", "submitted"),
            State.RETURNED: ("opened", "submitted", "returned"),
            State.VERIFIED: ("opened", "submitted", "verified"),
        }.get(state, ("opened", "submitted", "verified", "published"))
        hours = 24 * self.rng.randint(20, 600) if "published" in happened else 24 * self.rng.randint(2, 9)
        at = self.now - dt.timedelta(hours=hours)
        times = {"opened": at}
        for _before, name in pairwise(happened):
            # Each step takes its part of what is left until now, never all of it.
            at += (self.now - at) * self.rng.uniform(0.05, 0.5)
            times[name] = at.replace(microsecond=0)
        return times
