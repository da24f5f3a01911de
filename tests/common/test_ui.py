"""Tags: icons, navigation, badges, pages of a list."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from common.badges import BADGES
from common.templatetags.ui import icon_names

# The pages the bases lead to. Each must exist.
NAVIGATION = [
    "home",
    "catalogue",
    "map",
    "data",
    "about",
    "how_to_join",
    "help",
    "accessibility",
    "privacy",
    "check_code",
    "account_login",
    "account_logout",
    "landing",
    "workspace_home",
    "workspace_products",
    "workspace_help",
    "profile",
    "set_language",
    "admin:index",
    "desk_queue",
    "complaint_queue",
]


def render(source, path="/", **context):
    return Template(source).render(Context({"request": RequestFactory().get(path), **context}))


@pytest.mark.parametrize("name", NAVIGATION)
def test_every_place_of_the_navigation_exists(name):
    try:
        reverse(name)
    except NoReverseMatch:
        pytest.fail(f"The navigation leads to {name!r}, which does not exist.")


def test_unknown_icon_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        render('{% icon "unicorn" %}')


def test_icon_is_decoration():
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    assert "img/icons.svg#icon-check" in render('{% icon "check" %}')


def test_every_icon_named_in_templates_and_badges_is_drawn():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8"))}

    assert named | {badge.icon for badge in BADGES.values()} <= icon_names()


@pytest.mark.parametrize("state", BADGES)
def test_a_badge_has_icon_and_words(state):
    html = render("{% status_badge state %}", state=state)

    assert "<svg" in html
    assert re.sub(r"<[^>]+>", "", html).strip()


def test_unknown_state_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        render('{% status_badge "odd" %}')


def test_the_current_place_is_marked():
    address = reverse("admin:index")

    assert 'aria-current="page"' in render('{% nav_link "admin:index" "x" %}', address)
    assert "aria-current" not in render('{% nav_link "admin:index" "x" %}', f"{address}registry/")


def test_missing_page_leaves_no_trace():
    assert render('{% nav_link "no_such_page" "x" %}{% nav_item "no_such_page" "x" %}{% nav_url "no_such_page" %}') == ""


def test_pager_keeps_the_query():
    page = Paginator(range(30), 10).page(2)

    html = render("{% pager page %}", "/?q=kopi&page=2", page=page)

    assert 'href="?q=kopi&amp;page=1"' in html
    assert 'href="?q=kopi&amp;page=3"' in html
    assert "Halaman 2 dari 3" in html


def test_one_page_needs_no_pager():
    assert render("{% pager page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_stars_are_said_in_words():
    assert "Bintang 4 dari 5" in render("{% stars 4 %}")
    assert render("{% stars None %}").strip() == ""


def test_an_attribute_number_is_not_grouped():
    assert 'width="1280"' in render('{% include "components/photo.html" with width=1280 %}')
