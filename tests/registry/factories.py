"""Builders of registry rows for tests: a small NTT, producers of each pillar, products ready to be sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.db.models import Max

from accounts.models import Mandate, User
from accounts.states import Office, Role
from communities.models import CommunityProfile
from regions.models import Kind, Level, Region
from registry.models import Category, Contact, Enterprise, Producer, Product, ProductPhoto, ProductVariant, StoredImage, Submission
from registry.text import fold
from schools.models import SchoolProfile
from villages.models import VillageProfile

_TREE = [
    ("53", None, Level.PROVINCE, Kind.PROVINCE, "Nusa Tenggara Timur"),
    ("53.09", "53", Level.REGENCY, Kind.REGENCY, "Ngada"),
    ("53.09.01", "53.09", Level.DISTRICT, Kind.DISTRICT, "Aimere"),
    ("53.09.01.2001", "53.09.01", Level.VILLAGE, Kind.VILLAGE, "Contoh Satu"),
    ("53.09.01.2002", "53.09.01", Level.VILLAGE, Kind.VILLAGE, "Contoh Dua"),
    ("53.05", "53", Level.REGENCY, Kind.REGENCY, "Alor"),
    ("53.05.01", "53.05", Level.DISTRICT, Kind.DISTRICT, "Teluk Mutiara"),
    ("53.05.01.2001", "53.05.01", Level.VILLAGE, Kind.VILLAGE, "Contoh Tiga"),
]
VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE = "53.09.01.2001", "53.09.01.2002", "53.05.01.2001"
REGENCY, OTHER_REGENCY = "53.09", "53.05"


def make_regions() -> None:
    """A province with two regencies and three villages; does nothing when the regions are there."""
    regions = Region.objects.in_bulk([row[0] for row in _TREE])
    new = [code for code, *_row in _TREE if code not in regions]
    for code, parent, level, kind, name in _TREE:
        above = regions[parent].full_name if parent and level > Level.REGENCY else ""
        regions.setdefault(code, _region(code, parent, level, kind, name, above))
    Region.objects.bulk_create([regions[code] for code in new])


def _region(code: str, parent: str | None, level: Level, kind: Kind, name: str, above: str) -> Region:
    word = {"village": "Desa ", "district": "Kecamatan ", "regency": "Kabupaten "}.get(kind, "")
    full = f"{word}{name}" + (f", {above}" if above else "")
    return Region(code=code, parent_id=parent, level=level, kind=kind, name=name, full_name=full, search_text=fold(full))


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"orang{uuid.uuid4().hex[:10]}"
    return User.objects.create_user(username, "sandi-uji-2026", display_name=fields.pop("display_name", username), **fields)


def give(user: User, role: str, *, regions: list[str] | None = None, producer: Producer | None = None, **fields: Any) -> Mandate:
    """A mandate since long ago over regions or one producer."""
    offices = {Role.PROVINCE_OFFICER: Office.PROVINCE, Role.REGENCY_OFFICER: Office.REGENCY}
    values: dict[str, Any] = {"starts_on": dt.date(2025, 1, 1), "office": offices.get(Role(role), ""), **fields}
    if producer is not None:
        values |= {"unit_kind": "producer", "unit_code": producer.code}
    mandate = Mandate(user=user, role=role, region_codes=regions or [], **values)
    # The constraints are the database's to refuse, a line below: asking it for each of them beforehand is half the work.
    mandate.full_clean(validate_constraints=False)
    mandate.save()
    user.__dict__.pop("_current_mandates", None)
    return mandate


def make_officer(role: str = Role.REGENCY_OFFICER, regions: list[str] | None = None, **fields: Any) -> User:
    user = make_user()
    give(user, role, regions=regions or [REGENCY], **fields)
    return user


def make_head(producer: Producer, **fields: Any) -> User:
    user = make_user()
    give(user, Role.PRODUCER_HEAD, producer=producer, **fields)
    return user


def make_producer(pillar: str = "ovop", region: str = VILLAGE, **fields: Any) -> Producer:
    code = fields.pop("code", "") or {"ovop": region}.get(pillar) or uuid.uuid4().hex[:8].upper()
    name = fields.pop("name", f"Produsen {code}")
    level = fields.pop("level", "smk")
    producer = Producer.objects.create(pillar=pillar, region_id=region, code=code, name=name, search_text=fold(name), **fields)
    if pillar == "ovop":
        VillageProfile.objects.create(producer=producer)
    elif pillar == "osop":
        SchoolProfile.objects.create(producer=producer, npsn=code, level=level)
    else:
        CommunityProfile.objects.create(producer=producer, kind="women")
    return producer


def make_image(seed: str = "", **fields: Any) -> StoredImage:
    """A ready image without files behind it."""
    sha = hashlib.sha256((seed or uuid.uuid4().hex).encode()).hexdigest()
    size = {"sha256": sha, "bytes": 1000, "width": 400, "height": 300}
    values = {"received_bytes": 5000, "state": "ready", "sizes": {"s": size, "m": size, "l": size}} | fields
    return StoredImage.objects.create(sha256=sha, **values)


def make_product(producer: Producer, name: str = "Kopi Contoh", **fields: Any) -> Product:
    """A complete working copy with an open draft submission, one variant and one photo."""
    category = Category.objects.get(slug=fields.pop("category", "kopi-teh-kakao"))
    maker, _made = Enterprise.objects.get_or_create(producer=producer, name="Kelompok Contoh")
    values = {"summary": "Ini kopi dari kebun sendiri. Dipetik merah dan dijemur.", "enterprise": maker, "category": category} | fields
    product = Product.objects.create(producer=producer, name=name, name_key=fold(name), **values)
    ProductVariant.objects.create(product=product, net_content=250, unit="g", price=45000)
    ProductPhoto.objects.create(product=product, image=make_image(), alt="Bungkus kopi")
    Submission.objects.create(product=product)
    return product


def add_photo(product: Product, **fields: Any) -> ProductPhoto:
    last = product.photos.aggregate(last=Max("position"))["last"] or 0
    return ProductPhoto.objects.create(product=product, image=make_image(), position=last + 1, **fields)


def add_contact(product: Product, **fields: Any) -> Contact:
    values = {"name": "Narahubung Contoh", "phone": "+6281234567890"} | fields
    product.contact = Contact.objects.create(producer=product.producer, **values)
    product.save(update_fields=["contact"])
    return product.contact
