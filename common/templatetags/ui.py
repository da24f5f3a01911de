"""Template tags every page has at hand: icons, links of the navigation, badges, controls, and the words of numbers and dates."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import formatting
from common.badges import BADGES

register = template.Library()

# Pages whose address is the beginning of all others of their area: only the exact address marks them as current.
AREA_STARTS = frozenset({"home", "workspace_home", "admin:index"})


@cache
def icon_names() -> frozenset[str]:
    """The names drawn in the sprite."""
    sprite = (Path(settings.BASE_DIR) / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="icon-([a-z-]+)"', sprite))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon of the sprite; an unknown name is an error. Words next to it carry the meaning."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"The sprite has no icon {name!r}.")
    css_class = f"icon {css}" if css else "icon"
    address = f"{static('img/icons.svg')}#icon-{name}"
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css_class, address)


@register.simple_tag
def nav_url(name: str, *args: Any) -> str:
    """The address of a named page, or nothing while that page does not exist; a test lists the names that must."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _current(context: Context, name: str, url: str) -> SafeString | str:
    request = context.get("request")
    path = request.path if request else ""
    if path == url:
        return SafeString(' aria-current="page"')
    inside = name not in AREA_STARTS and path.startswith(url)
    return SafeString(' aria-current="true"') if inside else ""


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str, icon_name: str = "", count: int | None = None, css: str = "") -> str:
    """A link of a navigation, marked when it leads to the page or the part of the site being shown."""
    url = nav_url(name)
    if not url:
        return ""
    number = format_html(' <span class="num">{}</span>', formatting.number(count)) if count else ""
    css_class = format_html(' class="{}"', css) if css else ""
    return format_html(
        '<a href="{}"{}{}>{}{}{}</a>', url, css_class, _current(context, name, url), icon(icon_name) if icon_name else "", label, number
    )


@register.simple_tag(takes_context=True)
def nav_item(context: Context, name: str, label: str, icon_name: str = "", count: int | None = None) -> str:
    """`nav_link` in a list item; nothing at all while the page does not exist."""
    link = nav_link(context, name, label, icon_name, count)
    return format_html("<li>{}</li>", link) if link else ""


@register.inclusion_tag("components/badge.html")
def status_badge(state: str, label: str = "") -> dict[str, Any]:
    """The badge of a state: class, icon and words of the agreed table; an unknown state is an error."""
    try:
        badge = BADGES[str(state)]
    except KeyError:
        raise template.TemplateSyntaxError(f"No badge for the state {state!r}.") from None
    return {"css": badge.css, "icon_name": badge.icon, "label": label or badge.label}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page, name: str = "page") -> dict[str, Any]:
    """Previous and next page; every other part of the query stays."""
    return {"page": page, "name": name, "request": context.get("request")}


@register.simple_tag(takes_context=True)
def page_query(context: Context, number: int) -> str:
    """The query of the current address with another page number."""
    query = context["request"].GET.copy() if context.get("request") else QueryDict(mutable=True)
    query[str(context.get("name", "page"))] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def unlocalized(value: Any) -> str:
    """A number for an attribute: no grouping."""
    return str(value)


@register.inclusion_tag("components/steps.html")
def steps(current: int, total: int) -> dict[str, Any]:
    """The progress of a form in steps, counted from 1."""
    marks = ["past" if step < current else "current" if step == current else "" for step in range(1, total + 1)]
    return {"marks": marks, "current": current, "total": total}


@register.inclusion_tag("components/stars.html")
def stars(count: int | None, big: bool = False) -> dict[str, Any]:
    """A rating of one to five stars with its words; nothing when there is no rating."""
    return {"count": count, "marks": [index < (count or 0) for index in range(5)], "big": big}


PLAIN_WIDGETS = (CheckboxInput, CheckboxSelectMultiple, RadioSelect)


@register.filter
def control(field: BoundField) -> SafeString:
    """The control of a bound field in the portal's look; what the field says of itself (`class`, `inputmode`) stays."""
    widget = field.field.widget
    if isinstance(widget, PLAIN_WIDGETS):
        return field.as_widget()
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {own}".strip()})


@register.filter
def control_kind(field: BoundField) -> str:
    """How the field is laid out: choices, tick, file or line."""
    widget = field.field.widget
    kinds = [((CheckboxSelectMultiple, RadioSelect), "choices"), ((CheckboxInput,), "tick"), ((FileInput,), "file")]
    return next((kind for classes, kind in kinds if isinstance(widget, classes)), "line")


for _name in ("rupiah", "number", "percent", "date_short", "date_long", "clock", "moment", "phone", "file_size", "working_days_left"):
    register.filter(_name, getattr(formatting, _name))
