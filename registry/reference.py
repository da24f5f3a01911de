"""The reference data the portal starts with: categories, first checkers, holidays. Afterwards the province edits them.

Compulsory and useful permits follow what the programme asks (permits of health, halal, BPOM for food; none of tenun,
books or technology); the province corrects them in the staff area.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from lokal.holidays import get_holidays

from accounts.states import Office, Pillar, Role

from .models import Category, CheckerRule, Holiday
from .states import SchoolLevel

# group: (Indonesian, English, is food, [(slug, Indonesian, English, compulsory, useful)])
Leaf = tuple[str, str, str, list[str], list[str]]
CATEGORIES: dict[str, tuple[str, str, bool, list[Leaf]]] = {
    "makanan-minuman": (
        "Makanan dan minuman",
        "Food and drink",
        True,
        [
            ("kopi-teh-kakao", "Kopi, teh, dan kakao", "Coffee, tea and cocoa", ["pirt"], ["halal", "brand", "gi"]),
            ("camilan", "Camilan dan kue", "Snacks and cakes", ["pirt"], ["halal", "brand"]),
            ("olahan-ikan", "Olahan ikan dan hasil laut", "Fish and seafood products", ["pirt"], ["halal", "bpom_md", "brand"]),
            ("olahan-daging", "Olahan daging, telur, dan susu", "Meat, egg and milk products", ["bpom_md"], ["halal", "brand"]),
            ("olahan-buah-sayur", "Olahan buah, sayur, dan umbi", "Fruit, vegetable and tuber products", ["pirt"], ["halal", "brand"]),
            ("bumbu-garam-gula", "Bumbu, garam, dan gula", "Spices, salt and sugar", ["pirt"], ["halal", "sni", "brand"]),
            ("minuman", "Minuman", "Drinks", ["pirt"], ["halal", "bpom_md", "brand"]),
            ("minyak-makan", "Minyak makan", "Edible oil", ["pirt"], ["halal", "bpom_md", "brand"]),
        ],
    ),
    "hasil-segar": (
        "Hasil segar",
        "Fresh produce",
        False,
        [
            ("buah-sayur", "Buah dan sayur", "Fruit and vegetables", [], ["gi"]),
            ("padi-jagung-umbi", "Padi, jagung, umbi, dan kacang", "Rice, maize, tubers and nuts", [], ["gi"]),
            ("rempah", "Rempah", "Spices (raw)", [], ["gi"]),
            ("ternak-ikan", "Ternak dan ikan segar", "Livestock and fresh fish", [], []),
            ("madu-hasil-hutan", "Madu dan hasil hutan", "Honey and forest produce", [], ["pirt", "halal"]),
        ],
    ),
    "tenun-busana": (
        "Tenun dan busana",
        "Weaving and fashion",
        False,
        [
            ("tenun", "Kain tenun", "Woven cloth", [], ["gi", "brand"]),
            ("busana", "Busana dan aksesori", "Clothing and accessories", [], ["brand"]),
        ],
    ),
    "kriya": (
        "Kriya",
        "Craft",
        False,
        [
            ("anyaman", "Anyaman", "Wickerwork", [], ["brand"]),
            ("kayu-bambu", "Kayu, bambu, dan batok", "Wood, bamboo and shell", [], ["brand"]),
            ("tanah-logam", "Gerabah, logam, dan perhiasan", "Pottery, metal and jewellery", [], ["brand"]),
            ("kriya-lain", "Kriya lain", "Other craft", [], ["brand"]),
        ],
    ),
    "kosmetik-herbal": (
        "Kosmetik dan herbal",
        "Cosmetics and herbal",
        False,
        [
            ("kosmetik-sabun", "Kosmetik dan sabun", "Cosmetics and soap", ["bpom_na"], ["halal", "brand"]),
            ("minyak-atsiri", "Minyak atsiri dan minyak gosok", "Essential and massage oil", ["bpom_tr"], ["halal", "brand"]),
            ("jamu-herbal", "Jamu dan herbal", "Herbal medicine", ["bpom_tr"], ["halal", "brand"]),
        ],
    ),
    "teknologi-karya": (
        "Teknologi, karya digital dan cetak",
        "Technology, digital and printed works",
        False,
        [
            ("alat-teknologi", "Alat dan teknologi tepat guna", "Tools and appropriate technology", [], ["sni", "brand"]),
            ("karya-digital", "Karya digital", "Digital works", [], ["brand"]),
            ("buku-cetak", "Buku dan karya cetak", "Books and printed works", [], []),
            ("pupuk-pertanian", "Pupuk dan sarana pertanian", "Fertiliser and farm supplies", [], ["sni", "other"]),
        ],
    ),
    "jasa-wisata": (
        "Jasa dan wisata",
        "Services and tourism",
        False,
        [
            ("wisata", "Wisata desa", "Village tourism", [], []),
            ("jasa", "Jasa", "Services", [], []),
        ],
    ),
}

_UPPER = (SchoolLevel.SMA, SchoolLevel.SMK, SchoolLevel.SLB)

# (pillar, school level, role, level of office): SMA, SMK and SLB belong to the province (Law 23/2014, annex, education).
CHECKERS: tuple[tuple[str, str, str, str], ...] = (
    (Pillar.OVOP, "", Role.REGENCY_OFFICER, Office.REGENCY),
    (Pillar.OCOP, "", Role.REGENCY_OFFICER, Office.REGENCY),
    (Pillar.OSOP, "", Role.EDUCATION_OFFICER, Office.REGENCY),
    *((Pillar.OSOP, level, Role.EDUCATION_OFFICER, Office.PROVINCE) for level in _UPPER),
)


@transaction.atomic
def load_reference(*, years: Iterable[int] = (2026, 2027)) -> dict[str, int]:
    """Add what is missing and leave what is there: nothing the province edited is overwritten. Returns what was added."""
    return {
        "categories": _load_categories(),
        "checkers": sum(_add_checker(*row) for row in CHECKERS),
        "holidays": sum(_load_holidays(year) for year in years),
    }


def _load_categories() -> int:
    added = 0
    for place, (slug, (name_id, name_en, is_food, leaves)) in enumerate(CATEGORIES.items()):
        group, is_new = Category.objects.get_or_create(
            slug=slug, defaults={"name_id": name_id, "name_en": name_en, "is_food": is_food, "position": place}
        )
        added += is_new
        added += sum(_add_leaf(group, position, leaf) for position, leaf in enumerate(leaves))
    return added


def _add_leaf(group: Category, position: int, leaf: Leaf) -> bool:
    slug, name_id, name_en, required, useful = leaf
    defaults = {
        "parent": group,
        "name_id": name_id,
        "name_en": name_en,
        "is_food": group.is_food,
        "required_permits": required,
        "useful_permits": useful,
        "position": position,
    }
    return Category.objects.get_or_create(slug=slug, defaults=defaults)[1]


def _add_checker(pillar: str, level: str, role: str, office: str) -> bool:
    defaults = {"role": role, "office": office}
    return CheckerRule.objects.get_or_create(pillar=pillar, school_level=level, region=None, defaults=defaults)[1]


def _load_holidays(year: int) -> int:
    known = set(Holiday.objects.filter(day__year=year).values_list("day", flat=True))
    dated = {dt.date.fromisoformat(row.date): row for row in get_holidays(year).holidays}
    new = {
        day: Holiday(day=day, name=row.name, is_collective_leave=row.type == "cuti_bersama")
        for day, row in dated.items()
        if day not in known
    }
    Holiday.objects.bulk_create(new.values())
    return len(new)
