"""Reference data: what is missing is added, what the province edited stays, and it takes few statements at every start."""

import pytest

from registry.models import Category, CheckerRule
from registry.reference import CATEGORIES, CHECKERS, load_reference

pytestmark = pytest.mark.django_db


def test_the_first_load_writes_every_row_under_its_group(django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        added = load_reference(years=())
    leaves = {leaf[0]: slug for slug, (*_names, rows) in CATEGORIES.items() for leaf in rows}
    assert added == {"categories": len(CATEGORIES) + len(leaves), "checkers": len(CHECKERS), "holidays": 0}
    assert dict(Category.objects.exclude(parent=None).values_list("slug", "parent__slug")) == leaves
    assert set(Category.objects.filter(parent=None).values_list("slug", flat=True)) == set(CATEGORIES)
    assert set(CheckerRule.objects.values_list("pillar", "school_level", "role", "office")) == set(CHECKERS)


def test_a_second_load_adds_what_is_missing_and_overwrites_nothing():
    load_reference(years=())
    Category.objects.filter(slug="kopi-teh-kakao").update(name_id="Kopi saja", required_permits=[])
    Category.objects.filter(slug="jasa").delete()
    CheckerRule.objects.filter(school_level="slb").delete()
    CheckerRule.objects.filter(pillar="ocop").update(promise_days=5)
    assert load_reference(years=()) == {"categories": 1, "checkers": 1, "holidays": 0}
    assert Category.objects.get(slug="jasa").parent.slug == "jasa-wisata"
    assert Category.objects.get(slug="kopi-teh-kakao").name_id == "Kopi saja"
    assert CheckerRule.objects.get(pillar="ocop").promise_days == 5
    assert load_reference(years=()) == {"categories": 0, "checkers": 0, "holidays": 0}


def test_a_leaf_follows_its_group_as_the_province_edited_it():
    load_reference(years=())
    Category.objects.filter(slug="wisata").delete()
    Category.objects.filter(slug="jasa-wisata").update(is_food=True)
    load_reference(years=())
    assert Category.objects.get(slug="wisata").is_food
