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
        "checkers": _load_checkers(),
        "holidays": sum(_load_holidays(year) for year in years),
    }


def _load_categories() -> int:
    """Groups before their leaves. Two loads at once add every row once: the later one waits and passes over it."""
    known = set(Category.objects.values_list("slug", flat=True))
    groups = [_group(place, slug) for place, slug in enumerate(CATEGORIES) if slug not in known]
    Category.objects.bulk_create(groups, ignore_conflicts=True)
    stored = Category.objects.in_bulk(CATEGORIES, field_name="slug")
    rows = [(stored[slug], place, leaf) for slug, (*_names, leaves) in CATEGORIES.items() for place, leaf in enumerate(leaves)]
    new = [_leaf(*row) for row in rows if row[2][0] not in known]
    Category.objects.bulk_create(new, ignore_conflicts=True)
    return len(groups) + len(new)


def _group(position: int, slug: str) -> Category:
    name_id, name_en, is_food, _leaves = CATEGORIES[slug]
    return Category(slug=slug, name_id=name_id, name_en=name_en, is_food=is_food, position=position)


def _leaf(group: Category, position: int, leaf: Leaf) -> Category:
    slug, name_id, name_en, required, useful = leaf
    return Category(
        slug=slug,
        parent=group,
        name_id=name_id,
        name_en=name_en,
        is_food=group.is_food,
        required_permits=required,
        useful_permits=useful,
        position=position,
    )


def _load_checkers() -> int:
    known = set(CheckerRule.objects.filter(region=None).values_list("pillar", "school_level"))
    rules = [CheckerRule(pillar=row[0], school_level=row[1], role=row[2], office=row[3]) for row in CHECKERS if row[:2] not in known]
    CheckerRule.objects.bulk_create(rules, ignore_conflicts=True)
    return len(rules)


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
